import RTP

/// Watches what a cipher would be given.
///
/// Never two plaintexts under one source and packet index: with AES-GCM that gives away the authentication key.
public struct CipherLedger {
    private struct Key: Hashable {
        let ssrc: UInt32
        let packetIndex: UInt64
    }

    private var plaintexts: [Key: Int] = [:]
    /// Packets.
    public private(set) var count = 0
    /// Packets that went out again as they were.
    public private(set) var repeated = 0
    /// Packets that differ from the one that had their source and index before.
    public private(set) var reused = 0
    /// Packets whose index does not end with their sequence number, or that bear another source.
    public private(set) var mislabelled = 0

    /// Nothing was sent.
    public init() {}

    /// A packet goes to the cipher.
    public mutating func note(_ datagram: [UInt8], packetIndex: UInt64, ssrc: UInt32) {
        count += 1
        if let header = try? RTPHeader(parsing: datagram.span) {
            let isLabelled =
                header.sequenceNumber == UInt16(truncatingIfNeeded: packetIndex) && header.ssrc == ssrc
            if !isLabelled { mislabelled += 1 }
        } else {
            mislabelled += 1
        }
        let key = Key(ssrc: ssrc, packetIndex: packetIndex)
        var hasher = Hasher()
        datagram.withUnsafeBytes { hasher.combine(bytes: $0) }
        let plaintext = hasher.finalize()
        if let before = plaintexts.updateValue(plaintext, forKey: key) {
            if before == plaintext { repeated += 1 } else { reused += 1 }
        }
    }

    /// Whether a cipher may be given all this.
    public var isClean: Bool { reused == 0 && mislabelled == 0 }
}

extension CipherLedger: CustomStringConvertible {
    /// Its counts.
    public var description: String {
        "\(count) packets, \(repeated) repeated, \(reused) reused, \(mislabelled) mislabelled"
    }
}
