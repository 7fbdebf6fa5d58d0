import FuzzBodies
import FuzzDriver

@_cdecl("FuzzRTCP_main")
public func main(_: CInt, _: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CInt {
    fuzz(.rtcp)
}
