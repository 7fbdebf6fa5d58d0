/// The index at the end of several VP9 frames that are decoded as one.
///
/// ```
/// |1 1 0| bytes of a size - 1 | frames - 1 |  sizes, little-endian  | the first byte again |
/// ```
///
/// VP9 Bitstream & Decoding Process Specification v0.6, annex B.
enum VP9SuperframeIndex {
    /// Frames of a superframe.
    static let mostFrames = 8

    /// The sizes of the frames in `chunk`, whose sum with the index is its length; `nil` if there is no such
    /// index.
    static func sizes(of chunk: ArraySlice<UInt8>) -> [Int]? {
        guard let marker = chunk.last, marker & 0xE0 == 0xC0 else { return nil }
        let bytesPerSize = Int(marker >> 3 & 3) + 1
        let count = Int(marker & 7) + 1
        let length = 2 + bytesPerSize * count
        guard chunk.count >= length, chunk[chunk.endIndex - length] == marker else { return nil }
        var offset = chunk.endIndex - length + 1
        var sizes: [Int] = []
        for _ in 0..<count {
            var size = 0
            for byte in 0..<bytesPerSize {
                size |= Int(chunk[offset + byte]) << (8 * byte)
            }
            offset += bytesPerSize
            sizes.append(size)
        }
        let isWhole = sizes.allSatisfy { $0 > 0 } && sizes.reduce(length, +) == chunk.count
        return isWhole ? sizes : nil
    }

    /// Appends the index of frames of these sizes, at most ``mostFrames`` and each below 2^32.
    static func append(sizes: [Int], to bytes: inout [UInt8]) {
        let largest = sizes.max() ?? 0
        let bytesPerSize = largest < 1 << 8 ? 1 : largest < 1 << 16 ? 2 : largest < 1 << 24 ? 3 : 4
        let marker = UInt8(truncatingIfNeeded: 0xC0 | (bytesPerSize - 1) << 3 | (sizes.count - 1))
        bytes.append(marker)
        for size in sizes {
            for byte in 0..<bytesPerSize {
                bytes.append(UInt8(truncatingIfNeeded: size >> (8 * byte)))
            }
        }
        bytes.append(marker)
    }
}
