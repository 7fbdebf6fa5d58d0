/// When sound and pictures end, by the last two clusters alone: a repair reads no others again.
struct MediaEnd: Equatable, Sendable {
    /// Milliseconds that a picture lasts whose successor is unknown, as is the interval before it.
    static let usualInterval: Int64 = 33
    /// The last picture lasts as long as the one before it, but not longer than this.
    static let longestInterval: Int64 = 200

    private struct Cluster: Equatable, Sendable {
        /// Microseconds.
        var audioEnd: Int64 = 0
        /// Milliseconds of pictures, and between the last two of them.
        var firstVideo: Int64?
        var lastVideo: Int64?
        var interval: Int64?
    }

    private var older = Cluster()
    private var newer = Cluster()

    mutating func beginCluster() {
        older = newer
        newer = Cluster()
    }

    mutating func add(_ track: RecordingTrack, milliseconds time: Int64, first: UInt8, second: UInt8?) {
        switch track {
        case .audio:
            newer.audioEnd = time * 1_000 + OpusPacket.duration(first: first, second: second)
        case .video:
            newer.interval = newer.lastVideo.map { time - $0 }
            newer.firstVideo = newer.firstVideo ?? time
            newer.lastVideo = time
        }
    }

    var microseconds: Int64 {
        var end = max(older.audioEnd, newer.audioEnd)
        if let last = older.lastVideo {
            end = max(end, pictureEnd(last, interval: older.interval))
        }
        if let last = newer.lastVideo, let first = newer.firstVideo {
            let between = older.lastVideo.map { first - $0 }
            end = max(end, pictureEnd(last, interval: newer.interval ?? between))
        }
        return end
    }

    private func pictureEnd(_ time: Int64, interval: Int64?) -> Int64 {
        (time + min(max(interval ?? Self.usualInterval, 1), Self.longestInterval)) * 1_000
    }
}
