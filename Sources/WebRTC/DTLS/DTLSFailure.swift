import COpenSSL

/// Why a handshake or an association broke, in the words of OpenSSL.
public struct DTLSFailure: Hashable, Sendable {
    /// OpenSSL's packed error number; 0 if it gave none.
    public let openSSLError: UInt

    /// A failure with this packed error number.
    public init(openSSLError: UInt) {
        self.openSSLError = openSSLError
    }
}

extension DTLSFailure: CustomStringConvertible {
    /// The reason as text, such as `sslv3 alert bad certificate`; holds nothing of the peer's.
    public var description: String {
        guard let reason = unsafe ERR_reason_error_string(openSSLError) else {
            return "error \(openSSLError)"
        }
        return unsafe String(cString: reason)
    }
}
