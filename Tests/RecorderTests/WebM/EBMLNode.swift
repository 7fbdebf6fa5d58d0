/// An element as a strict reader sees it, which shares no code with the writer.
struct EBMLNode {
    let id: UInt32
    /// Of its first byte.
    let offset: Int
    let content: Range<Int>
    let hasSize: Bool
    let children: [EBMLNode]

    struct Malformed: Error, CustomStringConvertible {
        let description: String
    }

    private static let masters: Set<UInt32> = [
        0x1A45_DFA3, 0x1853_8067, 0x114D_9B74, 0x4DBB, 0x1549_A966, 0x1654_AE6B, 0xAE, 0xE0, 0xE1,
        0x1F43_B675, 0x1C53_BB6B, 0xBB, 0xB7,
    ]
    private static let others: Set<UInt32> = [
        0x4286, 0x42F7, 0x42F2, 0x42F3, 0x4282, 0x4287, 0x4285, 0xEC, 0x53AB, 0x53AC, 0x2A_D7B1, 0x4489,
        0x4D80, 0x5741, 0xD7, 0x73C5, 0x83, 0x9C, 0x22_B59C, 0x86, 0x63A2, 0x56AA, 0x56BB, 0xB0, 0xBA, 0xB5,
        0x9F, 0xE7, 0xA3, 0xB3, 0xF7, 0xF1,
    ]
    static let cluster: UInt32 = 0x1F43_B675
    static let segment: UInt32 = 0x1853_8067

    /// All elements that fill `range`.
    static func read(_ bytes: [UInt8], in range: Range<Int>, within parent: UInt32 = 0) throws -> [EBMLNode] {
        var nodes: [EBMLNode] = []
        var offset = range.lowerBound
        let limit = range.upperBound
        while offset < limit {
            let (id, idLength) = try number(bytes, at: offset, below: limit, keepsMarker: true)
            if parent == cluster, id == UInt64(cluster) || id == 0x1C53_BB6B { break }
            let sizeOffset = offset + idLength
            let (size, sizeLength) = try number(bytes, at: sizeOffset, below: limit, keepsMarker: false)
            let node = try EBMLNode(
                bytes,
                id: UInt32(id),
                offset: offset,
                content: sizeOffset + sizeLength,
                size: size == 1 << (7 * UInt64(sizeLength)) - 1 ? nil : Int(size),
                limit: limit
            )
            nodes.append(node)
            offset = node.content.upperBound
        }
        return nodes
    }

    private init(_ bytes: [UInt8], id: UInt32, offset: Int, content: Int, size: Int?, limit: Int) throws {
        guard Self.masters.contains(id) || Self.others.contains(id) else {
            throw Malformed(description: "unknown element \(String(id, radix: 16)) at \(offset)")
        }
        self.id = id
        self.offset = offset
        hasSize = size != nil
        if let size {
            guard size <= limit - content else { throw Malformed(description: "too long at \(offset)") }
            self.content = content..<content + size
            children = Self.masters.contains(id) ? try Self.read(bytes, in: self.content) : []
        } else {
            guard id == Self.cluster || id == Self.segment else {
                throw Malformed(description: "without size at \(offset)")
            }
            children = try Self.read(bytes, in: content..<limit, within: id)
            self.content = content..<(children.last?.content.upperBound ?? content)
        }
    }

    private static func number(
        _ bytes: [UInt8],
        at offset: Int,
        below limit: Int,
        keepsMarker: Bool
    ) throws -> (UInt64, Int) {
        guard offset < limit, bytes[offset] != 0 else {
            throw Malformed(description: "no number at \(offset)")
        }
        let length = bytes[offset].leadingZeroBitCount + 1
        guard length <= (keepsMarker ? 4 : 8), offset + length <= limit else {
            throw Malformed(description: "cut at \(offset)")
        }
        var value = UInt64(bytes[offset])
        if !keepsMarker { value &= 0xFF >> UInt64(length) }
        for byte in bytes[offset + 1..<offset + length] { value = value << 8 | UInt64(byte) }
        return (value, length)
    }

    subscript(id: UInt32) -> EBMLNode? { children.first { $0.id == id } }

    func all(_ id: UInt32) -> [EBMLNode] { children.filter { $0.id == id } }

    func bytes(_ file: [UInt8]) -> [UInt8] { Array(file[content]) }

    func unsigned(_ file: [UInt8]) -> UInt64 { file[content].reduce(0) { $0 << 8 | UInt64($1) } }

    func float(_ file: [UInt8]) -> Double { Double(bitPattern: unsigned(file)) }

    func text(_ file: [UInt8]) -> String { String(decoding: file[content], as: UTF8.self) }
}
