extension Configuration {
    /// `ENVIRONMENT`.
    public enum Environment: String, Sendable, CaseIterable {
        case development, production
    }

    /// `SIGNALING_TYPE`.
    public enum SignalingType: String, Sendable, CaseIterable {
        case websocket, http
    }

    /// `SIGNALING_MODE`, Unity Render Streaming's words.
    public enum SignalingMode: String, Sendable, CaseIterable {
        case `public`, `private`
    }

    /// `MEDIA_MODE`.
    public enum MediaMode: String, Sendable, CaseIterable {
        case forwarded = "sfu"
        case peerToPeer = "p2p"
    }

    /// `RECORDING_MODE`.
    public enum RecordingMode: String, Sendable, CaseIterable {
        case server, browser, both, off
    }

    /// `LOG_LEVEL`, swift-log's words.
    public enum LogLevel: String, Sendable, CaseIterable {
        case trace, debug, info, notice, warning, error, critical
    }

    /// `LOG_FORMAT`.
    public enum LogFormat: String, Sendable, CaseIterable {
        case auto, text, json
    }
}
