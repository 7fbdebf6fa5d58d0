import Foundation
import RTP
import Testing

@testable import Simulation

@Suite("Recording a clip without a network")
struct ClipRecordingTests {
    /// A folder of its own, which goes away.
    private final class Folder {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("recording-\(UUID())")

        init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }

        deinit { try? FileManager.default.removeItem(at: url) }

        func path(_ name: String) -> String { url.appendingPathComponent(name).path }
        func bytes(_ name: String) throws -> [UInt8] {
            [UInt8](try Data(contentsOf: url.appending(path: name)))
        }
        var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? [] }
    }

    private func recording(_ codec: Codec, _ duration: Duration = .seconds(20)) throws -> ClipRecording {
        ClipRecording(PacketizedClip(try .bundled(codec)), duration: duration)
    }

    @Test(arguments: [(Codec.vp8, "webm"), (.h264, "mp4")])
    func `every picture and every sound is in one file, as long as was asked for`(
        codec: Codec,
        container: String
    ) async throws {
        let folder = try Folder()
        let path = folder.path("clip.\(container)")
        let report = try await recording(codec).make(at: path)
        #expect(report.path == path)
        #expect(report.mimeType.hasPrefix("video/\(container);codecs="))
        #expect(abs(report.seconds - 20) < 0.1)
        // The last picture may be under way.
        #expect((599...600).contains(report.frames))
        #expect((999...1_001).contains(report.soundPackets))
        #expect(report.keyFrames == 10)
        #expect(report.bytes == Int64(try folder.bytes("clip.\(container)").count))
    }

    @Test func `what is recorded is the clip, over and over again`() async throws {
        let folder = try Folder()
        let clip = try Clip.bundled(.vp8)
        _ = try await recording(.vp8).make(at: folder.path("clip.webm"))
        let made = try Clip(matroska: try folder.bytes("clip.webm"))
        for (number, frame) in made.frames.enumerated() {
            let source = clip.frames[number % clip.frames.count]
            #expect(frame.isKey == source.isKey)
            #expect(frame.parts.map { made.bytes[$0] } == source.parts.map { clip.bytes[$0] })
        }
        let steps = zip(made.frames, made.frames.dropFirst()).map { $1.time - $0.time }
        #expect(steps.allSatisfy { (32_000_000...35_000_000).contains($0) })
    }

    @Test func `the same clip gives the same file`() async throws {
        let folder = try Folder()
        for name in ["one.webm", "two.webm"] {
            _ = try await recording(.vp8, .seconds(10)).make(at: folder.path(name))
        }
        #expect(try folder.bytes("one.webm") == folder.bytes("two.webm"))
    }

    @Test func `a file that is there is left alone`() async throws {
        let folder = try Folder()
        let path = folder.path("clip.webm")
        try Data("mine".utf8).write(to: URL(fileURLWithPath: path))
        await #expect(throws: ClipRecordingError.exists(path: path)) {
            try await recording(.vp8).make(at: path)
        }
        #expect(try folder.bytes("clip.webm") == Array("mine".utf8))
    }

    @Test func `nothing is left of a file that cannot be made`() async throws {
        let folder = try Folder()
        let wrong = folder.path("clip.mp4")
        await #expect(throws: ClipRecordingError.wrongExtension(path: wrong, container: "webm")) {
            try await recording(.vp8).make(at: wrong)
        }
        await #expect(throws: ClipRecordingError.empty) {
            try await recording(.vp8, .microseconds(1)).make(at: folder.path("short.webm"))
        }
        await #expect(throws: ClipRecordingError.self) {
            try await recording(.vp8).make(at: folder.path("nowhere/clip.webm"))
        }
        #expect(folder.names.isEmpty)
    }
}
