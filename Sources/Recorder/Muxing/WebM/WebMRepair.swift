/// Makes a file that a crash left behind the same as if it had been finished after its last whole block.
///
/// Clusters that have their size are stepped over by it, where something of ours follows. Of the others, and of the last
/// one, blocks are stepped over by theirs. So little is read of a long file, and a few kilobytes are held at a time. Power
/// that went may have left anything behind the last sync: what is no block of ours ends the file.
public struct WebMRepair: Equatable, Sendable {
    /// Clusters without size that are mended: two seconds between syncs leave some dozen.
    static let mostPatches = 16_384

    /// Cut the file to it, then make the changes.
    public let length: Int64
    /// What makes the file, so cut, complete.
    public let changes: [FileChange]
    /// How long the file plays, in microseconds; 0 if there is nothing in it.
    public let duration: Int64

    /// Looks through a file; one that is finished needs no change.
    ///
    /// - Parameters:
    ///   - length: Of the file.
    ///   - read: Answers so many bytes from an offset on, fewer only where the file ends.
    /// - Throws: ``WebMRepairError``, or what `read` throws.
    public init(
        length: Int64,
        reading read: @escaping (_ offset: Int64, _ count: Int) throws -> [UInt8]
    ) throws {
        var file = FileWindow(length: length, read: read)
        let head = try WebMFoundHead(in: &file)
        guard !head.isFinished else {
            self.length = file.length
            changes = []
            duration = head.duration
            return
        }
        var offset = head.length
        var time: Int64 = 0
        var patches: [FileChange] = []
        var cues = CueList()
        var last: [(cluster: WebMFoundCluster, end: Int64)] = []
        while let cluster = try file.cluster(at: offset, notBefore: time, head) {
            let end = try file.end(of: cluster, head)
            if cluster.declaredEnd != end {
                guard patches.count < Self.mostPatches else { throw WebMRepairError.damaged }
                patches.append(WebMCluster.size(from: offset, to: end))
            }
            cues.add(
                position: offset - WebMHead.contentOffset,
                milliseconds: cluster.time,
                track: cluster.first.track,
                isKeyFrame: cluster.first.isKeyFrame
            )
            last = last.suffix(1) + [(cluster, end)]
            time = cluster.time
            offset = end
        }
        var mediaEnd = MediaEnd()
        for (cluster, end) in last {
            mediaEnd.beginCluster()
            try file.forEachBlock(of: cluster, before: end, head) { block in
                mediaEnd.add(
                    block.track,
                    milliseconds: cluster.time + block.time,
                    first: block.firstByte,
                    second: block.secondByte
                )
            }
        }
        self.length = offset
        duration = mediaEnd.microseconds
        changes =
            patches
            + WebMHead.closing(length: offset, duration: mediaEnd.microseconds, cues: cues).changes
    }
}

/// Why a file cannot be repaired.
public enum WebMRepairError: Error, Equatable, Sendable {
    /// It is not one of ours, or its head is not whole: it holds nothing.
    case foreign
    /// More clusters have lost their size than a crash explains.
    case damaged
}
