public import Foundation
public import PortholeCore
import Synchronization

/// A recorder of texts: a test writes the files, and says what happens.
///
/// A file is whole if its text ends with a full stop; mending adds one, and makes as many seconds as it has bytes. A text that
/// begins with `junk` holds nothing.
public final class FakeMediaRecorder: MediaRecorder {
    private struct State {
        var ended: [RecordingID] = []
        var endedRooms: [MediaRoomID] = []
        var failures: [ObjectStoreError] = []
        var reasons: [RecordingID: RecordingFailure] = [:]
    }

    private let directory: URL
    private let state = Mutex(State())
    private let stream: AsyncStream<RecordingEvent>
    private let continuation: AsyncStream<RecordingEvent>.Continuation

    /// Makes one whose files are below a directory.
    public init(in directory: URL) {
        self.directory = directory
        (stream, continuation) = AsyncStream.makeStream(of: RecordingEvent.self)
    }

    // MARK: What a test says and asks

    /// Writes a file, whole or not.
    public func write(
        _ text: String,
        _ number: Int = 0,
        of recording: RecordingID,
        in session: SessionID,
        container: MediaContainer = .webm
    ) throws {
        let folder = self.folder(recording, session)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appending(path: "\(number).\(container.fileExtension)")
        try Data(text.utf8).write(to: file)
    }

    /// The recordings that were ended by id, in order.
    public var ended: [RecordingID] { state.withLock(\.ended) }

    /// The rooms whose recordings were ended, in order.
    public var endedRooms: [MediaRoomID] { state.withLock(\.endedRooms) }

    /// Lets the next file be one that cannot be mended now.
    public func refuseNext(_ error: ObjectStoreError) {
        state.withLock { $0.failures.append(error) }
    }

    /// Lets a recording have ended for a reason.
    public func fail(_ recording: RecordingID, _ reason: RecordingFailure) {
        state.withLock { $0.reasons[recording] = reason }
    }

    /// Whether there is any file of a recording.
    public func hasFiles(of recording: RecordingID, in session: SessionID) -> Bool {
        FileManager.default.fileExists(atPath: folder(recording, session).path)
    }

    // MARK: MediaRecorder

    /// Nothing by itself.
    public func recordingEvents() -> AsyncStream<RecordingEvent> { stream }

    /// Remembers it.
    public func end(_ recording: RecordingID) async -> RecordingFailure? {
        state.withLock { state in
            state.ended.append(recording)
            return state.reasons[recording]
        }
    }

    /// Remembers it.
    public func endRecordings(of room: MediaRoomID) async {
        state.withLock { $0.endedRooms.append(room) }
    }

    /// What was written.
    public func recordings() async throws -> [LocalRecording] {
        let manager = FileManager.default
        guard manager.fileExists(atPath: directory.path) else { return [] }
        var found: [LocalRecording] = []
        for session in try manager.contentsOfDirectory(atPath: directory.path).compactMap({ SessionID($0) }) {
            let folder = directory.appending(path: session.text)
            for id in try manager.contentsOfDirectory(atPath: folder.path).compactMap({ RecordingID($0) }) {
                found.append(
                    LocalRecording(id: id, session: session, segments: try segments(self.folder(id, session)))
                )
            }
        }
        return found
    }

    private func segments(_ folder: URL) throws -> [LocalSegment] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
            .compactMap { name in
                let parts = name.split(separator: ".")
                guard let number = Int(parts[0]) else { return nil }
                let path = folder.appending(path: name).path
                var segment = Recording.Segment(number: number, mimeType: "video/\(parts[1])", start: 0)
                segment.fileSize = Int64(try Data(contentsOf: URL(filePath: path)).count)
                return LocalSegment(path: path, segment: segment, modifiedAt: ManualClock.beginning)
            }
    }

    /// Adds the full stop.
    public func repair(_ segment: LocalSegment) async throws -> LocalSegment? {
        let failure = state.withLock { $0.failures.isEmpty ? nil : $0.failures.removeFirst() }
        if let failure { throw failure }
        var text = String(decoding: try Data(contentsOf: URL(filePath: segment.path)), as: UTF8.self)
        guard !text.isEmpty, !text.hasPrefix("junk") else { return nil }
        if !text.hasSuffix(".") { text += "." }
        try Data(text.utf8).write(to: URL(filePath: segment.path))
        var mended = segment
        mended.segment.fileSize = Int64(text.utf8.count)
        mended.segment.duration = Double(text.utf8.count)
        return mended
    }

    /// Deletes the files.
    public func delete(_ recording: RecordingID, of session: SessionID) async throws {
        let folder = folder(recording, session)
        guard FileManager.default.fileExists(atPath: folder.path) else { return }
        try FileManager.default.removeItem(at: folder)
    }

    /// Deletes the file.
    public func discard(_ segment: LocalSegment) async throws {
        guard FileManager.default.fileExists(atPath: segment.path) else { return }
        try FileManager.default.removeItem(atPath: segment.path)
    }

    private func folder(_ recording: RecordingID, _ session: SessionID) -> URL {
        directory.appending(path: session.text).appending(path: recording.text)
    }
}
