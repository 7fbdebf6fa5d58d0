import Foundation
import PortholeCore

/// Writes a ZIP archive of files that are stored as they are: media does not get smaller.
///
/// ```
/// | local header, name | bytes | … | central header, name | … | end of central directory |
/// ```
///
/// In its 64-bit form throughout, so that size does not matter. PKWARE APPNOTE 6.3.10 §4.3, §4.5.3.
enum ZipArchive {
    private struct Entry {
        let name: [UInt8]
        let offset: UInt64
        var size: UInt64 = 0
        var checksum: UInt32 = 0
    }

    /// Writes the archive, in pieces.
    static func write(
        _ files: [(name: String, path: String)],
        to path: String
    ) throws(ObjectStoreError) {
        let output = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0o600)
        guard output >= 0 else { throw .last("open") }
        defer { close(output) }
        var entries: [Entry] = []
        var offset: UInt64 = 0
        for file in files {
            var entry = Entry(name: Array(file.name.utf8), offset: offset)
            let header = localHeader(entry)
            try Disk.writeAll(header[...], to: output)
            var checksum = CRC32()
            try Disk.read(file.path) { piece throws(ObjectStoreError) in
                checksum.update(piece)
                try Disk.writeAll(piece, to: output)
                entry.size += UInt64(piece.count)
            }
            entry.checksum = checksum.value
            offset += UInt64(header.count) + entry.size
            // What is in the header is known only now.
            try go(to: entry.offset, in: output)
            try Disk.writeAll(localHeader(entry)[...], to: output)
            try go(to: offset, in: output)
            entries.append(entry)
        }
        let directory = entries.flatMap(centralHeader)
        try Disk.writeAll(
            (directory + end(entries, at: offset, length: directory.count))[...],
            to: output
        )
    }

    private static func go(to offset: UInt64, in file: Int32) throws(ObjectStoreError) {
        guard lseek(file, off_t(offset), SEEK_SET) >= 0 else { throw .last("lseek") }
    }

    /// Version 4.5 for 64 bits, names in UTF-8, no compression, 1 January 1980.
    private static let beginning: [UInt8] = [45, 0, 0x00, 0x08, 0, 0, 0, 0, 0x21, 0]

    private static func localHeader(_ entry: Entry) -> [UInt8] {
        var bytes: [UInt8] = [0x50, 0x4B, 3, 4] + beginning
        bytes.append(entry.checksum)
        bytes.append(UInt32.max)
        bytes.append(UInt32.max)
        bytes.append(UInt16(clamping: entry.name.count))
        bytes.append(UInt16(20))
        bytes += entry.name
        bytes.append(UInt16(1))
        bytes.append(UInt16(16))
        bytes.append(entry.size)
        bytes.append(entry.size)
        return bytes
    }

    private static func centralHeader(_ entry: Entry) -> [UInt8] {
        // Made by version 4.5 on Unix.
        var bytes: [UInt8] = [0x50, 0x4B, 1, 2, 45, 3] + beginning
        bytes.append(entry.checksum)
        bytes.append(UInt32.max)
        bytes.append(UInt32.max)
        bytes.append(UInt16(clamping: entry.name.count))
        bytes.append(UInt16(28))
        // No comment, first disk, no internal attributes; a regular file of its owner's.
        bytes += [0, 0, 0, 0, 0, 0]
        bytes.append(UInt32(0o100600) << 16)
        bytes.append(UInt32.max)
        bytes += entry.name
        bytes.append(UInt16(1))
        bytes.append(UInt16(24))
        bytes.append(entry.size)
        bytes.append(entry.size)
        bytes.append(entry.offset)
        return bytes
    }

    private static func end(_ entries: [Entry], at offset: UInt64, length: Int) -> [UInt8] {
        var bytes: [UInt8] = [0x50, 0x4B, 6, 6]
        bytes.append(UInt64(44))
        bytes += [45, 3, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        bytes.append(UInt64(entries.count))
        bytes.append(UInt64(entries.count))
        bytes.append(UInt64(length))
        bytes.append(offset)
        // Where that is, for readers that look from the end.
        bytes += [0x50, 0x4B, 6, 7, 0, 0, 0, 0]
        bytes.append(offset + UInt64(length))
        bytes.append(UInt32(1))
        bytes += [0x50, 0x4B, 5, 6, 0, 0, 0, 0]
        bytes.append(UInt16.max)
        bytes.append(UInt16.max)
        bytes.append(UInt32.max)
        bytes.append(UInt32.max)
        bytes += [0, 0]
        return bytes
    }
}

extension [UInt8] {
    /// Little-endian, as all of ZIP is.
    fileprivate mutating func append(_ value: some FixedWidthInteger & UnsignedInteger) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }
}

/// The checksum of ZIP and PNG (ISO/IEC 13239, reflected polynomial 0xEDB88320).
struct CRC32 {
    private static let table: [UInt32] = (0..<256)
        .map { index in
            (0..<8)
                .reduce(UInt32(index)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
        }

    private var state = UInt32.max

    /// Of everything so far.
    var value: UInt32 { ~state }

    mutating func update(_ bytes: some Sequence<UInt8>) {
        let table = Self.table
        for byte in bytes { state = table[Int(UInt8(truncatingIfNeeded: state) ^ byte)] ^ state >> 8 }
    }
}
