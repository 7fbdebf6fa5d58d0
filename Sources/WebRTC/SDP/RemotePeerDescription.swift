/// What the other end says of itself: how to reach it, how to know it, what it sends and wants.
///
/// All of its media shares one transport (RFC 9143, max-bundle), so there is one set of credentials.
///
/// RFC 8829 §5.8.
public struct RemotePeerDescription: Equatable, Sendable {
    /// The most candidates that are kept; a lite agent learns where its peer is from the checks anyway.
    public static let maximumCandidates = 64

    /// What its checks are authenticated with.
    public var ice: ICECredentials
    /// The certificate that it will show.
    public var fingerprint: Fingerprint
    /// The DTLS role that it takes or leaves open.
    public var setup: SDPSetup
    /// The candidates of the transport, without those that cannot be used.
    public var candidates: [ICECandidate]
    /// Whether it only answers checks (RFC 8445 §2.5).
    public var isICELite: Bool
    /// Whether it will say later where else it can be reached (RFC 8838).
    public var trickles: Bool
    /// The sections, rejected ones as well, in order.
    public var media: [RemoteMedia]
    /// The tags of the sections that share the transport, the one that names it first.
    public var bundleMIDs: [String]

    /// Reads and interprets a text.
    ///
    /// - Throws: what ``SessionDescription/init(parsing:)`` throws, and what ``init(_:)`` does.
    public init(parsing text: String) throws(SDPError) {
        try self.init(SessionDescription(parsing: text))
    }

    /// Interprets a description.
    ///
    /// - Throws: ``SDPError/noMedia`` if there is no section that is not rejected;
    ///   ``SDPError/duplicateMID``; ``SDPError/notBundled`` if sections have transports of their own;
    ///   ``SDPError/notMultiplexed(section:)``; ``SDPError/missingCredentials``, ``SDPError/missingFingerprint`` and ``SDPError/unusableSetup``.
    public init(_ description: SessionDescription) throws(SDPError) {
        let media = description.media.map { RemoteMedia($0, of: description) }
        let open = media.indices.filter { !media[$0].isRejected }
        guard !open.isEmpty else { throw .noMedia }
        try Self.checkTags(media)
        let bundleMIDs = try Self.bundle(of: description, media, open)
        for index in open where media[index].kind != .application {
            guard media[index].isMultiplexed else { throw .notMultiplexed(section: index) }
        }
        // The first tag of the group names the section that describes the transport (RFC 9143 §7.2).
        let tagged = open.first { media[$0].mid == bundleMIDs.first } ?? open[0]
        let session = description.attributes
        let section = description.media[tagged].attributes
        guard let ufrag = section.first("ice-ufrag") ?? session.first("ice-ufrag"),
            let password = section.first("ice-pwd") ?? session.first("ice-pwd"),
            let ice = ICECredentials(ufrag: ufrag, password: password)
        else { throw .missingCredentials }
        self.ice = ice
        self.media = media
        self.bundleMIDs = bundleMIDs
        guard let fingerprint = Self.fingerprint(section) ?? Self.fingerprint(session) else {
            throw .missingFingerprint
        }
        self.fingerprint = fingerprint
        // RFC 4145 §4.1: who says nothing opens the connection.
        let setup = section.first("setup") ?? session.first("setup") ?? SDPSetup.active.rawValue
        guard let setup = SDPSetup(rawValue: setup) else { throw .unusableSetup }
        self.setup = setup
        candidates = Array(
            (session + section).lazy
                .filter { $0.name == "candidate" }
                .compactMap { ICECandidate(parsing: $0.value ?? "") }
                .prefix(Self.maximumCandidates)
        )
        isICELite = session.has("ice-lite")
        let options = (session.all("ice-options") + section.all("ice-options"))
            // RFC 8839 §5.6 separates them by spaces; libdatachannel (OBS) by commas.
            .flatMap { $0.fields(separatedBy: ",").flatMap { $0.fields() } }
        trickles =
            options.contains("trickle") && !session.has("end-of-candidates")
            && !section.has("end-of-candidates")
    }

    private static func checkTags(_ media: [RemoteMedia]) throws(SDPError) {
        var tags: Set<String> = []
        for (index, section) in media.enumerated() where !section.mid.isEmpty {
            guard section.mid.isToken(), section.mid.utf8.count <= 64 else {
                throw .unsupportedSection(section: index)
            }
            guard tags.insert(section.mid).inserted else { throw .duplicateMID }
        }
    }

    /// The tags of the group that holds all open sections; a single section needs none.
    private static func bundle(
        of description: SessionDescription,
        _ media: [RemoteMedia],
        _ open: [Int]
    ) throws(SDPError) -> [String] {
        let tags = open.map { media[$0].mid }
        for value in description.attributes.all("group") {
            let fields = value.fields()
            guard fields.first == "BUNDLE" else { continue }
            let group = fields.dropFirst().filter { tags.contains($0) }
            if Set(tags).subtracting(group).isEmpty { return Array(group.prefix(tags.count)) }
        }
        guard open.count == 1 else { throw .notBundled }
        return tags[0].isEmpty ? [] : tags
    }

    private static func fingerprint(_ attributes: [SDPAttribute]) -> Fingerprint? {
        let known = attributes.all("fingerprint").compactMap { Fingerprint(parsing: $0) }
        return known.first { $0.algorithm == .sha256 } ?? known.first
    }
}
