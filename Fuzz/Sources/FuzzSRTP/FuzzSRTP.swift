import FuzzBodies
import FuzzDriver

@_cdecl("FuzzSRTP_main")
public func main(_: CInt, _: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CInt {
    fuzz(.srtp)
}
