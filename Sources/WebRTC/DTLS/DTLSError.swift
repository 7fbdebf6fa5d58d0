/// Why a certificate or a context could not be made: OpenSSL refused.
public enum DTLSError: Error, Equatable, Sendable {
    /// No key or certificate could be made.
    case noCertificate
    /// The certificate does not parse, or its key does not fit.
    case unusableCertificate
    /// OpenSSL lacks what WebRTC demands, or memory.
    case unusableLibrary
}
