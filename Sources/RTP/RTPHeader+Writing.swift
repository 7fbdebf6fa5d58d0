extension RTPHeader {
    /// An element of a header extension, to be written.
    public typealias ExtensionElement = (id: UInt8, value: [UInt8])

    /// Appends a header without contributing sources; the payload goes behind it.
    ///
    /// For packets that are made from nothing. The forwarding path writes into its own buffers.
    ///
    /// - Parameter extensions: Identifiers from 1 on, values of at most 255 bytes; others are left out.
    ///   Written in the one-byte form if all of them fit into it, else in the two-byte form (RFC 8285).
    public static func write(
        marker: Bool,
        payloadType: UInt8,
        sequenceNumber: UInt16,
        timestamp: UInt32,
        ssrc: UInt32,
        extensions: [ExtensionElement] = [],
        to bytes: inout [UInt8]
    ) {
        let elements = extensions.filter { $0.id > 0 && $0.value.count <= 255 }
        bytes.append(elements.isEmpty ? 0x80 : 0x90)
        bytes.append((marker ? 0x80 : 0) | payloadType & 0x7F)
        bytes.append(uint16: sequenceNumber)
        bytes.append(uint32: timestamp)
        bytes.append(uint32: ssrc)
        guard !elements.isEmpty else { return }

        let isOneByte = elements.allSatisfy { (1...14).contains($0.id) && (1...16).contains($0.value.count) }
        bytes.append(
            uint16: isOneByte ? HeaderExtensionReader.oneByteProfile : HeaderExtensionReader.twoByteProfile
        )
        let length = elements.reduce(0) { $0 + $1.value.count + (isOneByte ? 1 : 2) }
        let words = (length + 3) / 4
        bytes.append(uint16: UInt16(truncatingIfNeeded: words))
        for (id, value) in elements {
            if isOneByte {
                bytes.append(id << 4 | UInt8(value.count - 1))
            } else {
                bytes.append(id)
                bytes.append(UInt8(value.count))
            }
            bytes.append(contentsOf: value)
        }
        bytes.append(contentsOf: repeatElement(0, count: words * 4 - length))
    }
}
