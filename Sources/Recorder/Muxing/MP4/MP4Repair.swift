/// Makes of an unfinished file what ``MP4Writer/finish(duration:)`` would have made of what is in it.
///
/// Walks its fragments, of which it remembers as much as the writer does, and keeps those that are whole and
/// follow each other. A finished file is one whose end and head are what its fragments say: it stays as it is.
public struct MP4Repair: Equatable, Sendable {
    /// Bytes of the file that are kept; what is behind is to be cut off before the changes are made.
    public let length: Int64
    /// What is to be done to the file then, in this order; a crash between does no harm.
    public let changes: [FileChange]
    /// How long the file plays, in microseconds.
    public let duration: Int64

    /// Looks at a file, and changes nothing.
    ///
    /// - Throws: ``MP4RepairError``, or what reading throws.
    public init(of source: some MP4Source) throws {
        let head = try MP4HeadReader(source).head
        var index = MP4Index(head)
        var fragments = MP4FragmentReader(head.tracks.map(\.track))
        while let fragment = try fragments.next(at: index.end, of: source), index.hasRoom(for: fragment) {
            index.add(fragment)
        }
        duration = index.duration
        let changes = index.changes()
        if try Self.isDone(changes, to: source, from: index.end) {
            length = source.length
            self.changes = []
        } else {
            length = index.end
            self.changes = changes
        }
    }

    /// Whether a file is what it would be after changes.
    ///
    /// - Parameter end: Where something would be appended.
    private static func isDone(
        _ changes: [FileChange],
        to source: some MP4Source,
        from end: Int64
    ) throws -> Bool {
        var end = end
        for change in changes {
            switch change {
            case .append(let bytes):
                guard source.length == end + Int64(bytes.count),
                    try source.bytes(at: end, count: bytes.count) == bytes
                else { return false }
                end = source.length
            case .overwrite(let offset, let bytes):
                guard try source.bytes(at: offset, count: bytes.count) == bytes else { return false }
            }
        }
        return end == source.length
    }
}
