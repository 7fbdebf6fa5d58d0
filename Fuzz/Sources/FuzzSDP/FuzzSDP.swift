import FuzzBodies
import FuzzDriver

@_cdecl("FuzzSDP_main")
public func main(_: CInt, _: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CInt {
    fuzz(.sdp)
}
