import Dispatch
import Foundation
import Glibc

/// A TCP connection without manners, so that broken requests and frames can be sent.
final class RawSocket: Sendable {
    struct Failure: Error {
        let operation: String
    }

    /// A frame as the server sends it: unmasked.
    struct Frame: Equatable {
        let firstByte: UInt8
        let payload: [UInt8]

        var closeCode: Int? {
            guard firstByte & 0xF == 0x8, payload.count >= 2 else { return nil }
            return Int(payload[0]) << 8 | Int(payload[1])
        }
    }

    private let descriptor: Int32
    /// Its own, so that a blocking wait takes no thread that the server's tasks run on.
    private let queue = DispatchQueue(label: "RawSocket")

    /// - Parameter receiveBuffer: A small one makes a slow reader felt at once.
    init(port: Int, receiveBuffer: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var deadline = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &deadline, socklen_t(MemoryLayout<timeval>.size))
        if var receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, socklen_t(MemoryLayout<Int32>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw Failure(operation: "connect") }
    }

    deinit {
        close(descriptor)
    }

    func send(_ bytes: [UInt8]) throws {
        guard Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            throw Failure(operation: "send")
        }
    }

    func send(_ text: String) throws {
        try send(Array(text.utf8))
    }

    func finishSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Exactly `count` bytes; throws at the end of the connection or after 10 s.
    func receive(_ count: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let some = try await receiveSome(atMost: count - bytes.count)
            guard !some.isEmpty else { throw Failure(operation: "end") }
            bytes += some
        }
        return bytes
    }

    /// Everything up to the orderly end of the connection.
    func receiveToEnd() async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            let some = try await receiveSome(atMost: 65536)
            guard !some.isEmpty else { return bytes }
            bytes += some
        }
    }

    /// What has arrived, or the next to arrive; empty at the end of the connection.
    func receiveSome(atMost count: Int) async throws -> [UInt8] {
        try await withCheckedThrowingContinuation { continuation in
            queue.async {
                var bytes = [UInt8](repeating: 0, count: count)
                let received = recv(self.descriptor, &bytes, count, 0)
                if received < 0 {
                    continuation.resume(throwing: Failure(operation: "receive"))
                } else {
                    continuation.resume(returning: Array(bytes.prefix(received)))
                }
            }
        }
    }

    /// A response's head, up to and with its empty line.
    func receiveHead() async throws -> String {
        var bytes: [UInt8] = []
        while !bytes.ends(with: Array("\r\n\r\n".utf8)) { bytes += try await receive(1) }
        return String(decoding: bytes, as: UTF8.self)
    }

    func receiveFrame() async throws -> Frame {
        let start = try await receive(2)
        var length = Int(start[1] & 0x7F)
        if length == 126 { length = try await receive(2).reduce(0) { $0 << 8 | Int($1) } }
        if length == 127 { length = try await receive(8).reduce(0) { $0 << 8 | Int($1) } }
        return Frame(firstByte: start[0], payload: length == 0 ? [] : try await receive(length))
    }

    func receiveText() async throws -> String {
        String(decoding: try await receiveFrame().payload, as: UTF8.self)
    }

    /// Skips frames up to the Close frame and returns its code.
    func receiveCloseCode() async throws -> Int? {
        while true {
            let frame = try await receiveFrame()
            if frame.firstByte & 0xF == 0x8 { return frame.closeCode }
        }
    }

    func sendFrame(_ firstByte: UInt8, _ payload: [UInt8] = [], isMasked: Bool = true) throws {
        var bytes = [firstByte]
        let maskBit: UInt8 = isMasked ? 0x80 : 0
        switch payload.count {
        case ..<126: bytes.append(maskBit | UInt8(payload.count))
        case ..<65536: bytes += [maskBit | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
        default: bytes += [maskBit | 127] + (0..<8).reversed().map { UInt8(payload.count >> ($0 * 8) & 0xFF) }
        }
        let mask: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]
        if isMasked { bytes += mask }
        bytes += isMasked ? payload.enumerated().map { $1 ^ mask[$0 & 3] } : payload
        try send(bytes)
    }
}

extension [UInt8] {
    fileprivate func ends(with suffix: [UInt8]) -> Bool {
        self.suffix(suffix.count) == suffix[...]
    }
}
