import RTP

// Checks that we send: of a controlling agent, or of one that lost a role conflict.
extension ICEAgent {
    /// The priority of a peer-reflexive candidate of a single-homed host (RFC 8445 §5.1.2.1: type preference 110).
    private static let priority: UInt32 = 110 << 24 | 65_535 << 8 | 255

    /// Sends the check that is due.
    mutating func advance(to now: MonotonicTime) {
        guard !isLite, let remote, let due = checks.nextCheck, due <= now else { return }
        let isConsent = isNominated && selected != nil
        guard let path = checks.takeTriggered() ?? selected ?? checks.nextPath() else {
            checks.schedule(at: nil)
            return
        }
        let nominates = isControlling && !isConsent && selected == path
        check(path, nominates: nominates, remote: remote)
        checks.scheduleNext(after: now, isConsent: isConsent, isNomination: nominates)
    }

    private mutating func check(_ path: NetworkPath, nominates: Bool, remote: Generation) {
        let id = checks.open(path, nominates: nominates, asControlling: isControlling)
        var writer = STUNWriter(.request, transactionID: id)
        writer.add(STUNAttribute.username, remote.ufrag + Array(":".utf8) + local.ufrag)
        writer.add(STUNAttribute.priority, uint32: Self.priority)
        writer.add(
            isControlling ? STUNAttribute.iceControlling : STUNAttribute.iceControlled,
            uint64: tieBreaker
        )
        if nominates { writer.add(STUNAttribute.useCandidate) }
        writer.addIntegrity(remote.key)
        writer.addFingerprint()
        act(.send(writer.bytes, to: path))
    }

    /// A full agent takes no check's word for a path: it checks the other way (RFC 8445 §7.3.1.4).
    mutating func receivedCheck(on path: NetworkPath, nominates: Bool, at now: MonotonicTime) {
        noteConsent(at: now)
        let isNominated = nominates && !isControlling
        if validated.contains(path) {
            if isNominated { select(path, isNominated: true) }
            return
        }
        if isNominated { awaitedNomination = path }
        checks.trigger(path, at: now)
    }

    /// Takes in the answer to a check (RFC 8445 §7.2.5).
    mutating func receiveResponse(
        _ message: STUNMessage,
        in datagram: Span<UInt8>,
        from path: NetworkPath,
        at now: MonotonicTime
    ) -> PeerDropReason? {
        guard !isLite, let remote, let transaction = checks.transaction(message.transactionID) else {
            return .unexpectedSTUN
        }
        // An answer that came another way than the question proves no path (RFC 8445 §7.2.5.2.1).
        guard transaction.path == path else { return .unexpectedSTUN }
        guard message.isAuthentic(in: datagram, key: remote.key) else { return .unauthenticSTUN }
        checks.close(transaction.id)

        guard message.messageClass == .success else {
            if message.errorCode == 487 {
                // The roles are the other way round (RFC 8445 §7.2.5.1); whoever sent the check anew knows already.
                isControlling = !transaction.asControlling
                checks.schedule(at: now)
            }
            return nil
        }
        let wasSelected = selected != nil
        validate(path, at: now)
        if transaction.nominates && isControlling || awaitedNomination == path && !isControlling {
            awaitedNomination = nil
            select(path, isNominated: true)
            checks.scheduleNext(after: now, isConsent: true, isNomination: false)
        } else if !wasSelected {
            // The first path that answers is nominated, at once.
            checks.schedule(at: now)
        }
        return nil
    }
}
