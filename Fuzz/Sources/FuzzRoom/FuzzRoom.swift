import FuzzBodies
import FuzzDriver

@_cdecl("FuzzRoom_main")
public func main(_: CInt, _: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CInt {
    fuzz(.room)
}
