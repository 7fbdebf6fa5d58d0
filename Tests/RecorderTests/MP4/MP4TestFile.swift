import Recorder

/// A file in memory.
struct MP4TestFile: MP4Source, Equatable {
    var bytes: [UInt8] = []
    /// Whether something was to be written over what was not there.
    private(set) var isBroken = false

    init(bytes: [UInt8] = []) {
        self.bytes = bytes
    }

    var length: Int64 { Int64(bytes.count) }

    func read(offset: Int64, count: Int) -> [UInt8] {
        guard offset >= 0, count > 0, offset < length else { return [] }
        return Array(bytes[Int(offset)..<min(Int(offset) + count, bytes.count)])
    }

    /// Does what is to be done.
    mutating func apply(_ changes: [FileChange]) {
        for change in changes {
            switch change {
            case .append(let added): bytes += added
            case .overwrite(let offset, let content):
                guard offset >= 0, offset + Int64(content.count) <= length else {
                    isBroken = true
                    return
                }
                bytes.replaceSubrange(Int(offset)..<Int(offset) + content.count, with: content)
            }
        }
    }

    /// The file as it would be repaired.
    func repaired() throws -> MP4TestFile {
        let repair = try MP4Repair(of: self)
        var file = MP4TestFile(bytes: Array(bytes.prefix(Int(repair.length))))
        file.apply(repair.changes)
        return file
    }
}
