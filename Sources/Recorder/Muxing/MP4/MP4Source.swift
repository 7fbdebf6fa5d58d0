/// A file that can be read.
public protocol MP4Source {
    /// Bytes of the file.
    var length: Int64 { get }

    /// The bytes at an offset: as many as are asked for, or fewer where the file ends.
    func read(offset: Int64, count: Int) throws -> [UInt8]
}

extension MP4Source {
    /// What ``read(offset:count:)`` gives, if that is what it should give: what is missing would be cut off.
    ///
    /// - Throws: ``MP4RepairError/readIncomplete``, or what reading throws.
    func bytes(at offset: Int64, count: Int) throws -> [UInt8] {
        let expected = min(Int64(count), max(length - offset, 0))
        guard expected > 0 else { return [] }
        let bytes = try read(offset: offset, count: Int(expected))
        guard bytes.count == expected else { throw MP4RepairError.readIncomplete }
        return bytes
    }
}
