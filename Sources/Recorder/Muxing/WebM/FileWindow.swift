/// Reads a file of any length through one window of a few kilobytes.
struct FileWindow {
    /// What is read at once: headers of blocks are small and far apart.
    static let usual = 4_096

    /// No file is longer, and no offset in it overflows.
    static let longest: Int64 = 1 << 60

    let length: Int64
    private let read: (Int64, Int) throws -> [UInt8]
    private var start: Int64 = 0
    private var bytes: [UInt8] = []

    init(length: Int64, read: @escaping (Int64, Int) throws -> [UInt8]) {
        self.length = min(max(0, length), Self.longest)
        self.read = read
    }

    /// So many bytes at `offset`, fewer where the file ends.
    mutating func bytes(at offset: Int64, count: Int) throws -> ArraySlice<UInt8> {
        guard offset >= 0, offset < length, count > 0 else { return [] }
        let wanted = Int(min(Int64(count), length - offset))
        if offset < start || offset - start > Int64(bytes.count - wanted) {
            let whole = Int(min(Int64(max(count, Self.usual)), length - offset))
            bytes = Array(try read(offset, whole).prefix(whole))
            start = offset
        }
        return bytes.dropFirst(Int(offset - start)).prefix(wanted)
    }
}
