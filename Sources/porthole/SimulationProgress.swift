import Foundation
import Simulation
import Synchronization

/// Says how a simulation goes: a line now and then, and a table at the end.
final class SimulationProgress: Sendable {
    private let last = Mutex<SimulationReport?>(nil)

    /// Prints a line about the time since the last one.
    func show(_ report: SimulationReport) {
        let before = last.withLock { last in
            defer { last = report }
            return last
        }
        let seconds = report.seconds - (before?.seconds ?? 0)
        guard seconds > 0 else { return }
        var parts = [String(format: "%6.0f s", report.seconds)]
        for role in [PeerPlan.Role.publisher, .viewer] {
            let (all, connected) = report.count(role)
            guard all > 0 else { continue }
            let now = report.sum(role)
            let then = before?.sum(role)
            func rate(_ count: KeyPath<PeerReport, UInt64>) -> Double {
                let past = then?[keyPath: count] ?? 0
                return Double(now[keyPath: count] - min(past, now[keyPath: count])) / seconds
            }
            var text = "\(connected)/\(all) \(role.rawValue)\(all == 1 ? "" : "s") "
            text += String(
                format: "%.2f Mbit/s %.1f fps",
                rate(\.bytes) * 8 / 1e6,
                rate(\.frames) / Double(max(1, connected))
            )
            if role == .viewer { text += ", \(now.lost) lost, \(now.freezes) frozen" }
            if let error = now.error { text += " (\(error))" }
            parts.append(text)
        }
        let processor = (report.processorSeconds - (before?.processorSeconds ?? 0)) / seconds
        parts.append(String(format: "%.0f %% of a core", processor * 100))
        // Not `print`, whose lines wait in a buffer where they go to a file.
        FileHandle.standardOutput.write(Data((parts.joined(separator: "   ") + "\n").utf8))
    }

    /// Whether everybody who should have sent or seen something has.
    static func isSuccess(_ report: SimulationReport) -> Bool {
        !report.isRefused && report.peers.allSatisfy { $0.frames > 0 }
    }

    /// A report as JSON.
    static func json(_ report: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return String(decoding: try encoder.encode(report), as: UTF8.self)
    }

    /// The report as a table, a line for each peer.
    static func summary(_ report: SimulationReport) -> String {
        var lines = [
            "",
            row(
                "peer",
                ["Mbit/s", "fps", "packets", "lost", "again", "key", "asked", "jitter", "frozen", "first"]
            ),
        ]
        for peer in report.peers {
            let seconds = max(peer.connectedSeconds, 0.001)
            let isViewer = peer.role == .viewer
            lines.append(
                row(
                    peer.name,
                    [
                        String(format: "%.2f", Double(peer.bytes) * 8 / seconds / 1e6),
                        String(format: "%.1f", Double(peer.frames) / seconds),
                        "\(peer.packets)",
                        isViewer ? "\(peer.lost)" : String(format: "%.1f %%", peer.fractionLost * 100),
                        "\(peer.retransmitted)", "\(peer.keyFrames)", "\(peer.keyFrameRequests)",
                        isViewer ? String(format: "%.1f ms", peer.jitterSeconds * 1_000) : "",
                        isViewer ? String(format: "%.1f s", peer.frozenSeconds) : "",
                        peer.firstFrameSeconds.map { String(format: "%.0f ms", $0 * 1_000) } ?? "",
                    ]
                ) + (peer.error.map { "  \($0)" } ?? "")
            )
        }
        let share = report.processorSeconds / max(report.seconds, 0.001) * 100
        lines.append(String(format: "\n%.1f s, %.0f %% of a core", report.seconds, share))
        return lines.joined(separator: "\n")
    }

    private static func row(_ name: String, _ cells: [String]) -> String {
        name.padding(toLength: max(12, name.count), withPad: " ", startingAt: 0)
            + cells.map { String(repeating: " ", count: max(1, 10 - $0.count)) + $0 }.joined()
    }
}
