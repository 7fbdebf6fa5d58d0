import CMediaSockets
import Glibc
import WebRTC

/// The sockets of the media plane, and the addresses that peers are told.
///
/// One UDP socket for each announced address of this machine: a socket of all addresses would answer from the wrong
/// one on a machine with several. An announced address that is not this machine's belongs to a translator before it.
final class MediaSockets: Sendable {
    let udp: [Int32]
    let listeners: [Int32]
    /// What we say of ourselves.
    let candidates: [ICECandidate]
    /// The UDP port, also where it was left to the system.
    let udpPort: UInt16

    /// Binds what the configuration asks for.
    init(_ configuration: MediaPlaneConfiguration) throws(MediaSocketError) {
        let announcements =
            configuration.announced.isEmpty
            ? Self.found(includingLoopback: configuration.announcesLoopback) : configuration.announced
        var opening = Opening(udpPort: configuration.udpPort)
        do {
            try opening.openUDP(announcements)
            if let port = configuration.tcpPort { try opening.listen(port, announcements) }
        } catch {
            opening.close()
            throw error
        }
        udp = opening.udp
        listeners = opening.listeners
        candidates = opening.candidates
        udpPort = opening.udpPort
    }

    deinit {
        for socket in udp { cms_close(socket) }
        for listener in listeners { cms_close(listener) }
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

/// Sockets while they are being opened.
private struct Opening {
    private static let sendBytes: Int32 = 4 << 20
    private static let receiveBytes: Int32 = 8 << 20

    var udp: [Int32] = []
    var listeners: [Int32] = []
    var candidates: [ICECandidate] = []
    var udpPort: UInt16
    /// For each announcement the address that its socket is bound to, with port 0.
    private var bound: [TransportAddress] = []

    init(udpPort: UInt16) {
        self.udpPort = udpPort
    }

    func close() {
        for socket in udp { cms_close(socket) }
        for listener in listeners { cms_close(listener) }
    }

    mutating func openUDP(_ announcements: [MediaPlaneConfiguration.Announcement]) throws(MediaSocketError) {
        for (rank, announcement) in announcements.enumerated() {
            guard let address = TransportAddress(ip: announcement.ip, port: 0) else {
                throw .init(operation: "read the address \(announcement.ip)", code: EINVAL)
            }
            bound.append(try open(address))
            let port = announcement.port ?? udpPort
            candidates.append(.host(udp: address.with(port: port), rank: rank))
        }
    }

    /// Opens a socket for an address; for one of another machine, one for all addresses of this one.
    private mutating func open(_ address: TransportAddress) throws(MediaSocketError) -> TransportAddress {
        if bound.contains(address) { return address }
        var local = address
        var descriptor = bind(local)
        if descriptor == -EADDRNOTAVAIL {
            local =
                address.isIPv6 ? .init(ipv6High: 0, low: 0, port: 0) : .init(ipv4: 0, port: 0)
            if bound.contains(local) { return local }
            descriptor = bind(local)
        }
        guard descriptor >= 0 else {
            throw .init(operation: "bind UDP port \(udpPort) of \(address.ip)", code: -descriptor)
        }
        if udpPort == 0 { udpPort = UInt16(truncatingIfNeeded: cms_local_port(descriptor)) }
        udp.append(descriptor)
        return local
    }

    private func bind(_ address: TransportAddress) -> Int32 {
        var kernel = address.with(port: udpPort).kernel
        return cms_udp_open(&kernel, Self.sendBytes, Self.receiveBytes)
    }

    mutating func listen(
        _ port: UInt16,
        _ announcements: [MediaPlaneConfiguration.Announcement]
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
            guard announcement.port == nil, let address = TransportAddress(ip: announcement.ip, port: port)
            else { continue }
            candidates.append(.host(tcpPassive: address, rank: rank))
        }
    }
}
