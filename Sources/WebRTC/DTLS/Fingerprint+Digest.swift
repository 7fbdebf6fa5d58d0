import COpenSSL

extension Fingerprint {
    /// The hash of a DER certificate; `nil` if OpenSSL could not make it.
    init?(of certificate: [UInt8], algorithm: Algorithm) {
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        let count = unsafe copenssl_digest(algorithm.digest, certificate, certificate.count, &digest)
        self.init(algorithm: algorithm, bytes: Array(digest.prefix(Int(count))))
    }
}

extension Fingerprint.Algorithm {
    /// OpenSSL's object for the hash function; it lives as long as the program.
    var digest: OpaquePointer? {
        switch self {
        case .sha256: unsafe EVP_sha256()
        case .sha384: unsafe EVP_sha384()
        case .sha512: unsafe EVP_sha512()
        }
    }
}
