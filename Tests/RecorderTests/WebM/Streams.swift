import RTP
import TestSupport

@testable import Recorder

/// Formats and frames that look like those of a session.
enum Streams {
    static let video = VideoTrackFormat(codec: .vp8, size: PictureSize(width: 640, height: 480))
    static let audio = AudioTrackFormat(channels: 2)

    static func picture(
        _ milliseconds: Int64,
        isKey: Bool = false,
        bytes: [UInt8] = [1, 2, 3]
    ) -> EncodedFrame {
        EncodedFrame(codec: .vp8, time: milliseconds * 1_000, isKeyFrame: isKey, bytes: bytes)
    }

    /// Twenty milliseconds of Opus, by its first byte.
    static func sound(_ milliseconds: Int64, bytes: [UInt8] = [0xFC, 1, 2]) -> EncodedFrame {
        EncodedFrame(codec: .opus, time: milliseconds * 1_000, isKeyFrame: true, bytes: bytes)
    }

    /// Pictures 33 ms apart with a key frame each `keyDistance`, and sound 20 ms apart, in the order of their time.
    static func session(
        milliseconds: Int64,
        keyDistance: Int = 30,
        pictureBytes: Int = 200,
        hasVideo: Bool = true,
        hasAudio: Bool = true,
        seed: UInt64 = 1
    ) -> [EncodedFrame] {
        var random = SplitMix64(seed: seed)
        var frames: [EncodedFrame] = []
        var nextPicture: Int64 = 0
        var nextSound: Int64 = 0
        var number = 0
        while min(nextPicture, nextSound) < milliseconds {
            if nextSound <= nextPicture {
                let count = Int(random.next() % 60) + 2
                if hasAudio { frames.append(sound(nextSound, bytes: [0xFC] + random.bytes(count))) }
                nextSound += 20
            } else {
                let count = Int(random.next() % UInt64(pictureBytes)) + 1
                let bytes = random.bytes(count)
                if hasVideo {
                    frames.append(picture(nextPicture, isKey: number % keyDistance == 0, bytes: bytes))
                }
                number += 1
                nextPicture += 33
            }
        }
        return frames
    }
}

extension SplitMix64 {
    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }
}

extension WebMWriter {
    /// The file of these frames.
    static func file(
        _ frames: some Sequence<EncodedFrame>,
        video: VideoTrackFormat? = Streams.video,
        audio: AudioTrackFormat? = Streams.audio,
        isFinished: Bool = true,
        duration: Int64? = nil
    ) throws -> MemoryFile {
        var file = MemoryFile()
        guard var writer = WebMWriter(video: video, audio: audio) else { return file }
        for frame in frames { try file.apply(writer.write(frame)) }
        try file.apply(isFinished ? writer.finish(duration: duration) : writer.flush())
        return file
    }
}
