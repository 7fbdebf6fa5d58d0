/// A cluster of a file that was written by us, with one whole block at least.
struct WebMFoundCluster: Equatable {
    let offset: Int64
    /// By its size, within the file or not; `nil` when it has none.
    let declaredEnd: Int64?
    /// In milliseconds.
    let time: Int64
    let firstBlockOffset: Int64
    let first: WebMFoundBlock
}

/// A block of a file that was written by us.
struct WebMFoundBlock: Equatable {
    let track: RecordingTrack
    let isKeyFrame: Bool
    /// Milliseconds since its cluster's time.
    let time: Int64
    let firstByte: UInt8
    let secondByte: UInt8?
    /// The offset behind it.
    let end: Int64
}

extension FileWindow {
    /// The cluster at `offset`, if there is one that we could have written.
    mutating func cluster(
        at offset: Int64,
        notBefore earliest: Int64,
        _ head: WebMFoundHead
    ) throws -> WebMFoundCluster? {
        guard let header = try header(at: offset), header.id == EBMLID.cluster.rawValue,
            Int64(header.length) == WebMCluster.contentOffset
        else { return nil }
        let content = offset + WebMCluster.contentOffset
        guard let timestamp = try self.header(at: content), timestamp.id == EBMLID.timestamp.rawValue,
            let count = timestamp.size, (1...4).contains(count)
        else { return nil }
        let number = try bytes(at: content + Int64(timestamp.length), count: Int(count))
        let time = Int64(clamping: number.bigEndianValue)
        guard number.count == Int(count), time >= earliest else { return nil }
        let firstBlock = content + Int64(timestamp.length) + count
        let declaredEnd = header.size.map { content + $0 }
        let end = min(declaredEnd ?? length, length)
        guard let first = try block(at: firstBlock, before: end, notBefore: 0, head), first.time == 0
        else { return nil }
        return WebMFoundCluster(
            offset: offset,
            declaredEnd: declaredEnd,
            time: time,
            firstBlockOffset: firstBlock,
            first: first
        )
    }

    /// Where the cluster ends: by its size if that leads to what may follow, else behind its last whole block.
    mutating func end(of cluster: WebMFoundCluster, _ head: WebMFoundHead) throws -> Int64 {
        if let end = cluster.declaredEnd, end <= length {
            let next = try bytes(at: end, count: 4).bigEndianValue
            if end == length || next == EBMLID.cluster.rawValue || next == EBMLID.cues.rawValue {
                return end
            }
        }
        let limit = min(cluster.declaredEnd ?? length, length)
        return try forEachBlock(of: cluster, before: limit, head) { _ in }
    }

    /// - Returns: Where the last block ends that is whole and ends before `limit`.
    @discardableResult
    mutating func forEachBlock(
        of cluster: WebMFoundCluster,
        before limit: Int64,
        _ head: WebMFoundHead,
        _ body: (WebMFoundBlock) -> Void
    ) throws -> Int64 {
        var offset = cluster.firstBlockOffset
        var time: Int64 = 0
        while let block = try block(at: offset, before: limit, notBefore: time, head) {
            body(block)
            time = block.time
            offset = block.end
        }
        return offset
    }

    private mutating func block(
        at offset: Int64,
        before limit: Int64,
        notBefore earliest: Int64,
        _ head: WebMFoundHead
    ) throws -> WebMFoundBlock? {
        let bytes = try bytes(at: offset, count: WebMBlock.longestHeader + 2)
        guard let header = EBMLElementHeader(parsing: bytes), header.id == EBMLID.simpleBlock.rawValue,
            let size = header.size, size > WebMBlock.ownHeader, size <= limit - offset - Int64(header.length)
        else { return nil }
        let own = Array(bytes.dropFirst(header.length).prefix(WebMBlock.ownHeader + 2))
        guard own.count > WebMBlock.ownHeader, own[0] & 0x80 != 0,
            let track = WebMTracks.track(ofNumber: own[0] & 0x7F), head.has(track),
            own[3] & ~WebMBlock.keyFrameFlag == 0
        else { return nil }
        let time = Int64(own[1]) << 8 | Int64(own[2])
        let isKeyFrame = own[3] != 0
        guard time >= earliest, time < WebMWriter.longestCluster, isKeyFrame || track == .video
        else { return nil }
        return WebMFoundBlock(
            track: track,
            isKeyFrame: isKeyFrame,
            time: time,
            firstByte: own[4],
            secondByte: size > WebMBlock.ownHeader + 1 && own.count > 5 ? own[5] : nil,
            end: offset + Int64(header.length) + size
        )
    }
}
