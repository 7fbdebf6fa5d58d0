import CMediaSockets
import Glibc
import WebRTC

/// The sockets of the media plane, and the addresses that peers are told.
///
/// One UDP socket for each announced address of this machine: a socket of all addresses would answer from the wrong
/// one on a machine with several. An announced address that is not this machine's belongs to a translator before it.
final class MediaSockets {
    /// One UDP socket.
    struct UDP {
        let descriptor: Int32
        let sender: DatagramSender
    }

    private static let sendBytes: Int32 = 4 << 20
    private static let receiveBytes: Int32 = 8 << 20

    private(set) var udp: [UDP] = []
    private(set) var listeners: [Int32] = []
    /// What we say of ourselves.
    private(set) var candidates: [ICECandidate] = []
    /// The UDP port, if it was left to the system.
    private(set) var udpPort: UInt16

    init(_ configuration: MediaPlaneConfiguration) throws(MediaSocketError) {
        udpPort = configuration.udpPort
        let announcements =
            configuration.announced.isEmpty
            ? Self.found(includingLoopback: configuration.announcesLoopback) : configuration.announced
        var bound: [TransportAddress] = []
        for (rank, announcement) in announcements.enumerated() {
            guard let address = TransportAddress(ip: announcement.ip, port: udpPort) else {
                throw .init(operation: "read the address \(announcement.ip)", code: EINVAL)
            }
            let local = try open(address, unless: bound)
            bound.append(local)
            candidates.append(
                .host(udp: address.with(port: announcement.port ?? udpPort), rank: rank)
            )
        }
        if let port = configuration.tcpPort { try listen(port, announcements, bound) }
    }

    deinit {
        for socket in udp { cms_close(socket.descriptor) }
        for listener in listeners { cms_close(listener) }
    }

    /// Opens a socket for an address; for one of another machine, one for all addresses of this one.
    private func open(
        _ address: TransportAddress,
        unless bound: [TransportAddress]
    ) throws(MediaSocketError) -> TransportAddress {
        if bound.contains(address.with(port: 0)) { return address.with(port: 0) }
        var local = address.with(port: 0)
        var descriptor = bind(address.with(port: udpPort))
        if descriptor == -EADDRNOTAVAIL {
            let any =
                address.isIPv6
                ? TransportAddress(ipv6High: 0, low: 0, port: udpPort)
                : TransportAddress(ipv4: 0, port: udpPort)
            local = any.with(port: 0)
            if bound.contains(local) { return local }
            descriptor = bind(any)
        }
        guard descriptor >= 0 else {
            throw .init(operation: "bind UDP port \(udpPort) of \(address.ip)", code: -descriptor)
        }
        if udpPort == 0 { udpPort = UInt16(truncatingIfNeeded: cms_local_port(descriptor)) }
        udp.append(UDP(descriptor: descriptor, sender: DatagramSender(socket: descriptor)))
        return local
    }

    private func bind(_ address: TransportAddress) -> Int32 {
        var kernel = address.kernel
        return cms_udp_open(&kernel, Self.sendBytes, Self.receiveBytes)
    }

    private func listen(
        _ port: UInt16,
        _ announcements: [MediaPlaneConfiguration.Announcement],
        _ bound: [TransportAddress]
    ) throws(MediaSocketError) {
        var port = port
        var open: Set<TransportAddress> = []
        for (rank, local) in bound.enumerated() {
            if open.insert(local).inserted {
                var kernel = local.with(port: port).kernel
                let descriptor = cms_tcp_listen(&kernel, 128)
                guard descriptor >= 0 else {
                    throw .init(operation: "bind TCP port \(port) of \(local.ip)", code: -descriptor)
                }
                listeners.append(descriptor)
                if port == 0 { port = UInt16(truncatingIfNeeded: cms_local_port(descriptor)) }
            }
            // A translator's port is one of UDP: nothing is known about its TCP.
            let announcement = announcements[rank]
            guard announcement.port == nil,
                let address = TransportAddress(ip: announcement.ip, port: port)
            else { continue }
            candidates.append(.host(tcpPassive: address, rank: rank))
        }
    }

    /// The addresses of the interfaces that are up.
    static func found(includingLoopback: Bool) -> [MediaPlaneConfiguration.Announcement] {
        var interfaces = [cms_interface](repeating: cms_interface(), count: 32)
        let count = Int(cms_interfaces(&interfaces, 32))
        func announcement(_ interface: cms_interface) -> MediaPlaneConfiguration.Announcement {
            var bytes = interface.bytes
            let address = withUnsafeBytes(of: &bytes) { raw in
                interface.is_v6 != 0
                    ? TransportAddress(
                        ipv6High: UInt64(bigEndian: raw.loadUnaligned(as: UInt64.self)),
                        low: UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
                        port: 0
                    )
                    : TransportAddress(
                        ipv4: UInt32(bigEndian: raw.loadUnaligned(as: UInt32.self)),
                        port: 0
                    )
            }
            return .init(ip: address.ip)
        }
        let up = interfaces.prefix(count)
        let outward = up.filter { $0.is_loopback == 0 }
        let inward = up.filter { $0.is_loopback != 0 }
        let chosen = includingLoopback || outward.isEmpty ? Array(outward + inward) : Array(outward)
        return chosen.map(announcement)
    }
}
