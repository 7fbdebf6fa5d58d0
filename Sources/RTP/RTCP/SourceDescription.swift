/// Names the participant behind a source.
///
/// Of the items only CNAME is read and written.
///
/// RFC 3550 §6.5.
public struct SourceDescription: Equatable, Sendable {
    /// What is said about one source.
    public struct Chunk: Equatable, Sendable {
        /// The source.
        public var ssrc: UInt32
        /// The name that all sources of one participant share; the first 255 bytes are written.
        public var cname: String?

        /// A chunk of these values.
        public init(ssrc: UInt32, cname: String?) {
            self.ssrc = ssrc
            self.cname = cname
        }
    }

    /// Item types of RFC 3550 §6.5.
    private static let end: UInt8 = 0
    private static let canonicalName: UInt8 = 1

    /// A chunk for each source; the first 31 are written.
    public var chunks: [Chunk]

    /// A description of these sources.
    public init(chunks: [Chunk]) {
        self.chunks = chunks
    }

    init?(parsing packet: Span<UInt8>, count: UInt8) {
        chunks = []
        var offset = 4
        for _ in 0..<count {
            guard offset + 4 <= packet.count else { return nil }
            var chunk = Chunk(ssrc: packet.uint32(at: offset), cname: nil)
            offset += 4
            while true {
                guard offset < packet.count else { return nil }
                let item = packet[offset]
                if item == Self.end { break }
                guard offset + 2 <= packet.count else { return nil }
                let start = offset + 2
                let stop = start + Int(packet[offset + 1])
                guard stop <= packet.count else { return nil }
                if item == Self.canonicalName {
                    chunk.cname = String(decoding: packet.bytes(in: start..<stop), as: UTF8.self)
                }
                offset = stop
            }
            // At least one byte of zero, then up to the next word.
            offset = (offset + 4) & ~3
            chunks.append(chunk)
        }
        guard offset <= packet.count else { return nil }
    }

    /// Appends the description to a compound packet.
    public func write(to bytes: inout [UInt8]) {
        let chunks = chunks.prefix(31)
        bytes.appendRTCP(type: RTCPType.sourceDescription, format: UInt8(chunks.count)) { bytes in
            for chunk in chunks {
                let start = bytes.count
                bytes.append(uint32: chunk.ssrc)
                if let cname = chunk.cname {
                    let name = cname.utf8.prefix(255)
                    bytes.append(Self.canonicalName)
                    bytes.append(UInt8(name.count))
                    bytes.append(contentsOf: name)
                }
                repeat {
                    bytes.append(Self.end)
                } while (bytes.count - start) % 4 != 0
            }
        }
    }
}
