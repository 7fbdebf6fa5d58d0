public import RTP

/// What a viewer sees: which frames are whole, and which can be decoded.
///
/// A frame is decodable if all of its packets are there and the one before it, by the numbers on the wire, was
/// decoded; a whole key frame always is.
public struct VideoReception: Sendable {
    /// A frame that was decoded.
    public struct Frame: Sendable {
        /// When its last packet came.
        public let at: MonotonicTime
        /// Who made it.
        public let source: UInt8
        /// Its number.
        public let number: UInt32
        /// Whether it needs no other.
        public let isKey: Bool
        /// Its timestamp on the wire.
        public let timestamp: UInt32
        /// Its format's payload type.
        public let payloadType: UInt8
    }

    private struct Part {
        let content: TestPayload?
        let timestamp: UInt32
        let payloadType: UInt8
        let marker: Bool
    }

    /// Frames in the order of decoding.
    public private(set) var frames: [Frame] = []
    /// Packets, each counted once.
    public private(set) var packets = 0
    /// Packets that came more than once.
    public private(set) var duplicates = 0
    /// Payloads that are not as they were made.
    public private(set) var corrupted = 0
    /// Frames that were taken for decodable, and do not follow the one before.
    public private(set) var broken = 0
    /// When the newest packet came.
    public private(set) var newestAt: MonotonicTime?

    private var parts: [Int64: Part] = [:]
    private var keyStarts: [Int64] = []
    private var decodedThrough: Int64?

    /// Nothing was seen.
    init() {}

    /// Whether anything was decoded yet.
    public var hasBegun: Bool { decodedThrough != nil }
    /// Key frames decoded.
    public var keyFrames: Int { frames.count(where: \.isKey) }

    /// How long the picture stood still, each time that it did so for longer than `limit`.
    ///
    /// - Parameter end: Until when one looks; a picture that stands then counts.
    public func freezes(
        longerThan limit: Duration,
        since start: MonotonicTime,
        until end: MonotonicTime
    ) -> [Duration] {
        let times = [start] + frames.map(\.at).filter { $0 > start && $0 < end } + [end]
        return zip(times, times.dropFirst()).map { $1 - $0 }.filter { $0 > limit }
    }

    /// Frames of a source, each once.
    public func decoded(of source: UInt8) -> Set<UInt32> {
        Set(frames.lazy.filter { $0.source == source }.map(\.number))
    }

    /// A packet came; says up to which number nothing is needed any more.
    mutating func receive(
        _ header: RTPHeader,
        payload: ArraySlice<UInt8>,
        number: Int64,
        at now: MonotonicTime
    ) -> Int64? {
        newestAt = now
        guard parts[number] == nil else {
            duplicates += 1
            return nil
        }
        packets += 1
        let content = TestPayload(parsing: payload)
        if content == nil, !payload.isEmpty { corrupted += 1 }
        parts[number] = Part(
            content: content,
            timestamp: header.timestamp,
            payloadType: header.payloadType,
            marker: header.marker
        )
        if let content, content.isKey, content.isFirst { keyStarts.append(number) }
        let before = decodedThrough
        decode(at: now)
        guard let through = decodedThrough, through != before else { return nil }
        parts[number - 4_000] = nil
        return through + 1
    }

    private mutating func decode(at now: MonotonicTime) {
        while let through = decodedThrough {
            if let part = parts[through + 1], part.content == nil {
                // Padding.
                decodedThrough = through + 1
            } else if let last = endOfFrame(at: through + 1) {
                show(from: through + 1, through: last, at: now)
            } else {
                break
            }
        }
        // Behind what is missing one can go on with a key frame.
        guard let start = keyStarts.last(where: { endOfFrame(at: $0) != nil }),
            decodedThrough.map({ start > $0 }) ?? true, let last = endOfFrame(at: start)
        else { return }
        show(from: start, through: last, at: now)
        keyStarts.removeAll { $0 <= start }
        decode(at: now)
    }

    private func endOfFrame(at first: Int64) -> Int64? {
        guard let part = parts[first]?.content, part.isFirst else { return nil }
        for offset in 0..<Int64(part.parts) {
            guard let other = parts[first + offset]?.content, other.frame == part.frame,
                other.source == part.source, other.part == UInt16(offset)
            else { return nil }
        }
        return first + Int64(part.parts) - 1
    }

    private mutating func show(from first: Int64, through last: Int64, at now: MonotonicTime) {
        guard let part = parts[first], let content = part.content else { return }
        if !content.isKey {
            let previous = frames.last
            if previous?.source != content.source || previous.map({ $0.number + 1 }) != content.frame {
                broken += 1
            }
        }
        if parts[last]?.marker != true { broken += 1 }
        decodedThrough = last
        frames.append(
            Frame(
                at: now,
                source: content.source,
                number: content.frame,
                isKey: content.isKey,
                timestamp: part.timestamp,
                payloadType: part.payloadType
            )
        )
    }
}
