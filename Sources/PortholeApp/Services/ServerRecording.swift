import Logging
import PortholeCore
import ServiceLifecycle
import Synchronization

/// What runs beside the media plane that records: rows are kept true, and what is over goes to the store.
struct ServerRecording {
    let recovery: RecordingRecovery
    let journal: RecordingJournal
    let finisher: RecordingFinisher
    let upload: RecordingUpload
    let pictures: RecordingPictures
    let recorder: any MediaRecorder
    let health: RecordingHealth
    let logger: Logger

    /// Mends what an earlier run left open, before anybody publishes.
    func recover() async throws {
        let mended = try await recovery.recover { id, error in
            logger.warning("recording not mended yet", metadata: ["recording": "\(id)", "error": "\(error)"])
        }
        if !mended.isEmpty {
            logger.notice("recordings of an earlier run mended", metadata: ["count": "\(mended.count)"])
        }
    }

    /// Stopped after the media plane, whose last events they note.
    var services: [any Service] {
        let (finisher, pictures, logger) = (finisher, pictures, logger)
        let (upload, recorder, health) = (upload, recorder, health)
        return [
            RecordingJournalService(journal: journal, recorder: recorder, logger: logger),
            PeriodicService(name: "recording pictures", interval: .seconds(5), logger: logger) {
                while try await pictures.step() {}
            },
            PeriodicService(name: "recording upload", interval: .seconds(5), logger: logger) {
                try await upload.advanceRunning(recorder) { id, error in
                    logger.warning(
                        "parts of a recording not stored yet",
                        metadata: ["recording": "\(id)", "error": "\(error)"]
                    )
                }
            },
            PeriodicService(name: "recording finisher", interval: .seconds(1), logger: logger) {
                var failures = 0
                let done = try await finisher.step { id, error in
                    failures += 1
                    health.note(error)
                    logger.warning(
                        "recording not finished yet",
                        metadata: ["recording": "\(id)", "error": "\(error)"]
                    )
                }
                if failures == 0 { health.note(nil) }
                for id in done { logger.info("recording finished", metadata: ["recording": "\(id)"]) }
                // A disk that is full, or a store that is away, is not mended within a second.
                if failures > 0 { try await Task.sleep(for: .seconds(10)) }
            },
        ]
    }
}

/// How it goes with bringing recordings into the store, as `/health` tells it.
final class RecordingHealth: Sendable {
    private let trouble = Mutex<String?>(nil)

    /// Why recordings wait on this machine; `nil` when none does.
    func note(_ error: (any Error)?) {
        trouble.withLock { $0 = error.map { "\($0)" } }
    }

    /// What is to be said now.
    var finding: HealthCheck? {
        trouble.withLock(\.self)
            .map {
                HealthCheck(.degraded, "Recordings wait on this machine's disk and are tried again: \($0)")
            }
    }
}

/// Notes what happens to the files of recordings, until the recorder has ended.
private struct RecordingJournalService: Service {
    let journal: RecordingJournal
    let recorder: any MediaRecorder
    let logger: Logger

    func run() async {
        await withTaskGroup { group in
            // Rows may wait for a disk that is full; who is recorded is told at once.
            let (rows, queue) = AsyncStream.makeStream(of: RecordingEvent.self)
            group.addTask { for await event in rows { await note(event) } }
            for await event in recorder.recordingEvents() {
                await journal.tell(event)
                queue.yield(event)
            }
            queue.finish()
        }
        // The recorder has ended, which is not yet the end of this service's turn.
        try? await gracefulShutdown()
    }

    /// Tries until it is noted, or the server ends: a disk may be full for a while.
    ///
    /// What then is not noted is read from the files at the next start.
    private func note(_ event: RecordingEvent) async {
        while !Task.isShuttingDownGracefully {
            do { return try await journal.note(event) } catch {
                logger.warning("recording not noted yet", metadata: ["error": "\(error)"])
            }
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: .seconds(2)) }
        }
        // The last word of a recorder that ends with the server.
        try? await journal.note(event)
    }
}
