import Foundation
import PortholeCore
import Testing

@testable import Remuxing

@Suite("Remuxing recorded runs", .serialized)
final class FFmpegRemuxerTests: Sendable {
    private let directory: TemporaryDirectory
    private let remuxer = FFmpegRemuxer()
    private var samples: Samples { Samples(directory: directory.path) }

    init() throws { directory = try TemporaryDirectory() }
    deinit { directory.remove() }

    private func path(_ name: String) -> String { "\(directory.path)/\(name)" }
    private func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

    /// Where an element or box begins.
    private func position(of marker: [UInt8], in path: String) throws -> Int? {
        try bytes(path).range(of: Data(marker))?.lowerBound
    }

    private static let cues: [UInt8] = [0x1C, 0x53, 0xBB, 0x6B]
    private static let cluster: [UInt8] = [0x1F, 0x43, 0xB6, 0x75]

    @Test(arguments: [("libvpx", "vp8"), ("libvpx-vp9", "vp9")])
    func `a streamed WebM gets a duration and a seek index in front`(
        encoder: String,
        codec: String
    ) async throws {
        let run = try samples.make(.webm(codec: encoder, size: "320x240"))
        #expect(try position(of: Self.cues, in: run) == nil)
        let facts = try await remuxer.remux(run: run, into: path("out.webm"), container: .webm)
        #expect(abs(facts.duration - 3) < 0.1)
        #expect((facts.width, facts.height) == (320, 240))
        #expect(facts.codecs == [codec, "opus"])
        let index = try #require(try position(of: Self.cues, in: path("out.webm")))
        #expect(index < (try #require(try position(of: Self.cluster, in: path("out.webm")))))
    }

    @Test func `fragments of MP4 become one file that starts fast`() async throws {
        let run = try samples.make(.fragmentedMP4)
        let facts = try await remuxer.remux(run: run, into: path("out.mp4"), container: .mp4)
        #expect(abs(facts.duration - 3) < 0.15)
        #expect(facts.codecs == ["h264", "aac"])
        let index = try #require(try position(of: Array("moov".utf8), in: path("out.mp4")))
        #expect(index < (try #require(try position(of: Array("mdat".utf8), in: path("out.mp4")))))
        #expect(try position(of: Array("moof".utf8), in: path("out.mp4")) == nil)
    }

    @Test func `H264 in WebM is kept, by the muxer that can`() async throws {
        let facts = try await remuxer.remux(
            run: try samples.make(.matroska),
            into: path("out.webm"),
            container: .webm
        )
        #expect(facts.codecs == ["h264", "opus"])
        #expect(abs(facts.duration - 3) < 0.1)
    }

    @Test func `the same bytes give the same file`() async throws {
        let first = try samples.make(Samples.usual)
        let second = try samples.file(try bytes(first), named: "another name")
        _ = try await remuxer.remux(run: first, into: path("1.webm"), container: .webm)
        _ = try await remuxer.remux(run: second, into: path("2.webm"), container: .webm)
        #expect(try bytes(path("1.webm")) == bytes(path("2.webm")))
        for name in ["a", "b"] {
            let inputs = [path("1.webm"), path("2.webm")]
            _ = try await remuxer.concatenate(inputs, into: path("\(name).webm"), container: .webm)
        }
        #expect(try bytes(path("a.webm")) == bytes(path("b.webm")))
    }

    @Test func `whatever is cut off, the rest is a file or said to be none`() async throws {
        let run = try samples.make(Samples.usual)
        let whole = try bytes(run).count
        var longest = 0.0
        for step in 0..<8 {
            let cut = try samples.prefix(of: run, bytes: whole * step / 8)
            do {
                let facts = try await remuxer.remux(run: cut, into: path("out.webm"), container: .webm)
                #expect(facts.duration >= longest)
                longest = facts.duration
            } catch {
                #expect(error as? RemuxError == .notMedia)
            }
        }
        #expect((2...3.1).contains(longest))
    }

    @Test func `what is no recording is said to be none`() async throws {
        let run = try samples.make(Samples.usual)
        var generator = SystemRandomNumberGenerator()
        let noise = Data((0..<10_000).map { _ in UInt8.random(in: 0...255, using: &generator) })
        let inputs = [
            "empty": Data(),
            "noise": noise,
            "text": Data("#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:1/x.ts\n".utf8),
            "concat list": Data("ffconcat version 1.0\nfile '\(run)'\n".utf8),
            "header": try bytes(run).prefix(200),
            "header and noise": try bytes(run).prefix(64) + noise,
            "mp4 noise": Data([0, 0, 0, 24]) + Data("ftypisom".utf8) + noise,
        ]
        for (name, data) in inputs {
            let input = try samples.file(data, named: name)
            let container: MediaContainer = name.hasPrefix("mp4") ? .mp4 : .webm
            await #expect(throws: RemuxError.notMedia, "\(name)") {
                _ = try await self.remuxer.remux(run: input, into: self.path("out"), container: container)
            }
        }
    }

    @Test func `VP8 goes into no MP4`() async throws {
        let run = try samples.make(Samples.usual)
        await #expect(throws: RemuxError.notMedia) {
            _ = try await self.remuxer.remux(run: run, into: self.path("out.mp4"), container: .mp4)
        }
    }

    @Test func `runs join one after another, whatever their files are called`() async throws {
        let run = try samples.make(Samples.usual)
        let inputs = ["a 'quoted' name.webm", "-b\\ %d.webm", "c.webm"].map(path)
        for input in inputs { _ = try await remuxer.remux(run: run, into: input, container: .webm) }
        let facts = try await remuxer.concatenate(inputs, into: path("out.webm"), container: .webm)
        #expect(abs(facts.duration - 9) < 0.2)
        #expect(facts.codecs == ["vp8", "opus"])
        #expect(!FileManager.default.fileExists(atPath: path("out.webm.list")))
    }

    @Test func `pictures of two sizes join in VP8`() async throws {
        let small = try samples.make(Samples.usual, named: "small")
        let large = try samples.make(.webm(codec: "libvpx", size: "640x480"), named: "large")
        for name in [small, large] {
            _ = try await remuxer.remux(run: name, into: name + ".webm", container: .webm)
        }
        let inputs = [small + ".webm", large + ".webm"]
        let facts = try await remuxer.concatenate(inputs, into: path("out.webm"), container: .webm)
        #expect(abs(facts.duration - 6) < 0.2)
    }

    @Test(arguments: [("320x240", [320, 240]), ("960x540", [640, 360]), ("360x640", [360, 640])])
    func `the poster is a JPEG, at most 640 wide`(size: String, expected: [Int]) async throws {
        let run = try samples.make(.webm(codec: "libvpx", size: size))
        _ = try await remuxer.remux(run: run, into: path("out.webm"), container: .webm)
        try await remuxer.poster(of: path("out.webm"), into: path("poster.jpg"))
        #expect(try bytes(path("poster.jpg")).starts(with: [0xFF, 0xD8, 0xFF]))
        #expect(try Samples.size(ofPicture: path("poster.jpg")) == expected)
    }

    @Test func `sound alone is a recording without a poster`() async throws {
        let run = try samples.make(.sound)
        let facts = try await remuxer.remux(run: run, into: path("out.webm"), container: .webm)
        #expect(facts.codecs == ["opus"])
        #expect(facts.width == nil)
        await #expect(throws: RemuxError.notMedia) {
            try await self.remuxer.poster(of: self.path("out.webm"), into: self.path("poster.jpg"))
        }
    }

    @Test func `the strip is one picture of small ones, two seconds apart`() async throws {
        let run = try samples.make(.webm(codec: "libvpx", size: "320x240"))
        let facts = try await remuxer.remux(run: run, into: path("out.webm"), container: .webm)
        let strip = try await remuxer.strip(
            of: path("out.webm"),
            lasting: facts.duration,
            into: path("strip.jpg")
        )
        #expect(strip.interval == 2 && strip.width == 160 && strip.height == 120)
        #expect(strip.count == Int((facts.duration / 2).rounded(.up)) && strip.columns == strip.count)
        #expect(try Samples.size(ofPicture: path("strip.jpg")) == [160 * strip.columns, 120])
    }

    @Test func `a stretch is cut from the key frame before it on`() async throws {
        let run = try samples.make(.webm(codec: "libvpx", size: "320x240"))
        let facts = try await remuxer.remux(run: run, into: path("out.webm"), container: .webm)
        let cut = try await remuxer.cut(
            path("out.webm"),
            from: 1e-7,
            to: facts.duration / 2,
            into: path("cut.webm"),
            container: .webm
        )
        #expect(abs(cut.duration - facts.duration / 2) < 0.2)
        #expect(cut.codecs == facts.codecs)
    }

    @Test(arguments: [(1.3e-154, "0.000"), (-2, "0.000"), (61.0625, "61.063"), (1e300, "1000000000.000")])
    func `times are written without exponents`(time: Double, expected: String) {
        #expect(FFmpegRemuxer.seconds(time) == expected)
    }
}
