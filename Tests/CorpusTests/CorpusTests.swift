import Foundation
import TestSupport
import Testing

/// Runs what the fuzzers have collected, so that their bodies never rot and what they found stays fixed.
@Suite("Fuzzers' corpus")
struct CorpusTests {
    private struct Missing: Error {}

    /// `Fuzz/Corpus`, wherever the package is built from.
    private static func corpus(of body: FuzzBody) throws -> URL {
        var folder = URL(filePath: #filePath).deletingLastPathComponent()
        while folder.path != "/" {
            let corpus = folder.appending(path: "Fuzz/Corpus/\(body.rawValue)")
            if FileManager.default.fileExists(atPath: corpus.path) { return corpus }
            folder.deleteLastPathComponent()
        }
        throw Missing()
    }

    @Test(arguments: FuzzBody.allCases)
    func `nothing in the corpus makes an engine contradict itself`(_ body: FuzzBody) async throws {
        let files = try FileManager.default.contentsOfDirectory(
            at: Self.corpus(of: body),
            includingPropertiesForKeys: nil
        )
        #expect(files.count >= 4)
        for file in files {
            let bytes = try [UInt8](Data(contentsOf: file))
            #expect(throws: Never.self, "\(file.lastPathComponent)") { try body.run(bytes) }
            await Task.yield()
        }
    }

    @Test(arguments: FuzzBody.allCases)
    func `nothing at all is an input, too`(_ body: FuzzBody) throws {
        try body.run([])
        try body.run([0])
    }
}
