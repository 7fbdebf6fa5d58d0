/// What a media file holds.
public struct MediaFacts: Equatable, Sendable {
    /// Seconds.
    public var duration: Double
    /// Pixels; `nil` when unknown.
    public var width: Int?
    /// Pixels; `nil` when unknown.
    public var height: Int?
    /// Codec names as the prober gives them, such as `vp9`, `opus`.
    public var codecs: [String]

    /// Makes one from its parts.
    public init(duration: Double, width: Int?, height: Int?, codecs: [String]) {
        self.duration = duration
        self.width = width
        self.height = height
        self.codecs = codecs
    }
}

/// The container of a recording.
public enum MediaContainer: String, Sendable {
    case webm
    case mp4
    case matroska

    /// Its media type.
    public var contentType: String {
        switch self {
        case .webm: "video/webm"
        case .mp4: "video/mp4"
        case .matroska: "video/x-matroska"
        }
    }

    /// The usual end of a file's name.
    public var fileExtension: String {
        switch self {
        case .webm: "webm"
        case .mp4: "mp4"
        case .matroska: "mkv"
        }
    }
}

/// Why no file was made.
public enum RemuxError: Error, Equatable, Sendable {
    /// The input holds nothing playable; trying again will not help.
    case notMedia
    /// The tool is missing, was killed or ran out of time or space; worth another try later.
    case failed(reason: String)
}

/// Makes whole files of recorded pieces, without re-encoding.
public protocol Remuxer: Sendable {
    /// Makes one seekable file of the bytes of one recorder run.
    ///
    /// The result depends on the input's bytes alone (bit-exact).
    ///
    /// - Throws: ``RemuxError``, as all functions here.
    func remux(run input: String, into output: String, container: MediaContainer) async throws -> MediaFacts

    /// Joins files of the same codecs one after another.
    func concatenate(
        _ inputs: [String],
        into output: String,
        container: MediaContainer
    ) async throws -> MediaFacts

    /// What a whole file holds.
    func facts(of input: String) async throws -> MediaFacts

    /// Writes a JPEG picture from near the beginning of a file, at most 640 pixels wide.
    func poster(of input: String, into output: String) async throws

    /// Copies a stretch of a file, which may still be growing, from the key frame before its start.
    ///
    /// - Parameters:
    ///   - start: Seconds in the file.
    ///   - end: Seconds in the file.
    func cut(
        _ input: String,
        from start: Double,
        to end: Double,
        into output: String,
        container: MediaContainer
    ) async throws -> MediaFacts

    /// Writes a JPEG of up to 100 small pictures from all over a file, as it plays for so many seconds.
    func strip(
        of input: String,
        lasting duration: Double,
        into output: String
    ) async throws -> Recording.Strip

    /// Throws when the tool is missing (for `/health`).
    func check() async throws
}
