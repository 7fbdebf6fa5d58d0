import RTP
import Recorder
import SFU

/// What a media loop hands to the recorder at once: packets with their arrival, and what happened between them.
///
/// ```
/// | head, 32 bytes | payload, padded to 8 bytes | head | payload | …
/// ```
///
/// `@unchecked Sendable`: it belongs to one thread at a time, the loop that fills it or the recorder that reads it;
/// ``RecordingQueue`` hands it over under its lock.
final class RecordingBlock: @unchecked Sendable {
    /// Bytes of a block; the longest packet fits several times.
    static let capacity = 64 << 10

    enum Kind: UInt8 {
        case packet
        case senderReport
        case sourceBegan
        case sourceEnded
        case overflowed
    }

    /// What is before each payload.
    struct Head {
        var kind: Kind
        var track: SourceTrack.Kind = .video
        var codec: Codec = .opus
        var marker = false
        var hasAudio = false
        var hasVideo = false
        var length: UInt16 = 0
        var timestamp: UInt32 = 0
        /// Of a packet; of a report its time.
        var index: Int64 = 0
        var at: MonotonicTime
    }

    private static let headSize = (MemoryLayout<Head>.stride + 7) & ~7
    private let bytes = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
    private(set) var count = 0

    deinit { bytes.deallocate() }

    /// Adds an entry; `false` if there is no room for it.
    func append(_ head: Head, payload: UnsafeRawBufferPointer) -> Bool {
        let size = Self.headSize + (payload.count + 7) & ~7
        guard size <= Self.capacity - count else { return false }
        bytes.storeBytes(of: head, toByteOffset: count, as: Head.self)
        if let source = payload.baseAddress {
            (bytes + count + Self.headSize).copyMemory(from: source, byteCount: payload.count)
        }
        count += size
        return true
    }

    /// Forgets everything, to be filled anew.
    func removeAll() { count = 0 }

    /// Gives each entry as the recorder takes it.
    func read(_ body: (RecordingInput) -> Void) {
        var offset = 0
        while offset < count {
            let head = bytes.load(fromByteOffset: offset, as: Head.self)
            offset += Self.headSize
            let payload = UnsafeRawBufferPointer(start: bytes + offset, count: Int(head.length))
            offset += (payload.count + 7) & ~7
            body(RecordingInput(head, payload))
        }
    }
}

extension RecordingInput {
    fileprivate init(_ head: RecordingBlock.Head, _ payload: UnsafeRawBufferPointer) {
        let track: RecordingTrack = head.track == .audio ? .audio : .video
        switch head.kind {
        case .packet:
            self = .packet(
                track,
                TrackPacket(
                    index: head.index,
                    arrival: head.at,
                    timestamp: head.timestamp,
                    codec: head.codec,
                    marker: head.marker,
                    payload: Array(payload)
                )
            )
        case .senderReport:
            let bits = UInt64(bitPattern: head.index)
            self = .senderReport(
                track,
                ntp: NTPTime(
                    seconds: UInt32(truncatingIfNeeded: bits >> 32),
                    fraction: UInt32(truncatingIfNeeded: bits)
                ),
                timestamp: head.timestamp,
                at: head.at
            )
        case .sourceBegan:
            self = .sourceBegan(hasAudio: head.hasAudio, hasVideo: head.hasVideo, at: head.at)
        case .sourceEnded: self = .sourceEnded(at: head.at)
        case .overflowed: self = .overflowed(at: head.at)
        }
    }
}
