/// Makes of an unfinished file what ``MP4Writer/finish(duration:)`` would have made of what is in it.
///
/// Walks its fragments in memory that does not grow with the samples, and keeps those that are whole and
/// follow each other. A finished file stays as it is.
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
        let layout = try MP4HeadReader(source).layout
        var index = MP4Index(layout)
        var fragments = MP4FragmentReader(layout)
        var offset = layout.end
        while let fragment = try fragments.next(at: offset, of: source) {
            index.add(fragment)
            offset += fragment.size
        }
        length = offset
        changes = index.changes()
        duration = index.duration
    }
}
