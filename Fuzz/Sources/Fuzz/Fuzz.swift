import FuzzBodies
import Glibc

/// What is fuzzed, by the environment: libFuzzer has the program's `main`, and takes all arguments for its own.
private let body: FuzzBody = {
    guard let value = getenv("PORTHOLE_FUZZ"), let body = FuzzBody(rawValue: String(cString: value)) else {
        let known = FuzzBody.allCases.map(\.rawValue).joined(separator: ", ")
        fatalError("PORTHOLE_FUZZ says what is fuzzed: \(known)")
    }
    print("fuzzing \(body.rawValue)")
    fflush(nil)
    return body
}()

/// Takes one input, by the name that libFuzzer links to.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    do throws(FuzzFinding) {
        try body.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
    } catch {
        fatalError("\(error)")
    }
    return 0
}

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ argc: UnsafeMutablePointer<CInt>,
    _ argv: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// The package manager's name for `main`, which a linker that does not take libFuzzer's calls.
@_cdecl("Fuzz_main")
public func main(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CInt {
    var (count, arguments) = (count, arguments)
    return runDriver(&count, &arguments, testOneInput)
}
