import FuzzBodies
import FuzzDriver

@_cdecl("FuzzFeedback_main")
public func main(_: CInt, _: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CInt {
    fuzz(.feedback)
}
