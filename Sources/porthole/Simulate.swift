import ArgumentParser
import Foundation
import RTP
import Simulation

struct Simulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Publish and watch without a headset or a browser, by WHIP and WHEP.",
        discussion: """
            Against a development server, ten rooms with ten viewers each:
              porthole simulate --server http://127.0.0.1:8080 --publishers 10 --viewers 10 --bitrate 3M
            Against any server:
              porthole simulate --publish https://example.com/whip/abc --token …
              porthole simulate --watch https://example.com/whep/abc --viewers 5
            Without a server, an hour of recording in seconds:
              porthole simulate --record hour.webm --duration 3600

            Publishers loop a clip with a key frame each two seconds, jump to the next one when asked for one, and send \
            again what was lost. Viewers decode nothing: they count frames that could be shown. All come back by \
            themselves when the server goes away. ^C, or --duration, ends it with a report; the status is 1 when \
            somebody was refused or nothing arrived.

            --record lets the server's own recorder take the clip's packets in virtual time, as fast as this machine \
            can. VP8 makes a .webm, H.264 a .mp4; the same arguments make the same file.
            """
    )

    @Option(help: "A development server: rooms NAME-1, NAME-2, … at its /whip and /whep.")
    var server: String?

    @Option(help: "A WHIP endpoint to publish to.")
    var publish: String?

    @Option(help: "A WHEP endpoint to watch.")
    var watch: String?

    @Option(help: "Publishers, each in a room of its own.")
    var publishers: Int?

    @Option(help: "Viewers of each room, or of --watch.")
    var viewers: Int?

    @Option(help: "A bearer token for every request.")
    var token: String?

    @Option(help: "vp8 or h264.")
    var codec = "vp8"

    @Option(help: "A Matroska or WebM file with VP8 or H.264 and Opus, instead of the small clip.")
    var clip: String?

    @Option(help: "A clip of this bitrate instead, such as 3M (720p) or 8M (1080p); made by ffmpeg once.")
    var bitrate: String?

    @Option(help: "Where clips are made (default: clips in DATA_DIR, or in ./data).")
    var clipDir: String?

    @Option(help: "Record --duration seconds into this new file, without any server.")
    var record: String?

    @Flag(help: "Only make the clip of --codec and --bitrate, and print where it is.")
    var makeClip = false

    @Option(help: "Seconds; without it until ^C.")
    var duration: Double?

    @Option(help: "What rooms and peers are called.")
    var name = "sim"

    @Option(help: "Seconds between two lines of progress.")
    var interval = 2.0

    @Flag(help: "Print one JSON document at the end, and nothing else.") var json = false

    func validate() throws {
        guard Codec(encodingName: codec).map({ $0 == .vp8 || $0 == .h264 }) ?? false else {
            throw ValidationError("--codec is vp8 or h264")
        }
        if makeClip { return }
        if record != nil { return try validateRecording() }
        guard server != nil || publish != nil || watch != nil else {
            throw ValidationError("Say where: --server, --publish, --watch or --record")
        }
        guard server == nil || publish == nil && watch == nil else {
            throw ValidationError("--server names rooms by itself: leave --publish and --watch out")
        }
        guard publish == nil || publishers ?? 1 == 1 else {
            throw ValidationError("An endpoint takes one publisher: use --server for more")
        }
        guard (0...1_000).contains(publishers ?? 1), (0...1_000).contains(viewers ?? 0) else {
            throw ValidationError("--publishers and --viewers are 0 to 1000")
        }
        guard duration ?? 1 > 0, interval >= 0.1 else {
            throw ValidationError("--duration is above 0, --interval at least 0.1")
        }
    }

    func run() async throws {
        if makeClip { return print(try recipe().make(in: clipFolder).path) }
        if let record, let duration { return try await makeRecording(at: record, seconds: duration) }
        let plans = plans()
        do {
            let needsClip = plans.contains { $0.role == .publisher }
            let simulation = try Simulation(plans, clip: needsClip ? PacketizedClip(try loadClip()) : nil)
            let progress = SimulationProgress()
            let report = try await untilInterrupted { [duration, interval, json] in
                try await simulation.run(
                    for: duration.map { .seconds($0) },
                    every: .seconds(interval)
                ) { report in
                    if !json { progress.show(report) }
                }
            }
            print(json ? try SimulationProgress.json(report) : SimulationProgress.summary(report))
            if !SimulationProgress.isSuccess(report) { throw ExitCode(1) }
        } catch let error as SimulationError {
            throw Refusal("\(error)")
        } catch let error as ClipError {
            throw Refusal("\(error)")
        }
    }

    private var chosenCodec: Codec { Codec(encodingName: codec) ?? .vp8 }

    private func plans() -> [PeerPlan] {
        let all: [Codec] = [.vp8, .h264, .vp9, .av1]
        func viewer(_ name: String, _ url: String) -> PeerPlan {
            PeerPlan(name: name, role: .viewer, url: url, token: token, codecs: all)
        }
        func publisher(_ name: String, _ url: String) -> PeerPlan {
            PeerPlan(name: name, role: .publisher, url: url, token: token, codecs: [chosenCodec])
        }
        if let server {
            let base = server.hasSuffix("/") ? String(server.dropLast()) : server
            // Without publishers the rooms of others are watched.
            let rooms = (1...max(1, publishers ?? 1)).map { "\(name)-\($0)" }
            let sending = publishers == 0 ? [] : rooms.map { publisher($0, "\(base)/whip/\($0)") }
            return sending
                + rooms.flatMap { room in
                    (0..<(viewers ?? 0)).map { viewer("\(room)/\($0 + 1)", "\(base)/whep/\(room)") }
                }
        }
        let sending = publish.map { [publisher(name, $0)] } ?? []
        let watching = watch.map { url in
            (0..<(viewers ?? 1)).map { viewer("\(name)/\($0 + 1)", url) }
        }
        return sending + (watching ?? [])
    }

    private func recipe() throws -> ClipRecipe {
        var bitrateBps: Int?
        if let bitrate {
            let units: [Character: Double] = ["k": 1_000, "M": 1_000_000]
            let factor = bitrate.last.flatMap { units[$0] }
            let digits = factor == nil ? bitrate : String(bitrate.dropLast())
            guard let number = Double(digits), (100_000...50_000_000).contains(number * (factor ?? 1)) else {
                throw ValidationError("--bitrate is bits a second, such as 800k, 3M or 8M")
            }
            bitrateBps = Int(number * (factor ?? 1))
        }
        return ClipRecipe(codec: chosenCodec, bitrateBps: bitrateBps)
    }

    private var clipFolder: URL {
        let data = ProcessInfo.processInfo.environment["DATA_DIR"] ?? "data"
        return URL(fileURLWithPath: clipDir ?? data + "/clips")
    }

    func loadClip() throws -> Clip {
        if let clip {
            let loaded = try Clip(file: URL(fileURLWithPath: clip))
            guard loaded.codec == chosenCodec else {
                throw Refusal(
                    "\(clip) is \(loaded.codec.rawValue): say --codec \(loaded.codec.rawValue.lowercased())"
                )
            }
            return loaded
        }
        if bitrate != nil { return try Clip(file: try recipe().make(in: clipFolder)) }
        return try Clip.bundled(chosenCodec)
    }
}
