import FuzzBodies
import FuzzDriver

@_cdecl("FuzzTrickle_main")
public func main(_: CInt, _: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CInt {
    fuzz(.trickle)
}
