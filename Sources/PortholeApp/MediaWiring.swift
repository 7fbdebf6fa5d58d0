import Logging
import MediaPlane
import PortholeCore
import ServiceLifecycle

/// How this server carries media: by its own media plane, or from peer to peer.
struct MediaWiring: Sendable {
    /// The media plane; `nil` where sessions are carried from peer to peer.
    let control: (any MediaControl)?
    /// What records, or minds the files of earlier recordings.
    let recorder: (any MediaRecorder)?
    /// Whether it records.
    let isRecording: Bool
    /// What runs beside the HTTP server for it.
    let services: [any Service]
    /// How it does.
    let health: MediaHealth

    /// Neither forwarded nor recorded.
    static let without = MediaWiring(
        control: nil,
        recorder: nil,
        isRecording: false,
        services: [],
        health: MediaHealth(.off)
    )

    /// A media plane that somebody else runs.
    init(_ control: any MediaControl) {
        self.init(
            control: control,
            recorder: nil,
            isRecording: false,
            services: [],
            health: MediaHealth(.running)
        )
    }

    private init(
        control: (any MediaControl)?,
        recorder: (any MediaRecorder)?,
        isRecording: Bool,
        services: [any Service],
        health: MediaHealth
    ) {
        self.control = control
        self.recorder = recorder
        self.isRecording = isRecording
        self.services = services
        self.health = health
    }

    /// What the configuration asks for; from peer to peer, too, where the media plane's ports cannot be had.
    static func make(_ configuration: Configuration, logger: Logger) -> MediaWiring {
        guard configuration.media.mode == .forwarded else {
            return peerToPeer(configuration, MediaHealth(.off), logger: logger)
        }
        do {
            let plane = try MediaPlane(configuration: MediaPlaneConfiguration(configuration), logger: logger)
            logger.info("media plane ready", metadata: ["udp": "\(plane.udpPort)"])
            let health = MediaHealth(.running)
            return MediaWiring(
                control: plane,
                recorder: configuration.recording.isByServer ? plane : dormantRecorder(configuration, logger),
                isRecording: configuration.recording.isByServer,
                services: [
                    MediaPlaneService(plane: plane), MediaHealthService(media: plane, health: health),
                ],
                health: health
            )
        } catch {
            logger.warning(
                "no media plane: sessions are carried from peer to peer",
                metadata: ["error": "\(error)"]
            )
            let port = configuration.media.udpPort
            let problem =
                "The media plane does not run (\(error)): sessions go from peer to peer. "
                + "Free port \(port) or choose MEDIA_UDP_PORT and MEDIA_TCP_PORT, then start again"
            return peerToPeer(configuration, MediaHealth(.missing(problem)), logger: logger)
        }
    }

    private static func peerToPeer(
        _ configuration: Configuration,
        _ health: MediaHealth,
        logger: Logger
    ) -> MediaWiring {
        MediaWiring(
            control: nil,
            recorder: dormantRecorder(configuration, logger),
            isRecording: false,
            services: [],
            health: health
        )
    }

    /// Files of recordings that an earlier run made are nobody's to forget.
    private static func dormantRecorder(
        _ configuration: Configuration,
        _ logger: Logger
    ) -> (any MediaRecorder)? {
        do {
            return try DormantRecorder(directory: configuration.recordingDirectory)
        } catch {
            logger.warning("earlier recordings cannot be read", metadata: ["error": "\(error)"])
            return nil
        }
    }
}

/// Ends the media plane with the server: peers are told, so that they come back at once.
private struct MediaPlaneService: Service {
    let plane: MediaPlane

    func run() async throws {
        try? await gracefulShutdown()
        await plane.stop()
    }
}

extension Configuration {
    /// Where recordings are while they are made.
    fileprivate var recordingDirectory: String { server.dataDirectory + "/recordings" }
}

extension Configuration.Recording {
    /// Whether the server records what it forwards.
    var isByServer: Bool { mode == .server || mode == .both }
}

extension MediaPlaneConfiguration {
    init(_ configuration: Configuration) {
        self.init()
        let media = configuration.media
        loops = media.loops
        udpPort = UInt16(clamping: media.udpPort)
        tcpPort = UInt16(clamping: media.tcpPort)
        announced = media.announcedAddresses.map { address in
            Announcement(ip: address.ip, port: address.port.map { UInt16(clamping: $0) })
        }
        // A laptop without a network still streams to itself.
        announcesLoopback = configuration.environment == .development
        codecs = media.codecs.map(\.rawValue)
        maximumVideoBitrateBps = media.maximumVideoBitrate
        maximumViewersPerRoom = media.maximumViewersPerSession
        maximumViewers = media.maximumViewers
        if configuration.recording.isByServer {
            recordingDirectory = configuration.recordingDirectory
            recordingKeyFrameInterval = media.keyFrameInterval
            recordingFloorBytes = Int64(configuration.recording.minimumFreeBytes) / 10
        }
    }
}
