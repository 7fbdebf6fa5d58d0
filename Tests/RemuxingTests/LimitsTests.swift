import Foundation
import PortholeCore
import Remuxing
import Testing

@Suite("Limits around the media tool", .serialized)
final class LimitsTests: Sendable {
    private let directory: TemporaryDirectory
    /// Long enough for a shell of low priority to start beside all the other tests, or there is nothing to end.
    private static let patience: Duration = .seconds(15)
    private var samples: Samples { Samples(directory: directory.path) }

    init() throws { directory = try TemporaryDirectory() }
    deinit { directory.remove() }

    private func path(_ name: String) -> String { "\(directory.path)/\(name)" }

    private func reason(_ body: () async throws -> Void) async -> String? {
        do {
            try await body()
            return nil
        } catch RemuxError.failed(let reason) {
            return reason
        } catch {
            return "another error: \(error)"
        }
    }

    private func text(_ name: String) throws -> String {
        try String(contentsOfFile: path(name), encoding: .utf8)
    }

    /// Whether the process that wrote its id into a file is still there.
    private func isAlive(_ name: String) throws -> Bool {
        let id = try #require(Int32(try text(name).trimmingCharacters(in: .whitespacesAndNewlines)))
        return kill(id, 0) == 0
    }

    @Test func `a missing tool is named, with what to do`() async throws {
        let remuxer = FFmpegRemuxer(ffmpegPath: path("nothing"))
        let expected = "ffmpeg is missing: install it (Debian: apt-get install ffmpeg) or set FFMPEG_PATH"
        #expect(await reason { try await remuxer.check() } == expected)
        let run = try samples.stub()
        let output = path("out")
        #expect(
            await reason { _ = try await remuxer.remux(run: run, into: output, container: .webm) } == expected
        )
        try await FFmpegRemuxer().check()
    }

    @Test func `a tool that hangs is ended with all that it started`() async throws {
        let tool = try samples.script(
            "echo $$ > \(path("shell"))\nsleep 60 &\necho $! > \(path("sleep"))\nwait"
        )
        let remuxer = FFmpegRemuxer(ffmpegPath: tool, timeout: Self.patience)
        let (run, output) = (try samples.stub(), path("out"))
        let start = ContinuousClock.now
        let reason = await reason { _ = try await remuxer.remux(run: run, into: output, container: .webm) }
        #expect(reason == "the media tool took longer than 15.0 seconds")
        #expect(start.duration(to: .now) < .seconds(60))
        #expect(try !isAlive("shell"))
        try await eventually { try !self.isAlive("sleep") }
    }

    @Test func `a tool that ignores SIGTERM is killed`() async throws {
        let tool = try samples.script("trap '' TERM\necho $$ > \(path("shell"))\nwhile :; do sleep 1; done")
        let remuxer = FFmpegRemuxer(ffmpegPath: tool, timeout: Self.patience)
        let (run, output) = (try samples.stub(), path("out"))
        #expect(await reason { _ = try await remuxer.remux(run: run, into: output, container: .webm) } != nil)
        #expect(try !isAlive("shell"))
    }

    @Test func `cancelling ends the tool`() async throws {
        let tool = try samples.script("echo $$ > \(path("shell"))\nexec sleep 60")
        let remuxer = FFmpegRemuxer(ffmpegPath: tool)
        let (run, output) = (try samples.stub(), path("out"))
        await withTaskGroup(of: Void.self) { group in
            group.addTask { _ = try? await remuxer.remux(run: run, into: output, container: .webm) }
            _ = try? await self.eventually { (try? self.text("shell").isEmpty) == false }
            group.cancelAll()
        }
        #expect(try !isAlive("shell"))
    }

    @Test func `the tool runs nicely and knows nothing of the server's environment`() async throws {
        let tool = try samples.script(
            "env > \(path("env"))\nnice > \(path("nice"))\nulimit -v > \(path("memory"))"
        )
        let (run, output) = (try samples.stub(), path("out"))
        let remuxer = FFmpegRemuxer(ffmpegPath: tool)
        _ = await reason { _ = try await remuxer.remux(run: run, into: output, container: .webm) }
        let names = try text("env").split(separator: "\n")
            .compactMap { $0.split(separator: "=").first.map(String.init) }
        #expect(Set(names).subtracting(["PATH", "LC_ALL", "PWD", "OLDPWD", "SHLVL", "_"]).isEmpty)
        #expect(try (Int(text("nice").trimmingCharacters(in: .newlines)) ?? 0) >= 10)
        #expect(try text("memory") == "2097152\n")
    }

    @Test func `complaints are passed on short and without paths`() async throws {
        let tool = try samples.script(
            "i=0; while [ $i -lt 2000 ]; do echo 'a long complaint' >&2; i=$((i+1)); done\necho \"$@\" >&2\nexit 3"
        )
        let (run, output) = (try samples.stub(), path("out"))
        let remuxer = FFmpegRemuxer(ffmpegPath: tool)
        let reason = await reason { _ = try await remuxer.remux(run: run, into: output, container: .webm) }
        let text = try #require(reason)
        #expect(text.hasPrefix("the media tool exited(3): "))
        #expect(text.utf8.count < 600)
        #expect(!text.contains(directory.path))
    }

    private func eventually(_ condition: () throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(10)
        while try !condition() {
            guard ContinuousClock.now < deadline else {
                Issue.record("waited in vain")
                return
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
