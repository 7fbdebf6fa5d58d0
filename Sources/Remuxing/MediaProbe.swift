import Foundation
import PortholeCore

/// What ffprobe prints as JSON about a file.
struct MediaProbe: Decodable {
    struct Stream: Decodable {
        let codecType: String?
        let codecName: String?
        let width: Int?
        let height: Int?
        let duration: String?
    }
    struct Format: Decodable {
        let duration: String?
    }

    let streams: [Stream]?
    let format: Format?

    /// Reads ffprobe's output.
    init(json: [UInt8]) throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        self = try decoder.decode(MediaProbe.self, from: Data(json))
    }

    static func arguments(for path: String, _ format: MediaFormat) -> [String] {
        [
            "-hide_banner", "-loglevel", "error", "-protocol_whitelist", "file,pipe",
            "-f", format.rawValue, "-of", "json",
            "-show_entries", "format=duration:stream=codec_type,codec_name,width,height,duration",
            "-i", "file:" + path,
        ]
    }

    /// The streams that can be seen or heard.
    private var tracks: [Stream] {
        (streams ?? []).filter { $0.codecType == "video" || $0.codecType == "audio" }
    }

    /// Their codecs.
    var codecs: [String] { tracks.compactMap(\.codecName) }

    var hasVideo: Bool { tracks.contains { $0.codecType == "video" } }

    /// The file's length, else its longest stream's; `nil` in a MediaRecorder's own file.
    var duration: Double? {
        format?.duration.flatMap(Double.init)
            ?? tracks.compactMap(\.duration).compactMap(Double.init).max()
    }

    /// `nil` when nothing in it lasts.
    var facts: MediaFacts? {
        guard !codecs.isEmpty, let duration, duration > 0 else { return nil }
        let video = tracks.first { $0.codecType == "video" }
        return MediaFacts(duration: duration, width: video?.width, height: video?.height, codecs: codecs)
    }
}
