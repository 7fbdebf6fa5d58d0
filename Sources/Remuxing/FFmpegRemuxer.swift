public import PortholeCore

/// Remuxes with ffmpeg as a child process that has little: time, memory, priority, environment, protocols.
public struct FFmpegRemuxer: Remuxer {
    let tools: MediaTools
    let process: ChildProcess
    let turnstile: Turnstile

    /// Makes a remuxer; the tools are looked up when they are needed.
    ///
    /// - Parameters:
    ///   - ffmpegPath: `FFMPEG_PATH`: a path, or a name on `PATH`. ffprobe is taken from beside it, else from `PATH`.
    ///   - timeout: How long one run of a tool may take.
    ///   - concurrency: How many tools run at the same time.
    public init(ffmpegPath: String = "ffmpeg", timeout: Duration = .seconds(600), concurrency: Int = 2) {
        tools = MediaTools(configured: ffmpegPath)
        process = ChildProcess(timeout: timeout)
        turnstile = Turnstile(places: concurrency)
    }

    /// Copies the streams into a file with duration and seek index in front.
    public func remux(
        run input: String,
        into output: String,
        container: MediaContainer
    ) async throws -> MediaFacts {
        try await turnstile.run {
            let (probe, format) = try await examine(input)
            guard let muxer = container.muxer(for: probe.codecs) else { throw RemuxError.notMedia }
            try await ffmpeg(
                ["-f", format.rawValue, "-i", Self.url(input)] + Self.copy + muxer + [
                    "-y", Self.url(output),
                ],
                hiding: [input, output]
            )
            return try await facts(ofResult: output)
        }
    }

    /// Joins by the concat demuxer, which shifts times by each file's duration.
    public func concatenate(
        _ inputs: [String],
        into output: String,
        container: MediaContainer
    ) async throws -> MediaFacts {
        try await turnstile.run {
            guard let first = inputs.first else { throw RemuxError.notMedia }
            guard let muxer = container.muxer(for: try await examine(first).probe.codecs) else {
                throw RemuxError.notMedia
            }
            let list = try ConcatList(of: inputs, beside: output)
            defer { list.remove() }
            try await ffmpeg(
                ["-f", "concat", "-safe", "0", "-i", Self.url(list.path)] + Self.copy + muxer
                    + ["-y", Self.url(output)],
                hiding: inputs + [list.path, output]
            )
            return try await facts(ofResult: output)
        }
    }

    /// Asks ffprobe.
    public func facts(of input: String) async throws -> MediaFacts {
        try await turnstile.run { try await facts(ofResult: input) }
    }

    /// Decodes one frame: a second in, or a tenth of what is shorter than ten seconds.
    public func poster(of input: String, into output: String) async throws {
        try await turnstile.run {
            let (probe, format) = try await examine(input)
            guard probe.hasVideo else { throw RemuxError.notMedia }
            let position = min(1, (probe.duration ?? 0) / 10)
            try await draw(
                input,
                format,
                ["-ss", "\(position)"],
                filter: "scale='min(640,iw)':-2",
                quality: 4,
                into: output
            )
        }
    }

    /// Copies the streams from a key frame on.
    public func cut(
        _ input: String,
        from start: Double,
        to end: Double,
        into output: String,
        container: MediaContainer
    ) async throws -> MediaFacts {
        try await turnstile.run {
            let (probe, format) = try await examine(input)
            guard let muxer = container.muxer(for: probe.codecs) else { throw RemuxError.notMedia }
            try await ffmpeg(
                ["-ss", Self.seconds(start), "-to", Self.seconds(end), "-f", format.rawValue]
                    + ["-i", Self.url(input)]
                    + Self.copy + ["-avoid_negative_ts", "make_zero"] + muxer + ["-y", Self.url(output)],
                hiding: [input, output]
            )
            return try await facts(ofResult: output)
        }
    }

    /// Decodes everything of what is short, else key frames; at most 100 pictures of 160 pixels' width.
    public func strip(
        of input: String,
        lasting duration: Double,
        into output: String
    ) async throws -> Recording.Strip {
        try await turnstile.run {
            let (probe, format) = try await examine(input)
            guard probe.hasVideo, let facts = probe.facts, let width = facts.width, let height = facts.height
            else { throw RemuxError.notMedia }
            let plan = StripPlan(duration: max(duration, facts.duration), width: width, height: height)
            try await draw(input, format, plan.decoding, filter: plan.filter, quality: 6, into: output)
            return plan.strip
        }
    }

    /// Looks for the tools without running them, so that it may be asked often.
    public func check() async throws {
        guard tools.ffmpeg() != nil else { throw Self.missing("ffmpeg") }
        guard tools.ffprobe() != nil else { throw Self.missing("ffprobe") }
    }
}
