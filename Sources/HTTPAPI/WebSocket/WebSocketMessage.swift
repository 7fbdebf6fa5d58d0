import NIOCore

/// One whole message of the application, fragments joined.
enum WebSocketMessage: Hashable, Sendable {
    case text(String)
    case binary(ByteBuffer)

    /// The payload's size in bytes.
    var size: Int {
        switch self {
        case .text(let text): text.utf8.count
        case .binary(let bytes): bytes.readableBytes
        }
    }
}

/// What travels between a route and ``WebSocketFrameHandler`` as one part of an HTTP body.
///
///     +--------+-----------------------------------+
///     | opcode | payload                           |
///     | 1 byte | text or bytes; code and reason    |
///     +--------+-----------------------------------+
///
/// The opcode is that of RFC 6455 §5.2.
enum WebSocketPart: Equatable {
    case message(WebSocketMessage)
    case close(WebSocketCloseCode, reason: String)

    private enum Opcode {
        static let text: UInt8 = 0x1
        static let binary: UInt8 = 0x2
        static let close: UInt8 = 0x8
    }

    /// The part as one body buffer.
    func encoded() -> ByteBuffer {
        var buffer = ByteBuffer()
        switch self {
        case .message(.text(let text)):
            buffer.reserveCapacity(1 + text.utf8.count)
            buffer.writeInteger(Opcode.text)
            buffer.writeString(text)
        case .message(.binary(let bytes)):
            buffer.reserveCapacity(1 + bytes.readableBytes)
            buffer.writeInteger(Opcode.binary)
            buffer.writeImmutableBuffer(bytes)
        case .close(let code, let reason):
            buffer.writeInteger(Opcode.close)
            buffer.writeInteger(code.rawValue)
            buffer.writeString(reason)
        }
        return buffer
    }

    /// Reads a part back, or returns `nil` if no route of ours wrote it.
    init?(decoding buffer: ByteBuffer) {
        var buffer = buffer
        switch buffer.readInteger(as: UInt8.self) {
        case Opcode.text:
            self = .message(.text(String(buffer: buffer)))
        case Opcode.binary:
            self = .message(.binary(buffer))
        case Opcode.close:
            guard let code = buffer.readInteger(as: UInt16.self) else { return nil }
            self = .close(WebSocketCloseCode(rawValue: code), reason: String(buffer: buffer))
        default:
            return nil
        }
    }
}
