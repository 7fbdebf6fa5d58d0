extension Peer {
    /// What a peer has to know before its first datagram.
    public struct Configuration: Sendable {
        /// Whether it answers checks or sends them.
        public var iceRole: ICERole
        /// Our credentials.
        public var localCredentials: ICECredentials
        /// Theirs; a lite agent does without.
        public var remoteCredentials: ICECredentials?
        /// Where a controlling agent sends its checks.
        public var remoteAddresses: [NetworkPath]
        /// Our certificate.
        public var dtlsContext: DTLSContext
        /// Who begins the handshake.
        public var dtlsRole: DTLSRole
        /// What the certificate of the other end has to be.
        public var remoteFingerprint: Fingerprint
        /// A random number, for role conflicts (RFC 8445 §7.3.1.1).
        public var tieBreaker: UInt64
        /// A random number, from which the ids of checks are made.
        public var transactionSeed: UInt64

        /// A configuration; of a lite agent everything about the other end but its fingerprint may be left out.
        public init(
            iceRole: ICERole = .lite,
            localCredentials: ICECredentials,
            remoteCredentials: ICECredentials? = nil,
            remoteAddresses: [NetworkPath] = [],
            dtlsContext: DTLSContext,
            dtlsRole: DTLSRole,
            remoteFingerprint: Fingerprint,
            tieBreaker: UInt64 = 0,
            transactionSeed: UInt64 = 0
        ) {
            self.iceRole = iceRole
            self.localCredentials = localCredentials
            self.remoteCredentials = remoteCredentials
            self.remoteAddresses = remoteAddresses
            self.dtlsContext = dtlsContext
            self.dtlsRole = dtlsRole
            self.remoteFingerprint = remoteFingerprint
            self.tieBreaker = tieBreaker
            self.transactionSeed = transactionSeed
        }
    }
}
