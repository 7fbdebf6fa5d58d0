import Recorder

/// Does what the recorder says, to one file.
struct RecordingWriter {
    private let file: NewFile
    private var segment: RecordingSegment?
    private var end: RecordingSegmentEnd?

    init(_ file: NewFile) { self.file = file }

    /// Takes the recorder's outputs until there are none.
    mutating func write(_ recorder: inout SessionRecorder) throws(ClipRecordingError) {
        while let output = recorder.nextOutput() {
            switch output {
            case .segmentBegan(let began): try begin(began)
            case .change(.append(let bytes)): try file.append(bytes)
            case .change(.overwrite(let offset, let bytes)): try file.overwrite(bytes, at: offset)
            case .segmentEnded(let ended): end = ended
            case .gap: break
            }
        }
    }

    private mutating func begin(_ began: RecordingSegment) throws(ClipRecordingError) {
        guard segment == nil else { throw .severalFiles }
        let container = "\(began.container)"
        guard file.pathExtension.map({ $0 == container }) ?? true else {
            throw .wrongExtension(path: file.path, container: container)
        }
        segment = began
    }

    /// The file is complete: what it is, and what became of it.
    func finish() throws(ClipRecordingError) -> (RecordingSegment, RecordingSegmentEnd) {
        try file.flush()
        guard let segment, let end, end.videoFrames > 0 else { throw .empty }
        return (segment, end)
    }
}
