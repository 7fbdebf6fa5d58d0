import FuzzBodies
import FuzzDriver

@_cdecl("FuzzPeer_main")
public func main(_: CInt, _: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CInt {
    fuzz(.peer)
}
