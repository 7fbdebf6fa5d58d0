/// Walks the elements of a header extension block, in both forms.
///
/// ```
/// one-byte form (profile 0xBEDE):  | ID 4 bits | length - 1, 4 bits | value |
/// two-byte form (profile 0x100x):  | ID 8 bits | length, 8 bits     | value |
/// ```
///
/// A byte of 0 where an identifier belongs is padding; identifier 15 of the one-byte form ends the block.
/// An element that would end behind the block ends the walk. RFC 8285 §4.
public struct HeaderExtensionReader: Sendable {
    /// The profile of one-byte elements (RFC 8285 §4.2).
    public static let oneByteProfile: UInt16 = 0xBEDE
    /// The profile of two-byte elements, whose low four bits are the application's (RFC 8285 §4.3).
    public static let twoByteProfile: UInt16 = 0x1000

    private var offset: Int
    private let end: Int
    private let isOneByte: Bool

    /// A reader at the first element of the packet that `header` was read from.
    public init(_ header: RTPHeader) {
        isOneByte = header.extensionProfile == Self.oneByteProfile
        let isKnown = isOneByte || header.extensionProfile & 0xFFF0 == Self.twoByteProfile
        offset = header.extensions.lowerBound
        end = isKnown ? header.extensions.upperBound : offset
    }

    /// The next element: its identifier, and where in the datagram its value lies.
    ///
    /// - Parameter datagram: The packet that the header was read from.
    /// - Returns: `nil` at the end. A value of the two-byte form may be empty.
    public mutating func next(in datagram: Span<UInt8>) -> (id: UInt8, value: Range<Int>)? {
        let end = min(self.end, datagram.count)
        while offset < end {
            let first = datagram[offset]
            guard first != 0 else {
                offset &+= 1
                continue
            }
            let id: UInt8
            let start: Int
            let length: Int
            if isOneByte {
                id = first >> 4
                length = Int(first & 0x0F) &+ 1
                start = offset &+ 1
            } else {
                guard offset &+ 1 < end else { break }
                id = first
                length = Int(datagram[offset &+ 1])
                start = offset &+ 2
            }
            guard !(isOneByte && id == 15), start &+ length <= end else { break }
            offset = start &+ length
            // Identifier 0 with a length is not defined in the one-byte form: passed over with its bytes.
            if id == 0 { continue }
            return (id, start..<offset)
        }
        offset = self.end
        return nil
    }
}

extension RTPHeader {
    /// Where in the datagram the value of extension `id` lies; `nil` if the packet does not carry it.
    public func extensionValue(_ id: UInt8, in datagram: Span<UInt8>) -> Range<Int>? {
        guard !extensions.isEmpty else { return nil }
        var reader = HeaderExtensionReader(self)
        while let element = reader.next(in: datagram) {
            if element.id == id { return element.value }
        }
        return nil
    }

    /// The transport-wide sequence number that extension `id` carries.
    ///
    /// draft-holmer-rmcat-transport-wide-cc-extensions-01 §2.
    public func transportSequenceNumber(id: UInt8, in datagram: Span<UInt8>) -> UInt16? {
        guard let value = extensionValue(id, in: datagram), value.count >= 2 else { return nil }
        return datagram.uint16(at: value.lowerBound)
    }
}
