/// Why a session description is not accepted.
public enum SDPError: Error, Equatable, Sendable {
    /// The text is longer than ``SessionDescription/maximumBytes``.
    case tooLong(bytes: Int)
    /// The text has more lines than ``SessionDescription/maximumLines``.
    case tooManyLines
    /// There are more media sections than ``SessionDescription/maximumSections``.
    case tooManySections
    /// A line, counted from 1, is not of the form that RFC 8866 gives it.
    case malformedLine(number: Int)
    /// The first lines are not version and origin.
    case notADescription
    /// Two media sections have one identification tag.
    case duplicateMID
    /// No media section is left that could be accepted.
    case noMedia
    /// The media sections do not share one transport (RFC 9143).
    case notBundled
    /// A media section, counted from 0, wants a port of its own for RTCP (RFC 5761).
    case notMultiplexed(section: Int)
    /// A media section, counted from 0, is of a kind or a protocol that we do not speak.
    case unsupportedSection(section: Int)
    /// There is no usable `a=ice-ufrag` and `a=ice-pwd`.
    case missingCredentials
    /// There is no `a=fingerprint` with a hash that we check.
    case missingFingerprint
    /// `a=setup` leaves no DTLS role for us, or says something that was never defined.
    case unusableSetup
    /// There is more than one track of a kind.
    case tooManyTracks(MediaKind)
    /// Nothing of what we know was offered for a kind.
    case noCommonCodec(MediaKind)
    /// The answer does not mirror the sections of our offer.
    case notOurOffer

    /// What is wrong in general, and so which answer of HTTP fits.
    public enum Kind: Hashable, Sendable {
        /// It cannot be read: 400.
        case malformed
        /// It can be read, and asks for what we do not do: 422.
        case unsupported
    }

    /// Whether the text cannot be read, or asks for what we do not do.
    public var kind: Kind {
        switch self {
        case .tooLong, .tooManyLines, .tooManySections, .malformedLine, .notADescription, .duplicateMID,
            .missingCredentials, .missingFingerprint, .unusableSetup, .notOurOffer:
            .malformed
        case .noMedia, .notBundled, .notMultiplexed, .unsupportedSection, .tooManyTracks, .noCommonCodec:
            .unsupported
        }
    }
}

extension SDPError: CustomStringConvertible {
    /// What is wrong, as a sentence without its full stop; nothing of the description itself is repeated.
    public var description: String {
        switch self {
        case .tooLong(let bytes):
            "It has \(bytes) bytes, and at most \(SessionDescription.maximumBytes) are read"
        case .tooManyLines: "It has more than \(SessionDescription.maximumLines) lines"
        case .tooManySections: "It has more than \(SessionDescription.maximumSections) media sections"
        case .malformedLine(let number): "Line \(number) is malformed"
        case .notADescription: "It does not begin with v=0 and o="
        case .duplicateMID: "Two media sections have the same a=mid"
        case .noMedia: "There is no media section that could be accepted"
        case .notBundled: "The media sections are not in one BUNDLE group"
        case .notMultiplexed(let section): "Media section \(section) has no a=rtcp-mux"
        case .unsupportedSection(let section):
            "Media section \(section) is of a kind or protocol that is not supported"
        case .missingCredentials: "There is no valid a=ice-ufrag and a=ice-pwd"
        case .missingFingerprint: "There is no a=fingerprint by SHA-256, SHA-384 or SHA-512"
        case .unusableSetup: "a=setup leaves no DTLS role"
        case .tooManyTracks(let kind): "There is more than one \(kind.rawValue) track"
        case .noCommonCodec(let kind): "There is no \(kind.rawValue) codec that both ends support"
        case .notOurOffer: "It does not answer the offer"
        }
    }
}
