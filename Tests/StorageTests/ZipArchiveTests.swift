import Foundation
import Testing

@testable import Storage

@Suite("Archives of several files")
struct ZipArchiveTests {
    @Test func `anybody's tool unpacks what was put in`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "porthole-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var files: [(name: String, path: String)] = []
        for (name, count) in [("nothing.webm", 0), ("short.webm", 9), ("longer-\u{E9}.mp4", 3_000_001)] {
            let path = folder.appending(path: "\(count)").path
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 31 ^ $0 >> 8) }
            try Data(bytes).write(to: URL(filePath: path))
            files.append((name, path))
        }
        let archive = folder.appending(path: "all.zip").path
        try ZipArchive.write(files, to: archive)

        let out = folder.appending(path: "out").path
        for arguments in [["-t", archive], ["-e", archive, out]] {
            let tool = Process()
            tool.executableURL = URL(filePath: "/usr/bin/python3")
            tool.arguments = ["-m", "zipfile"] + arguments
            tool.standardOutput = FileHandle.nullDevice
            try tool.run()
            tool.waitUntilExit()
            #expect(tool.terminationStatus == 0)
        }
        for file in files {
            let unpacked = try Data(contentsOf: URL(filePath: "\(out)/\(file.name)"))
            #expect(try unpacked == Data(contentsOf: URL(filePath: file.path)))
        }
    }

    @Test func `knows the checksum that every reader checks`() {
        var checksum = CRC32()
        checksum.update(Array("123456789".utf8))
        #expect(checksum.value == 0xCBF4_3926)
    }
}
