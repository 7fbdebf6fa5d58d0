public import RTP

/// One WebRTC transport: ICE, DTLS and SRTP on the datagrams of one peer, all media bundled (RFC 8843).
///
/// It does no I/O: the driver hands in datagrams and the time, and after each call drains `nextOutput()`. Not
/// `Sendable`: one thread owns it.
///
/// ```
/// datagram ─► DatagramKind ─┬─ STUN ─► ICEAgent ────► answer; path validated, selected
///                           ├─ DTLS ─► DTLSSession ─► from validated paths only; keys ─┐
///                           └─ SRTP ─► SRTPReceiver ◄──────────────────────────────────┘─► .rtp, .rtcp
/// ```
public final class Peer {
    /// How long it may take to be connected.
    public static let connectTimeout = Duration.seconds(30)
    /// After so long without anything authentic from the other end nothing may be sent to it (RFC 7675 §5.1 says 30 s;
    /// viewers of a lost connection should not wait so long for a new one).
    public static let consentTimeout = Duration.seconds(15)

    private enum State {
        case connecting(deadline: MonotonicTime)
        case connected
        case over
    }

    /// What was taken in and refused.
    public private(set) var counters = PeerCounters()
    /// Protects outbound RTP, once connected.
    public private(set) var srtp: SRTPSender?

    private let configuration: Configuration
    private var state: State
    private var ice: ICEAgent
    private var dtls: DTLSSession?
    private var dtlsDeadline: MonotonicTime?
    private var receiver: SRTPReceiver?
    private var rtcpSender: SRTCPSender?
    private var outputs = PeerOutputQueue()

    /// A peer that begins to connect at `now`.
    public init(configuration: Configuration, at now: MonotonicTime) {
        self.configuration = configuration
        state = .connecting(deadline: now + Self.connectTimeout)
        ice = ICEAgent(
            role: configuration.iceRole,
            local: configuration.localCredentials,
            remote: configuration.remoteCredentials,
            remotePaths: configuration.remoteAddresses,
            tieBreaker: configuration.tieBreaker,
            transactionSeed: configuration.transactionSeed,
            at: now
        )
    }

    /// Where to send; `nil` before the first authenticated check.
    public var selectedPath: NetworkPath? { ice.selected }

    /// Whether the handshake is done and SRTP has its keys.
    public var isConnected: Bool {
        if case .connected = state { true } else { false }
    }

    /// Whether an authenticated check came from this path.
    public func isValidated(_ path: NetworkPath) -> Bool { ice.validated.contains(path) }

    /// When the other end last proved that it wants to receive.
    public var lastHeard: MonotonicTime? { ice.lastConsent }

    /// The next thing to do or to know, in order; `nil` if there is nothing.
    public func nextOutput() -> PeerOutput? { outputs.next() }

    // MARK: Receiving

    /// Takes in a datagram from the network; media is decrypted in place.
    public func receive(
        _ datagram: UnsafeMutableRawBufferPointer,
        from path: NetworkPath,
        at now: MonotonicTime
    ) -> Reception {
        let reception = unsafe classify(datagram, from: path, at: now)
        if case .dropped(let reason) = reception { counters[reason] &+= 1 }
        return reception
    }

    private func classify(
        _ datagram: UnsafeMutableRawBufferPointer,
        from path: NetworkPath,
        at now: MonotonicTime
    ) -> Reception {
        if case .over = state { return .dropped(.peerIsOver) }
        let bytes = unsafe Span<UInt8>(_unsafeBytes: UnsafeRawBufferPointer(datagram))
        guard !bytes.isEmpty else { return .dropped(.unknownKind) }
        switch DatagramKind(firstByte: bytes[0]) {
        case .srtp: return unsafe receiveSRTP(datagram, bytes, from: path, at: now)
        case .stun: return receiveSTUN(bytes, from: path, at: now)
        case .dtls: return unsafe receiveDTLS(UnsafeRawBufferPointer(datagram), from: path, at: now)
        case .other: return .dropped(.unknownKind)
        }
    }

    private func receiveSRTP(
        _ datagram: UnsafeMutableRawBufferPointer,
        _ bytes: Span<UInt8>,
        from path: NetworkPath,
        at now: MonotonicTime
    ) -> Reception {
        guard let receiver else { return .dropped(.notConnected) }
        guard bytes.count > 1 else { return .dropped(.malformedSRTP) }
        guard path == ice.selected || ice.validated.contains(path) else { return .dropped(.unvalidatedPath) }
        do {
            if DatagramKind.isRTCP(secondByte: bytes[1]) {
                let compound = unsafe try receiver.unprotectRTCP(datagram)
                ice.noteConsent(at: now)
                counters.rtcpPackets &+= 1
                return .rtcp(compound)
            }
            let header = unsafe try receiver.unprotectRTP(datagram)
            ice.noteConsent(at: now)
            counters.rtpPackets &+= 1
            return .rtp(header)
        } catch {
            return .dropped(PeerDropReason(error))
        }
    }

    private func receiveSTUN(_ bytes: Span<UInt8>, from path: NetworkPath, at now: MonotonicTime) -> Reception
    {
        if let reason = ice.receive(bytes, from: path, at: now) { return .dropped(reason) }
        counters.stunMessages &+= 1
        drainICE(at: now)
        return .handled
    }

    private func receiveDTLS(
        _ datagram: UnsafeRawBufferPointer,
        from path: NetworkPath,
        at now: MonotonicTime
    ) -> Reception {
        guard ice.validated.contains(path) else { return .dropped(.unvalidatedPath) }
        counters.dtlsDatagrams &+= 1
        ice.preferUntilNominated(path)
        drainICE(at: now)
        guard let session = startedSession(at: now) else { return .handled }
        unsafe session.receive(datagram)
        follow(session, at: now)
        return .handled
    }

    // MARK: Time

    /// When `advance(to:)` has something to do.
    ///
    /// Consent moves with every packet from the other end: a deadline that has become stale costs a call, no more.
    public var nextDeadline: MonotonicTime? {
        var deadline: MonotonicTime
        switch state {
        case .over: return nil
        case .connecting(let giveUp): deadline = giveUp
        case .connected: deadline = consentDeadline
        }
        if let dtlsDeadline { deadline = min(deadline, dtlsDeadline) }
        if let check = ice.checks.nextCheck { deadline = min(deadline, check) }
        return deadline
    }

    /// Does what is due: checks, retransmissions of the handshake, and giving up.
    public func advance(to now: MonotonicTime) {
        switch state {
        case .over: return
        case .connecting(let deadline) where deadline <= now: return fail(.timeout)
        case .connected where consentDeadline <= now: return fail(.consentLost)
        default: break
        }
        ice.advance(to: now)
        drainICE(at: now)
        if let session = dtls, let deadline = dtlsDeadline, deadline <= now {
            session.retransmit()
            follow(session, at: now)
        }
    }

    // MARK: Control

    /// Protects a compound RTCP packet; `nil` before the handshake is done.
    public func protectRTCP(_ compound: [UInt8]) -> [UInt8]? { rtcpSender?.protect(compound) }

    /// Begins a new ICE generation (RFC 8445 §9); media keeps flowing on the selected path until the new one nominates.
    public func restartICE(local: ICECredentials, remote: ICECredentials?, at now: MonotonicTime) {
        ice.restart(local: local, remote: remote, at: now)
    }

    /// Forgets a path that is gone, such as a closed TCP connection.
    public func forget(_ path: NetworkPath, at now: MonotonicTime) {
        ice.forget(path)
        drainICE(at: now)
    }

    /// Says goodbye to the other end: the datagram is in the output, and nothing else follows.
    public func close() {
        if isConnected { sayGoodbye() }
        end()
    }

    // MARK: Inside

    private var consentDeadline: MonotonicTime { (ice.lastConsent ?? .zero) + Self.consentTimeout }

    private func drainICE(at now: MonotonicTime) {
        while let action = ice.nextAction() {
            switch action {
            case .send(let bytes, let path): outputs.append(.datagram(bytes, to: path))
            case .validated(let path): outputs.append(.event(.pathValidated(path)))
            case .forgotten(let path): outputs.append(.event(.pathForgotten(path)))
            case .selected(let path):
                outputs.append(.event(.pathChanged(path)))
                if configuration.dtlsRole == .client, dtls == nil, let session = startedSession(at: now) {
                    follow(session, at: now)
                }
            }
        }
    }

    /// The DTLS session, made when first needed: a peer that nobody ever checks costs no memory for it.
    private func startedSession(at now: MonotonicTime) -> DTLSSession? {
        if let dtls { return dtls }
        guard let session = DTLSSession(context: configuration.dtlsContext, role: configuration.dtlsRole)
        else {
            fail(.dtls(DTLSFailure(openSSLError: 0)))
            return nil
        }
        dtls = session
        session.start()
        return session
    }

    /// Sends what the session wants to send, and acts on how far it has come.
    private func follow(_ session: DTLSSession, at now: MonotonicTime) {
        sendDatagrams(of: session)
        counters.discardedApplicationBytes = session.discardedByteCount
        dtlsDeadline = session.timeLeft.map { now + max($0, .milliseconds(1)) }
        switch session.progress {
        case .handshaking: break
        case .connected: if !isConnected { connect(session) }
        case .closed:
            outputs.append(.event(.closed))
            end()
        case .failed(let failure): fail(.dtls(failure))
        }
    }

    private func sendDatagrams(of session: DTLSSession) {
        for datagram in session.takeDatagrams() {
            guard let path = ice.selected else { return }
            outputs.append(.datagram(datagram, to: path))
        }
    }

    private func connect(_ session: DTLSSession) {
        guard session.peerHas(configuration.remoteFingerprint) else { return fail(.wrongFingerprint) }
        guard let profile = session.srtpProfile, let keys = session.exportKeys(profile) else {
            return fail(.noSRTPProfile)
        }
        srtp = SRTPSender(profile: profile, master: keys.outbound)
        rtcpSender = SRTCPSender(profile: profile, master: keys.outbound)
        receiver = SRTPReceiver(profile: profile, master: keys.inbound)
        state = .connected
        outputs.append(.event(.connected))
    }

    private func sayGoodbye() {
        guard let dtls else { return }
        dtls.close()
        sendDatagrams(of: dtls)
    }

    private func fail(_ failure: PeerFailure) {
        sayGoodbye()
        outputs.append(.event(.failed(failure)))
        end()
    }

    private func end() {
        state = .over
        dtls = nil
        dtlsDeadline = nil
        srtp = nil
        rtcpSender = nil
        receiver = nil
    }
}
