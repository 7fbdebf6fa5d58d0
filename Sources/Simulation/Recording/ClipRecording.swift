import RTP
import Recorder

/// A recording of a clip that is sent again and again, made without a network by the server's own recorder.
///
/// ```
/// PacketizedClip ─► VirtualPublisher ─► SessionRecorder ─► RecordingWriter ─► NewFile
/// ```
///
/// Time is virtual: an hour takes as long as the machine needs for it. The same clip and duration give the same file.
public struct ClipRecording: Sendable {
    /// How often the recorder is told the time, as in the server.
    private static let turn = Duration.milliseconds(100)

    private let clip: PacketizedClip
    private let duration: Duration

    /// A recording that is not made yet.
    public init(_ clip: PacketizedClip, duration: Duration) {
        self.clip = clip
        self.duration = duration
    }

    /// Makes the file, which must not be there; what is not whole is removed.
    ///
    /// - Throws: Any case of ``ClipRecordingError``; `interrupted` when the task is cancelled.
    public func make(at path: String) async throws(ClipRecordingError) -> ClipRecordingReport {
        let file = try NewFile(path)
        do throws(ClipRecordingError) {
            return try await record(into: file)
        } catch {
            file.remove()
            throw error
        }
    }

    private func record(into file: NewFile) async throws(ClipRecordingError) -> ClipRecordingReport {
        let began = ContinuousClock.now
        var publisher = VirtualPublisher(clip)
        var recorder = SessionRecorder()
        var writer = RecordingWriter(file)
        let end = publisher.now + duration
        recorder.receive(.sourceBegan(hasAudio: publisher.hasAudio, hasVideo: true, at: publisher.now))
        while publisher.now < end {
            guard !Task.isCancelled else { throw .interrupted }
            publisher.run(until: min(publisher.now + Self.turn, end)) { recorder.receive($0) }
            recorder.advance(to: publisher.now)
            try writer.write(&recorder)
            // Where there is one core, whoever would cancel needs it.
            await Task.yield()
        }
        recorder.receive(.sourceEnded(at: end))
        recorder.finish(at: end)
        try writer.write(&recorder)
        let (segment, ended) = try writer.finish()
        let elapsed = (ContinuousClock.now - began) / .seconds(1)
        let seconds = Double(ended.duration) / 1_000_000
        return ClipRecordingReport(
            path: file.path,
            mimeType: segment.mimeType,
            seconds: seconds,
            bytes: file.length,
            frames: ended.videoFrames,
            keyFrames: Int(publisher.figures.keyFrames),
            soundPackets: ended.audioFrames,
            elapsedSeconds: elapsed,
            speed: seconds / max(elapsed, 1e-9)
        )
    }
}
