import COpenSSL

/// HMAC-SHA1 with one key: what authenticates STUN messages.
///
/// RFC 2104. Owned by one thread, as what it is a part of.
@safe final class HMACSHA1 {
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

    private let context: OpaquePointer

    init(key: [UInt8]) {
        guard let context = unsafe copenssl_hmac_sha1_new(key, key.count) else {
            preconditionFailure("OpenSSL has HMAC-SHA1, and memory")
        }
        unsafe self.context = context
    }

    deinit {
        unsafe EVP_MAC_CTX_free(context)
    }

    /// The code over one part followed by another.
    func code(over first: Span<UInt8>, _ second: Span<UInt8>) -> Code {
        var code = Code()
        let isMade = unsafe first.withUnsafeBufferPointer { first in
            unsafe second.withUnsafeBufferPointer { second in
                unsafe copenssl_hmac_sha1(
                    context,
                    first.baseAddress,
                    first.count,
                    second.baseAddress,
                    second.count,
                    &code.bytes
                )
            }
        }
        precondition(isMade == 1, "a keyed context makes codes")
        return code
    }
}
