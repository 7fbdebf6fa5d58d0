import RTP

/// What a Matroska or WebM file holds: its tracks and the blocks of frames.
///
/// ```
/// element: | id, 1 to 4 bytes | size, 1 to 8 bytes | content |     both begin with as many zero bits as bytes follow
/// block:   | track | time, 16 bits, signed | flags | frame |
/// ```
///
/// Elements that hold others are stepped into, all others are read or passed over; so it does not matter whether the
/// ones that hold others say how long they are. Bounded by the file. RFC 9559 §5, RFC 8794 §4 to 7.
struct MatroskaContent {
    /// A track that the file announces.
    struct Track: Equatable {
        var number: UInt64 = 0
        var codec: Codec?
        var isVideo = false
        /// `CodecPrivate`: for H.264 the decoder configuration.
        var configuration: Range<Int> = 0..<0
        var size = (width: 0, height: 0)

        static func == (left: Track, right: Track) -> Bool {
            left.number == right.number && left.codec == right.codec && left.isVideo == right.isVideo
                && left.configuration == right.configuration && left.size == right.size
        }
    }

    /// One frame.
    struct Block: Equatable {
        var track: UInt64
        /// Nanoseconds.
        var time: Int64
        var payload: Range<Int>
    }

    private enum Element {
        static let header: UInt64 = 0x1A45_DFA3
        static let segment: UInt64 = 0x1853_8067
        static let information: UInt64 = 0x1549_A966
        static let timestampScale: UInt64 = 0x2A_D7B1
        static let tracks: UInt64 = 0x1654_AE6B
        static let trackEntry: UInt64 = 0xAE
        static let trackNumber: UInt64 = 0xD7
        static let trackType: UInt64 = 0x83
        static let codecID: UInt64 = 0x86
        static let codecPrivate: UInt64 = 0x63A2
        static let video: UInt64 = 0xE0
        static let pixelWidth: UInt64 = 0xB0
        static let pixelHeight: UInt64 = 0xBA
        static let cluster: UInt64 = 0x1F43_B675
        static let timestamp: UInt64 = 0xE7
        static let simpleBlock: UInt64 = 0xA3
        static let blockGroup: UInt64 = 0xA0
        static let block: UInt64 = 0xA1

        /// Those that hold others which we want.
        static let holders: Set<UInt64> = [
            segment, information, tracks, trackEntry, video, cluster, blockGroup,
        ]
    }

    private(set) var tracks: [Track] = []
    private(set) var blocks: [Block] = []
    private var scale: UInt64 = 1_000_000
    private var clusterTime: UInt64 = 0

    /// Walks the file.
    ///
    /// - Throws: `notMatroska`, or `unsupported` for laced frames.
    init(_ file: [UInt8]) throws(ClipError) {
        var offset = 0
        guard let first = Self.number(file, &offset, keepsMarker: true), first == Element.header else {
            throw .notMatroska
        }
        offset = 0
        while offset < file.count {
            guard let id = Self.number(file, &offset, keepsMarker: true),
                let size = Self.number(file, &offset, keepsMarker: false)
            else { throw .notMatroska }
            if Element.holders.contains(id) {
                if id == Element.trackEntry { tracks.append(Track()) }
                continue
            }
            guard size <= UInt64(file.count - offset) else { throw .notMatroska }
            let content = offset..<offset + Int(size)
            try take(id, content, file)
            offset = content.upperBound
        }
    }

    private mutating func take(_ id: UInt64, _ content: Range<Int>, _ file: [UInt8]) throws(ClipError) {
        switch id {
        case Element.timestampScale: scale = max(1, Self.unsigned(file, content))
        case Element.timestamp: clusterTime = Self.unsigned(file, content)
        case Element.simpleBlock, Element.block: try takeBlock(content, file)
        default:
            guard let last = tracks.indices.last else { return }
            switch id {
            case Element.trackNumber: tracks[last].number = Self.unsigned(file, content)
            case Element.trackType: tracks[last].isVideo = Self.unsigned(file, content) == 1
            case Element.codecID: tracks[last].codec = Self.codec(file[content])
            case Element.codecPrivate: tracks[last].configuration = content
            case Element.pixelWidth: tracks[last].size.width = Int(clamping: Self.unsigned(file, content))
            case Element.pixelHeight: tracks[last].size.height = Int(clamping: Self.unsigned(file, content))
            default: break
            }
        }
    }

    private mutating func takeBlock(_ content: Range<Int>, _ file: [UInt8]) throws(ClipError) {
        var offset = content.lowerBound
        guard let track = Self.number(file, &offset, keepsMarker: false), offset + 3 <= content.upperBound
        else {
            throw .notMatroska
        }
        let relative = Int16(bitPattern: UInt16(file[offset]) << 8 | UInt16(file[offset + 1]))
        guard file[offset + 2] & 0x06 == 0 else { throw .unsupported("laced frames") }
        let (ticks, overflow) = Int64(clamping: clusterTime).addingReportingOverflow(Int64(relative))
        let (time, isTooLate) = ticks.multipliedReportingOverflow(by: Int64(clamping: scale))
        guard !overflow, !isTooLate else { throw .notMatroska }
        blocks.append(Block(track: track, time: time, payload: offset + 3..<content.upperBound))
    }

    private static func codec(_ name: ArraySlice<UInt8>) -> Codec? {
        switch String(decoding: name.prefix { $0 != 0 }, as: UTF8.self) {
        case "V_VP8": .vp8
        case "V_MPEG4/ISO/AVC": .h264
        case "A_OPUS": .opus
        default: nil
        }
    }

    /// A number whose leading zero bits say how many bytes follow its first; of a size made of ones only the rest of
    /// the file is meant, and only holders may have it.
    private static func number(_ file: [UInt8], _ offset: inout Int, keepsMarker: Bool) -> UInt64? {
        guard offset < file.count else { return nil }
        let first = file[offset]
        let length = first.leadingZeroBitCount + 1
        guard length <= 8, offset + length <= file.count else { return nil }
        var value = UInt64(first)
        if !keepsMarker { value &= length == 8 ? 0 : (1 << UInt64(8 - length)) - 1 }
        for index in offset + 1..<offset + length { value = value << 8 | UInt64(file[index]) }
        offset += length
        return value
    }

    private static func unsigned(_ file: [UInt8], _ content: Range<Int>) -> UInt64 {
        content.suffix(8).reduce(0) { $0 << 8 | UInt64(file[$1]) }
    }
}
