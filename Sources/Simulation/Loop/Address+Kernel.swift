import CMediaSockets
import Glibc
import WebRTC

extension TransportAddress {
    /// From the kernel's form.
    init(_ address: borrowing cms_address) {
        if address.base.sa_family == sa_family_t(AF_INET6) {
            var bytes = address.v6.sin6_addr
            let (high, low) = withUnsafeBytes(of: &bytes) {
                (
                    $0.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
                    $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
                )
            }
            self.init(
                ipv6High: UInt64(bigEndian: high),
                low: UInt64(bigEndian: low),
                port: UInt16(bigEndian: address.v6.sin6_port)
            )
        } else {
            self.init(
                ipv4: UInt32(bigEndian: address.v4.sin_addr.s_addr),
                port: UInt16(bigEndian: address.v4.sin_port)
            )
        }
    }

    /// In the kernel's form.
    var kernel: cms_address {
        var bytes: [UInt8] = []
        if isIPv6 {
            withUnsafeBytes(of: high.bigEndian) { bytes.append(contentsOf: $0) }
            withUnsafeBytes(of: low.bigEndian) { bytes.append(contentsOf: $0) }
        } else {
            withUnsafeBytes(of: UInt32(truncatingIfNeeded: low).bigEndian) { bytes.append(contentsOf: $0) }
        }
        return cms_address_make(bytes, isIPv6 ? 1 : 0, port)
    }
}
