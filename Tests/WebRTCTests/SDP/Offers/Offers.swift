import Testing

/// Offers of real clients.
enum Offers {
    /// One of them; a failure shows the name, not the text.
    struct Sample: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let text: String

        init(_ name: String, _ text: String) {
            testDescription = name
            self.text = text
        }
    }

    /// All of those who send.
    static let publishers: [Sample] = [
        Sample("Chromium", chromiumWHIP), Sample("Chromium, simulcast", chromiumSimulcast),
        Sample("Firefox", firefoxWHIP), Sample("aiortc", aiortcWHIP), Sample("FFmpeg", ffmpegWHIP),
        Sample("OBS", obsWHIP), Sample("Pion", pionWHIP), Sample("Unity, desktop", unityDesktop),
        Sample("Unity, Quest", unityQuest), Sample("Unity, data channel", unityWithDataChannel),
    ]

    /// All of those who watch.
    static let viewers: [Sample] = [
        Sample("Chromium", chromiumWHEP), Sample("Firefox", firefoxWHEP), Sample("aiortc", aiortcWHEP),
        Sample("Chromium, data channel", chromiumDataChannel),
        Sample("Firefox, data channel", firefoxDataChannel),
    ]

    static let all = publishers + viewers

    /// Each line ended as on the wire.
    static func crlf(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { $0 + "\r\n" }.joined()
    }
}
