import Recorder

/// A file that is only bytes.
struct MemoryFile: Equatable {
    private(set) var bytes: [UInt8] = []

    init(_ bytes: [UInt8] = []) {
        self.bytes = bytes
    }

    /// Does what is to be done; what lies outside of what is written is a mistake of the writer's.
    mutating func apply(_ changes: [FileChange]) throws {
        for change in changes {
            switch change {
            case .append(let more): bytes += more
            case .overwrite(let offset, let other):
                guard offset >= 0, offset + Int64(other.count) <= Int64(bytes.count) else {
                    throw OutsideOfFile(offset: offset, count: other.count)
                }
                bytes.replaceSubrange(Int(offset)..<Int(offset) + other.count, with: other)
            }
        }
    }

    func read(_ offset: Int64, _ count: Int) -> [UInt8] {
        guard offset >= 0, offset < Int64(bytes.count) else { return [] }
        return Array(bytes[Int(offset)...].prefix(count))
    }

    func repaired() throws -> MemoryFile {
        let repair = try WebMRepair(length: Int64(bytes.count), reading: read)
        var file = MemoryFile(Array(bytes.prefix(Int(repair.length))))
        try file.apply(repair.changes)
        return file
    }
}

struct OutsideOfFile: Error {
    let offset: Int64
    let count: Int
}
