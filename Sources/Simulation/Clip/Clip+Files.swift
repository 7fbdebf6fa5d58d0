public import Foundation
public import RTP

extension Clip {
    /// The small clip that comes with the program: eight seconds of a ball under a moving sky, with a clock.
    ///
    /// - Throws: `noVideo` for codecs other than VP8 and H.264, `unreadable` if the program's resources are gone.
    public static func bundled(_ codec: Codec) throws(ClipError) -> Clip {
        let name: String
        switch codec {
        case .vp8: name = "vp8"
        case .h264: name = "h264"
        default: throw .noVideo
        }
        guard let file = Bundle.module.url(forResource: "Clips/\(name)", withExtension: "mkv") else {
            throw .unreadable(path: "Clips/\(name).mkv")
        }
        return try Clip(file: file)
    }

    /// Reads a clip from a file.
    ///
    /// - Throws: any case of ``ClipError`` but `notMade`.
    public init(file: URL) throws(ClipError) {
        guard let data = try? Data(contentsOf: file) else { throw .unreadable(path: file.path) }
        try self.init(matroska: [UInt8](data))
    }
}
