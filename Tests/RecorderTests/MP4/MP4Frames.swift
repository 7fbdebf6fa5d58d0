import RTP
import Recorder

/// Frames that no decoder would take, but a file does.
enum MP4Frames {
    /// As a Constrained Baseline encoder writes them.
    static let sequenceParameterSet: [UInt8] = [0x67, 0x42, 0xC0, 0x1F, 0xDA, 0x01, 0x40, 0x16, 0xE4]
    static let pictureParameterSet: [UInt8] = [0x68, 0xCE, 0x3C, 0x80]

    static let videoFormat = MP4VideoFormat(
        size: PictureSize(width: 1_280, height: 720),
        sequenceParameterSets: [sequenceParameterSet],
        pictureParameterSets: [pictureParameterSet]
    )

    static func video(_ time: Int64, key: Bool = false, count: Int = 40) -> EncodedFrame {
        let body = (0..<count).map { UInt8(truncatingIfNeeded: Int(truncatingIfNeeded: time) &* 31 &+ $0) }
        return EncodedFrame(
            codec: .h264,
            time: time,
            isKeyFrame: key,
            size: key ? videoFormat.size : nil,
            bytes: [0, 0, 0, UInt8(truncatingIfNeeded: count + 1), key ? 0x65 : 0x41] + body
        )
    }

    /// An Opus packet of 20 ms.
    static func audio(_ time: Int64) -> EncodedFrame {
        let body = (0..<8).map { UInt8(truncatingIfNeeded: Int(truncatingIfNeeded: time) &* 17 &+ $0) }
        return EncodedFrame(codec: .opus, time: time, isKeyFrame: true, bytes: [0x78] + body)
    }

    /// Both tracks, in order of time; 30 pictures a second.
    static func stream(seconds: Double, group: Int = 60, from start: Int64 = 0) -> [EncodedFrame] {
        let pictures = (0..<Int(seconds * 30))
            .map { video(start + Int64($0) * 1_000_000 / 30, key: $0 % group == 0) }
        let packets = (0..<Int(seconds * 50)).map { audio(start + Int64($0) * 20_000) }
        return merged(pictures, packets)
    }

    static func merged(_ pictures: [EncodedFrame], _ packets: [EncodedFrame]) -> [EncodedFrame] {
        (pictures + packets).enumerated()
            .sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
            .map(\.element)
    }

    /// The file of frames.
    static func file(
        _ frames: [EncodedFrame],
        video: MP4VideoFormat? = videoFormat,
        audio: MP4AudioFormat? = MP4AudioFormat(),
        duration: Int64? = nil
    ) -> MP4TestFile {
        var writer = MP4Writer(video: video, audio: audio)
        var file = MP4TestFile()
        for frame in frames { file.apply(writer.append(frame)) }
        file.apply(writer.finish(duration: duration ?? frames.map(\.time).max() ?? 0))
        return file
    }
}

extension MP4VideoFormat {
    /// The format of a key frame, by the parameter sets in it; `nil` if one is missing.
    init?(h264 keyFrame: EncodedFrame) {
        guard let size = keyFrame.size else { return nil }
        var units: [UInt8: [[UInt8]]] = [:]
        var rest = keyFrame.bytes[...]
        while rest.count > 4 {
            let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            let unit = Array(rest.dropFirst(4).prefix(length))
            units[unit[0] & 0x1F, default: []].append(unit)
            rest = rest.dropFirst(4 + length)
        }
        guard
            let sequences = units[H264Payload.UnitType.sequenceParameterSet],
            let pictures = units[H264Payload.UnitType.pictureParameterSet]
        else { return nil }
        self.init(size: size, sequenceParameterSets: sequences, pictureParameterSets: pictures)
    }
}
