public import Foundation

/// The settings of one server, understood and free of contradictions.
///
/// `docs/configuration.md` describes each setting; the table behind it is `Settings`.
public struct Configuration: Sendable {
    /// Who the server runs for: a developer's laptop, or families.
    public let environment: Environment
    /// Where it listens, and where its files are.
    public internal(set) var server: Server
    /// How user tokens are checked.
    public let identity: Identity
    /// How peers find each other.
    public let signaling: Signaling
    /// How media gets from the headset to viewers.
    public let media: Media
    /// How peers get through firewalls.
    public let ice: ICE
    /// When sessions end.
    public let sessions: Sessions
    /// What is recorded, and for how long.
    public let recording: Recording
    /// How mails leave.
    public let mail: Mail
    /// Who may call, how often and from where.
    public let limits: Limits
    /// What is logged, and how.
    public let logging: Logging

    /// Every setting of this version with the value in use, secrets masked.
    public internal(set) var effective: [EffectiveSetting]
    /// What is allowed but should be known, one line each.
    public let warnings: [String]
}

extension Configuration {
    /// `HOST`, `PORT`, the addresses that follow from them, and folders.
    public struct Server: Sendable, Equatable {
        /// Address to listen on.
        public let host: String
        /// Port to listen on; 0 takes a free one.
        public internal(set) var port: Int
        /// Root of every link, without a trailing slash.
        public internal(set) var publicURL: URL
        /// Base or template of watch links, without a trailing slash.
        public internal(set) var streamViewerURL: String
        /// Folder of everything that the server keeps.
        public let dataDirectory: String
        /// Folder of the pages; nil means the one beside the program.
        public let webDirectory: String?
        /// The ffmpeg program, a path or a name on `PATH`.
        public let ffmpegPath: String
        /// Root of the server's own keys; nil means the file in `dataDirectory`.
        public let secret: String?

        let publicURLIsGiven: Bool
        let streamViewerURLIsGiven: Bool

        /// The server's own origin, as browsers send it.
        public var origin: String { publicURL.absoluteString }
        /// Whether cookies may be `Secure` and links are https.
        public var isSecure: Bool { publicURL.scheme == "https" }
    }

    /// How user tokens are checked.
    public struct Identity: Sendable, Equatable {
        /// Secret of HS256 tokens.
        public let jwtSecret: String?
        /// Where the keys of RS256 and ES256 tokens are; the project's own for Supabase.
        public let jwksURL: URL?
        /// What `iss` must be, if anything.
        public let issuer: String?
        /// What `aud` must hold, if anything.
        public let audience: String?
        /// The Supabase project.
        public let supabaseURL: URL?
        /// Its API key.
        public let supabaseKey: String?

        /// Whether any token can be checked at all.
        public var isConfigured: Bool { jwtSecret != nil || jwksURL != nil }
    }

    /// How peers find each other.
    public struct Signaling: Sendable, Equatable {
        /// Whether the default room is open to clients without tokens.
        public let allowsAnonymous: Bool
        /// What pages are told to use.
        public let type: SignalingType
        /// Start-up mode of the default room.
        public let mode: SignalingMode
    }

    /// How media gets from the headset to viewers.
    public struct Media: Sendable, Equatable {
        /// How sessions are carried.
        public let mode: MediaMode
        /// UDP port of all media; 0 takes a free one.
        public let udpPort: Int
        /// TCP port of media; 0 takes a free one.
        public let tcpPort: Int
        /// What peers are told to send to; empty means this machine's own addresses.
        public let announcedAddresses: [MediaAddress]
        /// Threads that forward.
        public let loops: Int
        /// What publishers may use, the preferred one first.
        public let codecs: [MediaCodec]
        /// The longest stretch of a recording without a key frame.
        public let keyFrameInterval: Duration
        /// The most that a publisher may send, bits per second.
        public let maximumVideoBitrate: Int
        /// How many connections may watch one session.
        public let maximumViewersPerSession: Int
        /// How many connections may watch on the whole server.
        public let maximumViewers: Int
    }

    /// STUN and TURN servers.
    public struct ICE: Sendable, Equatable {
        /// How callers of a TURN server prove themselves.
        public enum Credentials: Sendable, Equatable {
            /// coturn's shared secret, from which expiring credentials are made.
            case sharedSecret(String)
            /// The same user name and password for everybody.
            case fixed(username: String, password: String)
        }

        /// STUN servers.
        public let stunURLs: [String]
        /// TURN servers; empty exactly if there are no credentials.
        public let turnURLs: [String]
        /// Credentials for all of `turnURLs`.
        public let turnCredentials: Credentials?
    }

    /// When sessions end.
    public struct Sessions: Sendable, Equatable {
        /// How long a lost headset may come back.
        public let grace: Duration
        /// How long nothing at all may happen.
        public let idle: Duration
    }

    /// What is recorded, and for how long.
    public struct Recording: Sendable, Equatable {
        /// Who records.
        public let mode: RecordingMode
        /// Days until deletion; nil keeps for ever.
        public let retentionDays: Int?
        /// Largest recording, in bytes.
        public let maximumBytes: Int
        /// Largest upload, in bytes.
        public let maximumChunkBytes: Int
        /// Room on the disk below which uploads are refused, in bytes.
        public let minimumFreeBytes: Int
        /// How long missing chunks are waited for.
        public let combineGrace: Duration
    }

    /// How mails leave.
    public struct Mail: Sendable, Equatable {
        /// The mail server; nil writes mails to the local outbox.
        public let server: SMTPServer?
        /// Sender of every mail.
        public let sender: Mailbox
    }

    /// Who may call, how often and from where.
    public struct Limits: Sendable, Equatable {
        /// Origins besides the server's own, as browsers send them.
        public let allowedOrigins: [String]
        /// Whether pages on any port of this machine may call too.
        public let allowsLoopbackOrigins: Bool
        /// Proxies whose forwarding headers are believed.
        public let trustedProxies: [IPNetwork]
        /// Requests to `/api` in a window.
        public let requests: Int
        /// Length of that window.
        public let window: Duration
        /// Chunk uploads in a minute.
        public let chunkUploadsPerMinute: Int
        /// Signaling sockets of one address.
        public let signalingSocketsPerIP: Int
    }

    /// What is logged and measured, and how.
    public struct Logging: Sendable, Equatable {
        /// Least severe level that is written.
        public let level: LogLevel
        /// How lines look.
        public let format: LogFormat
        /// What opens `/metrics`; nil opens it to this machine only.
        public let metricsToken: String?
    }
}
