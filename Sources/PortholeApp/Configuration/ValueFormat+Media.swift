import Foundation

/// An address that peers are told to send media to.
public struct MediaAddress: Sendable, Equatable, CustomStringConvertible {
    /// IPv4 or IPv6, without brackets.
    public let ip: String
    /// `nil` for the port that the server itself uses.
    public let port: Int?

    /// As it is written in settings.
    public var description: String {
        guard let port else { return ip }
        return ip.contains(":") ? "[\(ip)]:\(port)" : "\(ip):\(port)"
    }

    /// Reads `192.0.2.1`, `192.0.2.1:8189`, `2001:db8::1` or `[2001:db8::1]:8189`.
    init?(_ text: String) {
        if IPNetwork.isAddress(text) {
            (ip, port) = (text, nil)
        } else {
            guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
                (1...65_535).contains(port)
            else { return nil }
            let host = String(text[..<colon])
            let bare = WebAddress.bare(host)
            // An IPv6 address with a port needs its brackets, or nobody knows where it ends.
            guard IPNetwork.isAddress(bare), bare.contains(":") == (bare != host) else { return nil }
            (ip, self.port) = (bare, port)
        }
        guard !IPNetwork.isUnspecified(ip) else { return nil }
    }
}

/// A video codec, by its name in SDP.
public enum MediaCodec: String, Sendable, CaseIterable {
    case h264 = "H264"
    case vp8 = "VP8"
    case vp9 = "VP9"
    case av1 = "AV1"
}

extension ValueFormat<MediaAddress> {
    static let mediaAddress = ValueFormat(
        shape: "an address such as 203.0.113.7 or 203.0.113.7:8189",
        parse: { MediaAddress($0) },
        text: { $0.description }
    )
}

extension ValueFormat<[MediaCodec]> {
    /// At least one codec, none of them twice.
    static let codecs = ValueFormat(
        shape: "a list out of H264, VP8, VP9 and AV1, each at most once",
        parse: { text in
            let names = text.split(separator: ",")
                .map { $0.trimmingCharacters(in: .whitespaces).uppercased() }
            let codecs = names.compactMap(MediaCodec.init(rawValue:))
            guard codecs.count == names.count, !codecs.isEmpty, Set(codecs).count == codecs.count else {
                return nil
            }
            return codecs
        },
        text: { $0.map(\.rawValue).joined(separator: ",") }
    )
}

extension ValueFormat<Int> {
    /// Bits per second.
    static let bitrate = ValueFormat(
        shape: "a bit rate from 100 kbit/s to 1000 Mbit/s, such as 10 Mbit/s, 2500 kbit/s or 2500000",
        parse: { text in
            let digits = text.prefix { $0.isASCII && $0.isNumber }
            let unit = text.dropFirst(digits.count).trimmingCharacters(in: .whitespaces).lowercased()
            let factors = ["": 1, "kbit/s": 1000, "mbit/s": 1_000_000]
            guard let count = Int(digits), let factor = factors[unit] else { return nil }
            let (bitrate, overflow) = count.multipliedReportingOverflow(by: factor)
            return !overflow && (100_000...1_000_000_000).contains(bitrate) ? bitrate : nil
        },
        text: { bitrate in
            if bitrate % 1_000_000 == 0 { return "\(bitrate / 1_000_000) Mbit/s" }
            return bitrate % 1000 == 0 ? "\(bitrate / 1000) kbit/s" : String(bitrate)
        }
    )
}
