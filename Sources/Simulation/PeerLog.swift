import RTP
import Synchronization

/// What has happened to one peer, written by its task and read by whoever reports.
final class PeerLog: Sendable {
    struct State: Sendable {
        /// On the loop, while there is a connection.
        var id: UInt64?
        var startedAt: MonotonicTime?
        var report: PeerReport
    }

    private let state: Mutex<State>

    init(_ plan: PeerPlan) {
        state = Mutex(State(report: PeerReport(name: plan.name, role: plan.role)))
    }

    /// The connection that is open, if there is one.
    var id: UInt64? { state.withLock(\.id) }

    /// Everything so far; of the connection `id` these figures, unless it has ended since they were asked for.
    func report(_ figures: PeerFigures?, of id: UInt64?) -> PeerReport {
        state.withLock { state in
            var report = state.report
            if let figures, state.id == id { report.add(figures, startedAt: state.startedAt) }
            return report
        }
    }

    func opened(_ id: UInt64, startedAt: MonotonicTime) {
        state.withLock {
            $0.id = id
            $0.startedAt = startedAt
        }
    }

    func connected() {
        state.withLock {
            $0.report.connects += 1
            $0.report.isConnected = true
            $0.report.error = nil
        }
    }

    func ended(_ end: PeerEnd, _ figures: PeerFigures?) {
        state.withLock {
            if let figures { $0.report.add(figures, startedAt: $0.startedAt) }
            $0.report.isConnected = false
            $0.id = nil
            switch end {
            case .closed: break
            case .closedByServer: $0.report.error = "the server closed the connection"
            case .failed(let failure): $0.report.error = "the connection failed: \(failure)"
            }
        }
    }

    func waits(_ error: SimulationError) { state.withLock { $0.report.error = "\(error)" } }

    func failed(_ error: SimulationError) {
        state.withLock {
            $0.report.error = "\(error)"
            $0.report.isRefused = true
        }
    }
}
