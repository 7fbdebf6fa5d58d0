import Glibc

/// Publishers and viewers against any WHIP and WHEP server, on the same engines as the server's own.
///
/// `SimulatedPeer` is one of them from its first request on, ``SimulationLoop`` moves the media of all of them.
public struct Simulation: Sendable {
    /// Between the first requests of two peers: a crowd comes one after the other.
    private static let stagger = Duration.milliseconds(20)

    private let plans: [PeerPlan]
    private let clip: PacketizedClip?

    /// Prepares peers.
    ///
    /// - Parameter clip: What the publishers send; all of them share it.
    /// - Throws: `badArgument` if there are publishers and no clip, or nobody at all.
    public init(_ plans: [PeerPlan], clip: PacketizedClip?) throws(SimulationError) {
        guard !plans.isEmpty else { throw .badArgument("there is nobody to simulate") }
        guard clip != nil || !plans.contains(where: { $0.role == .publisher }) else {
            throw .badArgument("publishers need a clip")
        }
        self.plans = plans
        self.clip = clip
    }

    /// Runs until the time is up, everybody is refused, or the task is cancelled.
    ///
    /// - Parameters:
    ///   - duration: For how long; `nil` for no end.
    ///   - interval: Between two calls of `observe`.
    ///   - observe: Is told how it goes.
    /// - Returns: What all have done in the end.
    /// - Throws: `system` or `noCertificate` if nothing can be begun.
    public func run(
        for duration: Duration? = nil,
        every interval: Duration = .seconds(2),
        observe: @escaping @Sendable (SimulationReport) -> Void = { _ in }
    ) async throws(SimulationError) -> SimulationReport {
        let loop = try SimulationLoop()
        defer { loop.thread.stop() }
        let peers = plans.map { plan in
            SimulatedPeer(
                plan: plan,
                clip: plan.role == .publisher ? clip : nil,
                loop: loop,
                log: PeerLog(plan)
            )
        }
        let start = ContinuousClock.now
        let processor = Self.processorSeconds
        let report: @Sendable () async -> SimulationReport = {
            var reports: [PeerReport] = []
            for peer in peers {
                let id = peer.log.id
                var figures: PeerFigures?
                if let id { figures = await loop.figures(of: id) }
                reports.append(peer.log.report(figures, of: id))
            }
            return SimulationReport(
                seconds: (ContinuousClock.now - start) / .seconds(1),
                processorSeconds: Self.processorSeconds - processor,
                peers: reports
            )
        }
        await withTaskGroup(of: Bool.self) { group in
            for (index, peer) in peers.enumerated() {
                group.addTask {
                    try? await Task.sleep(for: Self.stagger * index)
                    // What is refused stands in its log.
                    try? await peer.run()
                    return false
                }
            }
            group.addTask {
                while true {
                    do { try await Task.sleep(for: interval) } catch { return false }
                    observe(await report())
                }
            }
            if let duration {
                group.addTask {
                    do { try await Task.sleep(for: duration) } catch { return false }
                    return true
                }
            }
            var running = peers.count
            for await isTimeUp in group {
                running -= 1
                if isTimeUp || running == 0 { break }
            }
            group.cancelAll()
        }
        return await report()
    }

    private static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
