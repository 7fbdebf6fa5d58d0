import Glibc
import WebRTC

/// A socket on the loopback interface that never blocks: datagrams by UDP, or framed on a TCP connection (RFC 4571 §2).
final class TestSocket {
    enum Transport: CaseIterable { case udp, tcp }

    struct Failure: Error {
        let operation: String
        let code: Int32
    }

    let descriptor: Int32
    let transport: Transport
    /// Whether the other end has closed the connection.
    private(set) var isClosed = false
    private var inbound: [UInt8] = []

    /// Sends to this port, and takes nothing from elsewhere.
    init(_ transport: Transport, to port: UInt16) throws {
        self.transport = transport
        let kind = transport == .udp ? SOCK_DGRAM : SOCK_STREAM
        descriptor = socket(AF_INET, Int32(kind.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(operation: "socket", code: errno) }
        let status = Self.withLoopback(port) { connect(descriptor, $0, $1) }
        guard status == 0 else { throw Failure(operation: "connect", code: errno) }
        guard fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0 else {
            throw Failure(operation: "fcntl", code: errno)
        }
    }

    deinit { close(descriptor) }

    /// The loopback address as the kernel has it (ip(7)).
    private static func withLoopback(
        _ port: UInt16,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        let address: [UInt8] =
            [UInt8(AF_INET), 0, UInt8(port >> 8), UInt8(port & 0xFF), 127, 0, 0, 1]
            + [UInt8](repeating: 0, count: 8)
        return address.withUnsafeBytes { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { addresses in
                addresses.baseAddress.map { body($0, socklen_t(bytes.count)) } ?? -1
            }
        }
    }

    /// Whether somebody has bound this UDP port of the loopback interface.
    static func isBound(_ port: UInt16) throws -> Bool {
        let probe = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        guard probe >= 0 else { throw Failure(operation: "socket", code: errno) }
        defer { close(probe) }
        return withLoopback(port) { bind(probe, $0, $1) } != 0
    }

    func write(_ datagram: [UInt8]) {
        let framed =
            transport == .udp
            ? datagram
            : [UInt8(truncatingIfNeeded: datagram.count >> 8), UInt8(truncatingIfNeeded: datagram.count)]
                + datagram
        writeRaw(framed)
    }

    /// Bytes as they are.
    func writeRaw(_ bytes: [UInt8]) {
        if Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) < 0, errno != EAGAIN,
            transport == .tcp
        {
            isClosed = true
        }
    }

    /// What has arrived.
    func read() -> [[UInt8]] {
        var datagrams: [[UInt8]] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while !isClosed {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count < 0 {
                // A UDP socket is told of ports that nobody listens on.
                if errno != EAGAIN, transport == .tcp { isClosed = true }
                break
            }
            switch transport {
            case .udp: datagrams.append(Array(buffer[..<count]))
            case .tcp:
                if count == 0 { isClosed = true }
                inbound += buffer[..<count]
            }
        }
        while inbound.count >= 2 {
            let length = Int(inbound[0]) << 8 | Int(inbound[1])
            guard inbound.count >= length + 2 else { break }
            datagrams.append(Array(inbound[2..<(length + 2)]))
            inbound.removeFirst(length + 2)
        }
        return datagrams
    }
}
