import COpenSSL

/// HMAC-SHA1 with one key: what authenticates STUN messages.
///
/// RFC 2104.
struct HMACSHA1: Sendable {
    /// The length of a code in bytes.
    static let byteCount = 20

    /// A code, of which the parts are compared in constant time.
    struct Code: Equatable {
        fileprivate(set) var bytes = [UInt8](repeating: 0, count: byteCount)

        func isEqualInConstantTime(to other: Span<UInt8>) -> Bool {
            guard other.count == bytes.count else { return false }
            var difference: UInt8 = 0
            for index in bytes.indices {
                difference |= bytes[index] ^ other[index]
            }
            return difference == 0
        }
    }

    private let state: copenssl_hmac_sha1

    init(key: [UInt8]) {
        var state = copenssl_hmac_sha1()
        unsafe copenssl_hmac_sha1_init(&state, key, key.count)
        self.state = state
    }

    /// The code over one part followed by another.
    func code(over first: Span<UInt8>, _ second: Span<UInt8>) -> Code {
        var code = Code()
        unsafe withUnsafePointer(to: state) { state in
            unsafe first.withUnsafeBufferPointer { first in
                unsafe second.withUnsafeBufferPointer { second in
                    unsafe copenssl_hmac_sha1(
                        state,
                        first.baseAddress,
                        first.count,
                        second.baseAddress,
                        second.count,
                        &code.bytes
                    )
                }
            }
        }
        return code
    }
}
