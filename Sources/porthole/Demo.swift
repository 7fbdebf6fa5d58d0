import ArgumentParser
import Foundation
import PortholeApp
import RTP
import Simulation
import Synchronization

struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the server with a simulated headset, and print a link to watch it.",
        discussion: """
            Serves as `porthole serve` does in development, starts a session as a headset's app would, and streams a \
            small moving picture with sound into it. Open the printed link, in as many windows as you like. The other \
            links show what a guardian sees and the mail that went out. ^C ends the session and the server; what is \
            kept is in DATA_DIR (./data).
            """
    )

    @Option(help: "vp8 or h264.")
    var codec = "vp8"

    @OptionGroup var settings: Settings

    func validate() throws {
        guard Codec(encodingName: codec).map({ $0 == .vp8 || $0 == .h264 }) ?? false else {
            throw ValidationError("--codec is vp8 or h264")
        }
    }

    func run() async throws {
        let configuration = try settings.load()
        guard configuration.environment == .development else {
            throw Refusal(
                "A demo is for development: without ENVIRONMENT=production it makes its own secrets"
            )
        }
        guard configuration.media.mode == .forwarded else {
            throw Refusal("With MEDIA_MODE=p2p there is nothing that a simulated headset could stream to")
        }
        let codec = Codec(encodingName: codec) ?? .vp8
        try await PortholeServer.run(configuration) { serving in
            do {
                try await Self.stream(codec, to: serving)
            } catch let error as SimulationError {
                throw Refusal("\(error)")
            } catch let error as ClipError {
                throw Refusal("\(error)")
            }
        }
    }

    /// A headset, until the server ends.
    private static func stream(_ codec: Codec, to serving: Configuration) async throws {
        let clip = PacketizedClip(try Clip.bundled(codec))
        let headset = HeadsetClient(
            server: serving.server.publicURL.absoluteString,
            // The child of the other links.
            token: try Maintenance.token(
                serving,
                subject: "demo-player",
                role: "user",
                email: nil,
                name: "Robin",
                guardians: ["Demo guardian <guardian@example.com>"],
                expiresIn: 86_400
            )
        )
        let session = try await headset.start(platform: "demo")
        guard let whip = session.whipURL else {
            await headset.end(session)
            throw Refusal("The media plane does not run, as the log says: there is nothing to stream to")
        }
        let link = try await headset.watchLink(to: session)
        let plan = PeerPlan(name: "headset", role: .publisher, url: whip, codecs: [codec])
        let announced = Mutex(false)
        let report = try await Simulation([plan], clip: clip)
            .run(every: .milliseconds(250)) { report in
                guard report.count(.publisher).connected > 0 else { return }
                let isFirst = announced.withLock { announced in
                    defer { announced = true }
                    return !announced
                }
                if isFirst { FileHandle.standardOutput.write(Data(banner(link).utf8)) }
            }
        await headset.end(session)
        if report.isRefused { throw Refusal(report.peers.first?.error ?? "the server refuses the headset") }
    }

    private static func banner(_ link: String) -> String {
        """

          A simulated headset streams: open this to watch it. ^C ends it.

          Watch       \(link)


        """
    }
}
