import FuzzBodies
import FuzzDriver

@_cdecl("FuzzSTUN_main")
public func main(_: CInt, _: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CInt {
    fuzz(.stun)
}
