import Foundation
import PortholeCore
import Recorder
import Testing

@testable import MediaPlane

@Suite("Recording: files and their folders")
struct RecordingFileTests {
    private let root: String
    private let session = SessionID()
    private let id = RecordingID()

    init() throws {
        root = FileManager.default.temporaryDirectory.appending(path: "porthole-\(UUID().uuidString)").path
    }

    private func directory() throws -> RecordingDirectory { try RecordingDirectory(root: root) }

    private func segment(_ number: Int) -> Recording.Segment {
        Recording.Segment(number: number, mimeType: "video/webm;codecs=vp8,opus", start: 0)
    }

    private func makeFile(_ number: Int = 0) throws -> RecordingFile {
        try RecordingDirectory.makeFile(
            of: segment(number),
            in: try directory().path(of: id, in: MediaRoomID(session.text))
        )
    }

    private func mode(_ path: String) throws -> Int? {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return (attributes[.posixPermissions] as? NSNumber)?.intValue
    }

    @Test func `only this user reads files and folders`() throws {
        let file = try makeFile()
        #expect(try mode(file.path) == 0o600)
        #expect(try mode(root) == 0o700)
        #expect(try mode(root + "/\(session)/\(id)") == 0o700)
        try FileManager.default.removeItem(atPath: root)
    }

    @Test func `changes are done in their order, also where what is gathered is overwritten`() throws {
        let file = try makeFile()
        try file.apply(.append(Array("hello world".utf8)))
        try file.apply(.overwrite(offset: 6, Array("there".utf8)))
        try file.apply(.append(Array("!".utf8)))
        #expect(file.length == 12)
        #expect(try file.sync())
        #expect(try !file.sync())
        try file.flush()
        #expect(try file.sync())
        #expect(try String(contentsOfFile: file.path, encoding: .utf8) == "hello there!")
        #expect(try file.read(at: 6, count: 100) == Array("there!".utf8))
        try FileManager.default.removeItem(atPath: root)
    }

    @Test func `a number is given to one file only`() throws {
        _ = try makeFile()
        #expect(throws: RecordingFileError.self) { try makeFile() }
        try FileManager.default.removeItem(atPath: root)
    }

    @Test func `what is there is found, and deleted with its folders`() throws {
        for number in [1, 0] { try makeFile(number).apply(.append([1, 2, 3])) }
        try Data().write(to: URL(filePath: root + "/\(session)/\(id)/notes.txt"))
        let found = try #require(try directory().recordings().first)
        #expect(found.id == id && found.session == session)
        #expect(found.segments.map(\.segment.number) == [0, 1])
        try directory().delete(id, of: session)
        try directory().delete(id, of: session)
        #expect(try FileManager.default.contentsOfDirectory(atPath: root).isEmpty)
        try FileManager.default.removeItem(atPath: root)
    }

    @Test func `a file that holds nothing cannot be mended, and stays`() throws {
        let file = try makeFile()
        try file.apply(.append(Array("no media".utf8)))
        try file.flush()
        let local = try #require(try directory().recordings().first?.segments.first)
        #expect(try RecordingRepair.mend(local) == nil)
        #expect(FileManager.default.fileExists(atPath: local.path))
        try FileManager.default.removeItem(atPath: root)
    }

    @Test func `a full disk and a broken one are told apart`() {
        #expect(RecordingFileError(ENOSPC).failure == .diskFull)
        #expect(RecordingFileError(EIO).failure == .diskFailed)
    }
}
