import FuzzBodies
import FuzzDriver

@_cdecl("FuzzRTP_main")
public func main(_: CInt, _: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CInt {
    fuzz(.rtp)
}
