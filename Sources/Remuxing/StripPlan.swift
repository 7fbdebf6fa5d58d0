import PortholeCore

/// How the small pictures of a file are drawn: so many that each stands for two seconds or more, 100 at most.
struct StripPlan: Equatable {
    /// Longer files are drawn from their key frames alone: decoding an hour would take minutes.
    private static let longestWhole: Double = 600
    private static let most = 100
    private static let shortest: Double = 2

    let strip: Recording.Strip
    /// Options before the input.
    let decoding: [String]
    /// The filter that picks, shrinks and tiles.
    let filter: String

    init(duration: Double, width: Int, height: Int) {
        let interval = max(Self.shortest, (duration / Double(Self.most)).rounded(.up))
        let count = min(Self.most, max(1, Int((duration / interval).rounded(.up))))
        let columns = min(10, count)
        let small = 160
        // Even, as the encoder wants it.
        let tall = max(2, Int((Double(small) * Double(height) / Double(max(1, width)) / 2).rounded()) * 2)
        strip = Recording.Strip(
            interval: interval,
            count: count,
            columns: columns,
            width: small,
            height: min(tall, 640)
        )
        decoding = duration > Self.longestWhole ? ["-skip_frame", "nokey"] : []
        let rows = (count + columns - 1) / columns
        filter =
            "fps=fps=1/\(Int(interval)):start_time=0:round=near,scale=\(small):\(strip.height),"
            + "tile=\(columns)x\(rows)"
    }
}
