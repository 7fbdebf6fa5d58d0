import FuzzBodies
import FuzzDriver

@_cdecl("FuzzFraming_main")
public func main(_: CInt, _: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CInt {
    fuzz(.framing)
}
