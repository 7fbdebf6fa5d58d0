import RTP

/// One component's ICE agent: lite for the server, controlling for a client of ours.
///
/// The lite agent (RFC 8445 §2.5) only answers: a path is validated by an authenticated Binding request that comes
/// from it, and selected by the newest one that nominates; before any nomination, the path that was validated
/// first serves. The controlling one checks the addresses it was given, nominates the first that answers
/// (RFC 8445 §8.1.1) and goes on checking that one for consent (RFC 7675 §5.1).
struct ICEAgent {
    /// What the driver has to do or to know.
    enum Action: Equatable {
        case send([UInt8], to: NetworkPath)
        /// A path was validated that was not before.
        case validated(NetworkPath)
        /// A validated path made room for another one.
        case forgotten(NetworkPath)
        /// Datagrams go there from now on.
        case selected(NetworkPath)
    }

    /// The local or remote credentials of an ICE generation, ready for use.
    struct Generation {
        let ufrag: [UInt8]
        let key: HMACSHA1

        init(_ credentials: ICECredentials) {
            ufrag = Array(credentials.ufrag.utf8)
            key = HMACSHA1(key: Array(credentials.password.utf8))
        }
    }

    private(set) var local: Generation
    /// The credentials before a restart: they count until a check nominates with the new ones (RFC 8445 §9).
    private(set) var previous: Generation?
    var remote: Generation?
    let isLite: Bool
    var isControlling: Bool
    let tieBreaker: UInt64
    private(set) var validated = ICEPathTable()
    private(set) var selected: NetworkPath?
    /// Whether `selected` was nominated, and not merely the first that was validated.
    var isNominated = false
    /// A path that a controlling other end nominated before our own check of it was answered (RFC 8445 §7.3.1.5).
    var awaitedNomination: NetworkPath?
    /// When the other end last proved that it wants to receive (RFC 7675 §5.1).
    private(set) var lastConsent: MonotonicTime?
    var checks: ICEChecklist
    private var actions: [Action] = []

    init(
        role: ICERole,
        local: ICECredentials,
        remote: ICECredentials?,
        remotePaths: [NetworkPath],
        tieBreaker: UInt64,
        transactionSeed: UInt64,
        at now: MonotonicTime
    ) {
        self.local = Generation(local)
        self.remote = remote.map(Generation.init)
        isLite = role == .lite
        isControlling = role == .controlling
        self.tieBreaker = tieBreaker
        checks = ICEChecklist(paths: remotePaths, seed: transactionSeed, start: isLite ? nil : now)
    }

    /// The next action, in order.
    mutating func nextAction() -> Action? {
        actions.isEmpty ? nil : actions.removeFirst()
    }

    mutating func act(_ action: Action) { actions.append(action) }

    /// Takes in a STUN datagram; the reason if it was dropped.
    mutating func receive(
        _ datagram: Span<UInt8>,
        from path: NetworkPath,
        at now: MonotonicTime
    ) -> PeerDropReason? {
        let message: STUNMessage
        do {
            message = try STUNMessage(parsing: datagram)
        } catch {
            return .malformedSTUN
        }
        guard message.method == STUNMessage.binding else { return .unexpectedSTUN }
        switch message.messageClass {
        case .request: return receiveRequest(message, in: datagram, from: path, at: now)
        case .success, .error: return receiveResponse(message, in: datagram, from: path, at: now)
        // A keepalive that asks for nothing and proves nothing (RFC 8445 §11).
        case .indication: return nil
        }
    }

    private mutating func receiveRequest(
        _ message: STUNMessage,
        in datagram: Span<UInt8>,
        from path: NetworkPath,
        at now: MonotonicTime
    ) -> PeerDropReason? {
        let isCurrent = message.isAddressed(to: local.ufrag, in: datagram)
        guard let generation = isCurrent ? local : previous,
            isCurrent || message.isAddressed(to: generation.ufrag, in: datagram)
        else { return .unknownUfrag }
        guard message.isAuthentic(in: datagram, key: generation.key) else { return .unauthenticSTUN }

        var refusal: Int?
        if !message.unknownAttributes.isEmpty {
            refusal = 420
        } else if hasLostRoleConflict(message) {
            refusal = 487
        }
        let answer = answer(to: message, from: path, refusal: refusal, key: generation.key)
        guard answer.count <= datagram.count || validated.contains(path) else { return .wouldAmplify }
        act(.send(answer, to: path))
        guard refusal == nil else { return nil }

        guard isLite else {
            receivedCheck(on: path, nominates: message.usesCandidate, at: now)
            return nil
        }
        validate(path, at: now)
        if message.usesCandidate {
            if isCurrent { previous = nil }
            select(path, isNominated: true)
        }
        return nil
    }

    /// Settles who is controlling (RFC 8445 §7.3.1.1): whether the other end has to give way.
    private mutating func hasLostRoleConflict(_ message: STUNMessage) -> Bool {
        if let theirs = message.controlling, isControlling {
            if tieBreaker >= theirs { return true }
            isControlling = false
        } else if let theirs = message.controlled, !isControlling {
            // A lite agent never controls (RFC 8445 §6.1.1).
            if isLite || tieBreaker < theirs { return true }
            isControlling = true
        }
        return false
    }

    private func answer(
        to message: STUNMessage,
        from path: NetworkPath,
        refusal: Int?,
        key: HMACSHA1
    ) -> [UInt8] {
        var writer = STUNWriter(refusal == nil ? .success : .error, transactionID: message.transactionID)
        switch refusal {
        case 420:
            writer.addError(420, "")
            writer.add(
                STUNAttribute.unknownAttributes,
                message.unknownAttributes.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
            )
        case let code?: writer.addError(code, "Role Conflict")
        case nil: writer.addMappedAddress(path.remote)
        }
        writer.addIntegrity(key)
        // ICE demands the checksum of both ends; an answer to one who left it out must not be longer.
        if message.hasFingerprint { writer.addFingerprint() }
        return writer.bytes
    }

    /// Notes that the other end answered or asked with authentication on this path.
    mutating func validate(_ path: NetworkPath, at now: MonotonicTime) {
        noteConsent(at: now)
        let (isNew, evicted) = validated.note(path, keeping: selected)
        if let evicted { act(.forgotten(evicted)) }
        if isNew { act(.validated(path)) }
        if selected == nil { select(path, isNominated: false) }
    }

    mutating func select(_ path: NetworkPath, isNominated: Bool) {
        if isNominated { self.isNominated = true }
        guard selected != path else { return }
        selected = path
        act(.selected(path))
    }

    mutating func noteConsent(at now: MonotonicTime) { lastConsent = now }

    /// Until something is nominated, the path on which the other end talks is the better guess.
    mutating func preferUntilNominated(_ path: NetworkPath) {
        guard !isNominated, validated.contains(path) else { return }
        select(path, isNominated: false)
    }

    /// Forgets a path that is gone, such as a closed TCP connection; another validated one takes its place, if any.
    mutating func forget(_ path: NetworkPath) {
        guard validated.remove(path) else { return }
        act(.forgotten(path))
        guard selected == path else { return }
        selected = nil
        isNominated = false
        if let other = validated.paths.last { select(other, isNominated: false) }
    }

    /// Starts a new generation (RFC 8445 §9); what was selected stays so until it nominates.
    mutating func restart(local: ICECredentials, remote: ICECredentials?, at now: MonotonicTime) {
        previous = self.local
        self.local = Generation(local)
        self.remote = remote.map(Generation.init)
        isNominated = false
        if !isLite { checks.restart(at: now) }
    }
}
