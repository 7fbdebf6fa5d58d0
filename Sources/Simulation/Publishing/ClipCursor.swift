/// Where in a clip that begins again and again a publisher is.
///
/// Pictures leave at the pace of the clip. On a jump the next key frame takes the place of the frame that would have
/// come next: time goes on evenly, and sound jumps along with the picture.
struct ClipCursor: Sendable {
    private let frames: [PacketizedClip.Frame]
    private let duration: Int64
    private let soundInterval: Int64
    private let soundCount: Int

    /// The frame that comes next.
    private(set) var next = 0
    /// Nanoseconds since the publisher's start, less those since the beginning of the clip.
    private var offset: Int64 = 0
    private var soundTime: Int64 = 0

    init(_ clip: PacketizedClip) {
        frames = clip.frames
        duration = clip.duration
        soundInterval = clip.soundInterval
        soundCount = clip.sound.count
    }

    /// When the next frame leaves, in nanoseconds since the start.
    var frameTime: Int64 { frames[next].time + offset }

    /// Whether the next frame is a key frame.
    var isAtKeyFrame: Bool { frames[next].isKey }

    /// When the next packet of sound leaves; `nil` without sound.
    var soundPacketTime: Int64? { soundCount > 0 ? soundTime : nil }

    /// The frame that is due, and when it was.
    mutating func takeFrame(at elapsed: Int64) -> (frame: Int, time: Int64)? {
        let time = frameTime
        guard time <= elapsed else { return nil }
        defer {
            next += 1
            if next == frames.count {
                next = 0
                offset += duration
            }
        }
        return (next, time)
    }

    /// The packet of sound that is due, and when it was.
    mutating func takeSound(at elapsed: Int64) -> (packet: Int, time: Int64)? {
        guard soundCount > 0, soundTime <= elapsed else { return nil }
        let time = soundTime
        soundTime += soundInterval
        var position = (time - offset) % duration
        if position < 0 { position += duration }
        return (min(Int(position / soundInterval), soundCount - 1), time)
    }

    /// Lets the next key frame come next.
    mutating func jumpToKeyFrame() {
        let time = frameTime
        // The first frame is a key frame, so there is one behind the end.
        next = frames[next...].firstIndex(where: \.isKey) ?? 0
        offset = time - frames[next].time
    }

    /// Passes over what should have left before: a process that was stopped does not send it all at once.
    mutating func skip(to elapsed: Int64) {
        offset += max(0, elapsed - frameTime)
        soundTime = max(soundTime, elapsed / soundInterval * soundInterval)
    }
}
