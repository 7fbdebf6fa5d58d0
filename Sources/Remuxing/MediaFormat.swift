import Foundation
import PortholeCore

/// What a file says it is by its first bytes, as the demuxer's name.
///
/// Demuxers are always named: left to guess, ffmpeg reads play lists and subtitles, too, and follows what they name.
enum MediaFormat: String {
    case matroska
    case mov

    /// - Returns: `nil` for what no MediaRecorder writes.
    init?(firstBytesOf path: String) {
        guard let file = FileHandle(forReadingAtPath: path), let head = try? file.read(upToCount: 12) else {
            return nil
        }
        let bytes = [UInt8](head)
        if bytes.starts(with: [0x1A, 0x45, 0xDF, 0xA3]) {
            self = .matroska
        } else if bytes.count >= 8,
            ["ftyp", "styp", "moov"].contains(String(decoding: bytes[4..<8], as: UTF8.self))
        {
            self = .mov
        } else {
            return nil
        }
    }
}

extension MediaContainer {
    /// The muxer for a file of these codecs, with its options; `nil` when the container cannot hold them.
    func muxer(for codecs: [String]) -> [String]? {
        let front = ["-cues_to_front", "1"]
        switch self {
        case .matroska:
            return ["-f", "matroska"] + front
        case .webm:
            // Chromium also records H.264 into what it calls WebM; only Matroska's muxer writes that.
            let isWebM = codecs.allSatisfy(["vp8", "vp9", "av1", "opus", "vorbis"].contains)
            return ["-f", isWebM ? "webm" : "matroska"] + front
        case .mp4:
            let known = ["h264", "hevc", "vp9", "av1", "aac", "opus", "mp3", "alac", "flac"]
            return codecs.allSatisfy(known.contains) ? ["-f", "mp4", "-movflags", "+faststart"] : nil
        }
    }
}
