extension STUNMessage {
    /// Whose peer a request of a stranger is for: the part of its USERNAME before the colon.
    ///
    /// Looks at nothing else: whether the request is sound and authentic is for the peer to see. `nil` if the
    /// datagram is no Binding request with a user name of two parts of which the first has 4 to 256 ice-chars.
    /// RFC 8445 §7.2.2.
    public static func localUfrag(of datagram: Span<UInt8>) -> String? {
        let count = datagram.count
        guard count >= headerLength, datagram.uint16(at: 0) == binding | Class.request.rawValue,
            datagram.uint32(at: 4) == magicCookie
        else { return nil }
        var offset = headerLength
        while offset &+ 4 <= count {
            let start = offset &+ 4
            let end = start &+ Int(datagram.uint16(at: offset &+ 2))
            guard end <= count else { return nil }
            if datagram.uint16(at: offset) == STUNAttribute.username {
                return ufrag(datagram.extracting(start..<end))
            }
            offset = (end &+ 3) & ~3
        }
        return nil
    }

    private static func ufrag(_ username: Span<UInt8>) -> String? {
        var bytes: [UInt8] = []
        for index in 0..<min(username.count, 257) {
            let byte = username[index]
            guard byte != UInt8(ascii: ":") else {
                return bytes.count >= 4 ? String(decoding: bytes, as: UTF8.self) : nil
            }
            guard ICECredentials.isICECharacter(byte) else { return nil }
            bytes.append(byte)
        }
        return nil
    }

    /// Whether the message is addressed to this user name fragment: the part of USERNAME before the colon.
    func isAddressed(to ufrag: [UInt8], in datagram: Span<UInt8>) -> Bool {
        guard let username, username.count > ufrag.count else { return false }
        let start = username.lowerBound
        guard datagram[start &+ ufrag.count] == UInt8(ascii: ":") else { return false }
        return ufrag.indices.allSatisfy { datagram[start &+ $0] == ufrag[$0] }
    }

    /// Whether MESSAGE-INTEGRITY is there and was made with this key (RFC 8489 §14.5).
    func isAuthentic(in datagram: Span<UInt8>, key: HMACSHA1) -> Bool {
        guard let integrityOffset else { return false }
        // The length in the header counts up to and with MESSAGE-INTEGRITY, whatever follows.
        let length = integrityOffset &+ 4 &+ HMACSHA1.byteCount &- Self.headerLength
        var header: [UInt8] = []
        for index in 0..<Self.headerLength {
            header.append(datagram[index])
        }
        header[2] = UInt8(truncatingIfNeeded: length >> 8)
        header[3] = UInt8(truncatingIfNeeded: length)
        let code = key.code(over: header.span, datagram.extracting(Self.headerLength..<integrityOffset))
        let given = datagram.extracting(integrityOffset &+ 4..<integrityOffset &+ 4 &+ HMACSHA1.byteCount)
        return code.isEqualInConstantTime(to: given)
    }
}
