@testable import Recorder

/// What is in a WebM file, read strictly: whatever our files promise is checked while reading.
struct WebMFile {
    struct Block: Equatable {
        let track: Int
        /// Milliseconds from the beginning of the file.
        let time: Int64
        let isKeyFrame: Bool
        let payload: [UInt8]
        let end: Int
    }

    struct Cluster {
        let offset: Int
        let length: Int
        let hasSize: Bool
        let time: Int64
        let blocks: [Block]
    }

    struct Cue: Equatable {
        let time: Int64
        let track: Int
        let position: Int
    }

    let header: EBMLNode
    let segment: EBMLNode
    let tracks: EBMLNode
    let isFinished: Bool
    /// Milliseconds.
    let duration: Double?
    let clusters: [Cluster]
    let cues: [Cue]

    var blocks: [Block] { clusters.flatMap(\.blocks) }

    static func require(_ isTrue: Bool, _ text: @autoclosure () -> String) throws {
        if !isTrue { throw EBMLNode.Malformed(description: text()) }
    }

    init(_ bytes: [UInt8]) throws {
        let top = try EBMLNode.read(bytes, in: 0..<bytes.count)
        try Self.require(top.map(\.id) == [0x1A45_DFA3, EBMLNode.segment], "an EBML header and a Segment")
        (header, segment) = (top[0], top[1])
        isFinished = segment.hasSize
        try Self.require(segment.content.upperBound == bytes.count, "the Segment reaches to the end")

        let ids = segment.children.map(\.id)
        let beginning: [UInt32] = (isFinished ? [0x114D_9B74, 0xEC] : [0xEC]) + [0x1549_A966, 0x1654_AE6B]
        try Self.require(Array(ids.prefix(beginning.count)) == beginning, "the head has its order")
        var rest = ids.dropFirst(beginning.count)
        if isFinished, rest.last == 0x1C53_BB6B { rest.removeLast() }
        try Self.require(rest.allSatisfy { $0 == EBMLNode.cluster }, "clusters, and Cues at the end")

        guard let info = segment[0x1549_A966], let tracks = segment[0x1654_AE6B],
            let scale = info[0x2A_D7B1], info[0x4D80]?.text(bytes) == "Porthole",
            info[0x5741]?.text(bytes) == "Porthole"
        else { throw EBMLNode.Malformed(description: "Info and Tracks") }
        try Self.require(info.offset - segment.content.lowerBound == 65_536, "64 KiB are reserved")
        try Self.require(scale.unsigned(bytes) == 1_000_000, "milliseconds")
        self.tracks = tracks
        duration = info[0x4489]?.float(bytes)
        clusters = try segment.all(EBMLNode.cluster).map { try Cluster($0, bytes) }
        cues = try segment[0x1C53_BB6B]?.all(0xBB).map { try Cue($0, bytes) } ?? []
        try checkClusters()
        if isFinished { try checkFinished(bytes) }
    }

    private func checkClusters() throws {
        var time: Int64 = 0
        for (index, cluster) in clusters.enumerated() {
            try Self.require(
                cluster.hasSize || !isFinished && index == clusters.count - 1,
                "a cluster that is over has a size"
            )
            try Self.require(!cluster.blocks.isEmpty, "a cluster has blocks")
            try Self.require(
                cluster.length <= WebMWriter.largestCluster + 64 || cluster.blocks.count == 1,
                "a cluster has two megabytes"
            )
            try Self.require(cluster.time >= time, "the time of clusters does not decrease")
            time = cluster.time
            for (index, block) in cluster.blocks.enumerated() {
                try Self.require(block.time >= time, "the time of blocks does not decrease")
                try Self.require(block.time - cluster.time < 5_000, "a cluster lasts five seconds")
                try Self.require(
                    block.track == 2 || !block.isKeyFrame || index == 0,
                    "a key frame begins a cluster"
                )
                time = block.time
            }
        }
    }

    private func checkFinished(_ bytes: [UInt8]) throws {
        let start = segment.content.lowerBound
        for seek in segment[0x114D_9B74]?.all(0x4DBB) ?? [] {
            guard let id = seek[0x53AB], let position = seek[0x53AC] else {
                throw EBMLNode.Malformed(description: "Seek has an identifier and a position")
            }
            let target = segment.children.first { $0.offset - start == Int(position.unsigned(bytes)) }
            try Self.require(target?.id == UInt32(id.unsigned(bytes)), "SeekHead points at what it names")
        }
        try Self.require(
            segment[0x114D_9B74]?.children.count == (cues.isEmpty ? 2 : 3),
            "SeekHead names Info, Tracks and Cues"
        )
        let last = blocks.last?.time
        try Self.require(duration ?? 0 >= Double(last ?? 0), "Duration covers the last block")
        try Self.require(last == nil || duration ?? 0 > 0, "Duration is there")
        for cue in cues {
            guard let cluster = clusters.first(where: { $0.offset - start == cue.position }),
                let first = cluster.blocks.first
            else { throw EBMLNode.Malformed(description: "a cue points at a cluster") }
            try Self.require(
                cluster.time == cue.time && first.track == cue.track && first.isKeyFrame,
                "a cue points at a key frame"
            )
        }
        try Self.require(zip(cues, cues.dropFirst()).allSatisfy { $0.time <= $1.time }, "cues are in order")
    }
}

extension WebMFile.Cluster {
    fileprivate init(_ node: EBMLNode, _ bytes: [UInt8]) throws {
        guard let timestamp = node.children.first, timestamp.id == 0xE7 else {
            throw EBMLNode.Malformed(description: "a cluster begins with its time")
        }
        let start = Int64(timestamp.unsigned(bytes))
        offset = node.offset
        length = node.content.upperBound - node.offset
        hasSize = node.hasSize
        time = start
        blocks = try node.children.dropFirst()
            .map { node in
                let content = node.bytes(bytes)
                try WebMFile.require(node.id == 0xA3 && content.count > 4, "SimpleBlocks with a payload")
                try WebMFile.require(content[0] & 0x80 != 0 && content[3] & 0x7F == 0, "no lacing")
                return WebMFile.Block(
                    track: Int(content[0] & 0x7F),
                    time: start + Int64(Int16(bitPattern: UInt16(content[1]) << 8 | UInt16(content[2]))),
                    isKeyFrame: content[3] & 0x80 != 0,
                    payload: Array(content[4...]),
                    end: node.content.upperBound
                )
            }
    }
}

extension WebMFile.Cue {
    fileprivate init(_ node: EBMLNode, _ bytes: [UInt8]) throws {
        guard let time = node[0xB3], let positions = node[0xB7], let track = positions[0xF7],
            let position = positions[0xF1]
        else { throw EBMLNode.Malformed(description: "a cue has time, track and position") }
        self.time = Int64(time.unsigned(bytes))
        self.track = Int(track.unsigned(bytes))
        self.position = Int(position.unsigned(bytes))
    }
}
