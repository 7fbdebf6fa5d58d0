import ArgumentParser
import Foundation
import Simulation

extension Simulate {
    /// The longest recording that is made, a week.
    static let longestRecording = 604_800.0

    /// - Throws: `ValidationError` for arguments that do not go with `--record`.
    func validateRecording() throws {
        guard server == nil, publish == nil, watch == nil, publishers == nil, viewers == nil else {
            throw ValidationError(
                "--record needs no server and nobody who watches: leave --server, --publish, --watch, --publishers "
                    + "and --viewers out"
            )
        }
        guard let duration, duration > 0, duration <= Self.longestRecording else {
            throw ValidationError("--record takes --duration, above 0 and at most a week (604800)")
        }
    }

    /// Makes a recording without a server, and says what it has made.
    func makeRecording(at path: String, seconds: Double) async throws {
        do {
            let recording = ClipRecording(PacketizedClip(try loadClip()), duration: .seconds(seconds))
            let report = try await untilInterrupted { try await recording.make(at: path) }
            print(json ? try SimulationProgress.json(report) : Self.summary(report))
        } catch let error as ClipRecordingError {
            throw Refusal("\(error)")
        } catch let error as ClipError {
            throw Refusal("\(error)")
        }
    }

    private static func summary(_ report: ClipRecordingReport) -> String {
        String(format: "%@: %.1f s in %.1f MB, ", report.path, report.seconds, Double(report.bytes) / 1e6)
            + "\(report.mimeType)\n\(report.frames) pictures, \(report.keyFrames) of them key frames; "
            + "\(report.soundPackets) packets of sound\n"
            + String(
                format: "made in %.1f s, %.0f times faster than real time",
                report.elapsedSeconds,
                report.speed
            )
    }
}
