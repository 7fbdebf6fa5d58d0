import Foundation
import RTP
import WebRTC

/// One publisher or viewer, from its first request until it is cancelled; comes back by itself when the server goes.
struct SimulatedPeer: Sendable {
    /// The wait before another attempt: doubled from the first to the last while nothing works.
    private static let firstWait = 0.5
    private static let lastWait = 5.0

    let plan: PeerPlan
    let clip: PacketizedClip?
    let loop: SimulationLoop
    let log: PeerLog

    /// Runs until the task is cancelled.
    ///
    /// - Throws: what will not pass: a refusal, an answer that cannot be understood.
    func run() async throws(SimulationError) {
        var wait = Self.firstWait
        while !Task.isCancelled {
            var nextWait: Double?
            do {
                if try await connectOnce() { wait = Self.firstWait }
            } catch {
                // What ends by being cancelled has not failed.
                if Task.isCancelled { return }
                guard error.isPassing else {
                    log.failed(error)
                    throw error
                }
                log.waits(error)
                if case .unavailable(_, let seconds?) = error { nextWait = min(Double(seconds), 30) }
            }
            do {
                try await Task.sleep(for: .seconds(nextWait ?? wait))
            } catch {
                return
            }
            if nextWait == nil { wait = min(wait * 2, Self.lastWait) }
        }
    }

    /// One connection, until it ends; whether media could flow.
    private func connectOnce() async throws(SimulationError) -> Bool {
        let started = SimulationLoop.now
        let local = localParameters()
        let offer =
            plan.role == .publisher
            ? SDPOffer.whip(local: local, codecs: plan.codecs)
            : SDPOffer.whep(local: local, codecs: plan.codecs)
        let client = MediaClient(url: plan.url, token: plan.token)
        let resource = try await client.open(offer.text)
        let (configuration, tracks) = try configuration(offer, local, resource.answer)
        let part: PeerPart = clip.map { .publish($0, tracks) } ?? .watch(tracks)
        let (id, notices) = try await loop.connect(configuration, part: part, cname: local.cname)
        log.opened(id, startedAt: started)
        var wasConnected = false
        var isOver = false
        for await notice in notices {
            switch notice {
            case .connected:
                wasConnected = true
                log.connected()
            case .ended(let end, let figures):
                isOver = true
                log.ended(end, figures)
            }
        }
        if !isOver {
            // Cancelled; taken down before the server hears of it and closes the connection.
            log.ended(.closed, await loop.finish(id))
        }
        await client.close(resource)
        await loop.close(id)
        return wasConnected
    }

    private func localParameters() -> LocalParameters {
        var generator = SystemRandomNumberGenerator()
        func source() -> UInt32 { UInt32.random(in: 1...UInt32.max, using: &generator) }
        return LocalParameters(
            ice: ICECredentials.generate(using: &generator),
            fingerprint: loop.context.fingerprint,
            // The server learns where we are from our checks.
            candidates: [],
            isICELite: false,
            sessionID: UInt64.random(in: 1..<(1 << 62), using: &generator),
            cname: "sim-\(source())",
            streamID: "simulation",
            audio: StreamSources(primary: source(), rtx: source()),
            video: StreamSources(primary: source(), rtx: source())
        )
    }

    /// What the answer to our offer means for the transport and the tracks.
    private func configuration(
        _ offer: SDPOffer,
        _ local: LocalParameters,
        _ answer: String
    ) throws(SimulationError) -> (Peer.Configuration, [NegotiatedTrack]) {
        let remote: RemotePeerDescription
        let outcome: SDPOffer.Outcome
        do {
            remote = try RemotePeerDescription(parsing: answer)
            outcome = try offer.accept(remote)
        } catch {
            throw .badAnswer(reason: "\(error)")
        }
        if plan.role == .publisher, !outcome.tracks.contains(where: { $0.kind == .video }) {
            throw .badAnswer(
                reason: "it does not take \(plan.codecs.map(\.rawValue).joined(separator: ", "))"
            )
        }
        let addresses = remote.candidates.filter { $0.transport == .udp && $0.component == 1 }
            .sorted { $0.priority > $1.priority }
            .map(\.address)
        let isIPv6 = addresses.allSatisfy(\.isIPv6)
        let usable = addresses.filter { $0.isIPv6 == isIPv6 }
        guard !usable.isEmpty else { throw .badAnswer(reason: "it has no UDP address") }
        let configuration = Peer.Configuration(
            iceRole: .controlling,
            localCredentials: local.ice,
            remoteCredentials: remote.ice,
            remoteAddresses: usable.map { NetworkPath(socket: 0, remote: $0) },
            dtlsContext: loop.context,
            dtlsRole: outcome.dtlsRole,
            remoteFingerprint: remote.fingerprint,
            tieBreaker: UInt64.random(in: 0...UInt64.max),
            transactionSeed: UInt64.random(in: 0...UInt64.max)
        )
        return (configuration, outcome.tracks)
    }
}
