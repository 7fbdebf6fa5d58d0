/// A piece of a session description that carries candidates, or restarts ICE.
///
/// WHIP and WHEP send it as `application/trickle-ice-sdpfrag`. Lines that are not about ICE are passed over. The bounds
/// are those of ``SessionDescription``.
///
/// RFC 8840 §9, RFC 9725 §4.3.
public struct TrickleFragment: Equatable, Sendable {
    /// The credentials that the candidates belong to; new ones restart ICE.
    public var credentials: ICECredentials?
    /// The candidates that can be used; at most ``RemotePeerDescription/maximumCandidates``.
    public var candidates: [ICECandidate]
    /// Whether there will be no more.
    public var isEndOfCandidates: Bool
    /// The tags of the sections that share the transport, the one that names it first; empty if none is named.
    public var mids: [String]
    /// Whether the one who says it only answers checks.
    public var isICELite: Bool

    /// A fragment of our own.
    public init(
        credentials: ICECredentials?,
        candidates: [ICECandidate],
        isEndOfCandidates: Bool,
        mids: [String],
        isICELite: Bool
    ) {
        self.credentials = credentials
        self.candidates = candidates
        self.isEndOfCandidates = isEndOfCandidates
        self.mids = mids
        self.isICELite = isICELite
    }

    /// Reads a fragment; one without anything in it is fine.
    ///
    /// - Throws: ``SDPError/tooLong(bytes:)``, ``SDPError/tooManyLines``, ``SDPError/tooManySections``,
    ///   ``SDPError/malformedLine(number:)``; ``SDPError/missingCredentials`` if there are some that cannot be.
    public init(parsing text: String) throws(SDPError) {
        var lines = try SDPLines(text)
        var attributes: [SDPAttribute] = []
        var sections = 0
        while let line = try lines.next() {
            switch line.type {
            case UInt8(ascii: "m"):
                guard MediaDescription(line: line.value) != nil else {
                    throw .malformedLine(number: line.number)
                }
                sections += 1
                guard sections <= SessionDescription.maximumSections else { throw .tooManySections }
            case UInt8(ascii: "a"):
                guard let attribute = SDPAttribute(line: line.value) else {
                    throw .malformedLine(number: line.number)
                }
                attributes.append(attribute)
            default:
                break
            }
        }
        // All sections share one transport, so it does not matter in which of them a candidate stands.
        let ufrag = attributes.first("ice-ufrag")
        let password = attributes.first("ice-pwd")
        if let ufrag, let password {
            guard let read = ICECredentials(ufrag: ufrag, password: password) else {
                throw .missingCredentials
            }
            credentials = read
        } else {
            // A ufrag alone only says which generation the candidates belong to; a password alone says nothing.
            credentials = nil
        }
        candidates = Array(
            attributes.lazy
                .filter { $0.name == "candidate" }
                .compactMap { ICECandidate(parsing: $0.value ?? "") }
                .prefix(RemotePeerDescription.maximumCandidates)
        )
        isEndOfCandidates = attributes.has("end-of-candidates")
        let group = attributes.all("group").lazy.map { $0.fields() }.first { $0.first == "BUNDLE" }
        mids = (group.map { Array($0.dropFirst()) } ?? attributes.all("mid")).filter { $0.isToken() }
        isICELite = attributes.has("ice-lite")
    }

    /// The text, as RFC 9725 §4.3.2 shows it.
    public var text: String {
        var text = ""
        if isICELite { text += "a=ice-lite\r\n" }
        text += "a=ice-options:trickle ice2\r\n"
        if let tag = mids.first {
            text += "a=group:BUNDLE \(mids.joined(separator: " "))\r\n"
            // What the line says but for its place is ignored (RFC 8840 §9).
            text += "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:\(tag)\r\n"
        }
        if let credentials {
            text += "a=ice-ufrag:\(credentials.ufrag)\r\na=ice-pwd:\(credentials.password)\r\n"
        }
        for candidate in candidates { text += "a=\(candidate)\r\n" }
        if isEndOfCandidates { text += "a=end-of-candidates\r\n" }
        return text
    }
}
