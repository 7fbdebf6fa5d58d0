/// Finds the newest block among redundant ones.
///
/// ```
/// |1|  block PT   |  timestamp offset, 14 bits  |  length, 10 bits  |   for each older block
/// |0|  block PT   |                                                   the newest, up to the end
/// ```
///
/// RFC 2198 §3.
public enum REDPayload {
    /// The most older blocks that are walked; browsers send one or two.
    private static let maximumBlockCount = 16

    /// The newest block: its payload type, and where in `payload` it lies; `nil` if the headers or blocks do
    /// not fit, or it is empty.
    public static func primaryBlock(in payload: Span<UInt8>) -> (payloadType: UInt8, range: Range<Int>)? {
        var offset = 0
        var older = 0
        for _ in 0...maximumBlockCount {
            guard let first = payload.byte(at: offset) else { return nil }
            guard first & 0x80 != 0 else {
                let start = offset + 1 + older
                guard start < payload.count else { return nil }
                return (first & 0x7F, start..<payload.count)
            }
            guard offset + 4 <= payload.count else { return nil }
            older += Int(payload.uint16(at: offset + 2) & 0x03FF)
            offset += 4
        }
        return nil
    }

    static func inspect(_ payload: Span<UInt8>) -> PayloadInspection {
        let hasPrimary = primaryBlock(in: payload) != nil
        return PayloadInspection(startsFrame: hasPrimary, startsKeyFrame: hasPrimary)
    }
}
