import RTP
import Testing

@testable import WebRTC

/// Bytes of a fingerprint.
let sampleFingerprint = sample(Fingerprint(algorithm: .sha256, bytes: (0..<32).map { UInt8($0) }))

extension LocalParameters {
    /// What a server says of itself.
    static let server = LocalParameters(
        ice: sample(ICECredentials(ufrag: "serv", password: "0123456789abcdefghijkl")),
        fingerprint: sampleFingerprint,
        candidates: [
            .host(tcpPassive: address("192.0.2.1", 7001)),
            .host(udp: address("2001:db8::1", 7000), rank: 0),
            .host(udp: address("192.0.2.1", 7000), rank: 1),
        ],
        sessionID: 42,
        cname: "porthole",
        streamID: "room",
        audio: StreamSources(primary: 11),
        video: StreamSources(primary: 21, rtx: 22)
    )

    /// What the simulator says of itself.
    static let client = LocalParameters(
        ice: sample(ICECredentials(ufrag: "clnt", password: "lkjihgfedcba9876543210")),
        fingerprint: sampleFingerprint,
        candidates: [.host(udp: address("192.0.2.9", 9000))],
        isICELite: false,
        sessionID: 43,
        cname: "simulator",
        streamID: "clip",
        audio: StreamSources(primary: 31),
        video: StreamSources(primary: 41, rtx: 42)
    )
}

/// A value that is known to be there.
func sample<T>(_ value: T?) -> T {
    guard let value else { preconditionFailure("the sample is valid") }
    return value
}

func address(_ ip: String, _ port: UInt16) -> TransportAddress {
    sample(TransportAddress(ip: ip, port: port))
}

/// A description of one video section, with lines of the test's choice.
func videoOffer(_ lines: String..., formats: String = "96", session: [String] = []) -> String {
    let transport = [
        "a=ice-ufrag:abcd", "a=ice-pwd:0123456789abcdefghijkl", "a=fingerprint:\(sampleFingerprint)",
        "a=setup:actpass", "a=mid:v", "a=rtcp-mux",
    ]
    let head = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0"] + session
    let section = ["m=video 9 UDP/TLS/RTP/SAVPF \(formats)", "c=IN IP4 0.0.0.0"] + transport + lines
    return (head + section).map { $0 + "\r\n" }.joined()
}

/// The error that something throws; `nil` if it throws none.
func failure(_ body: () throws(SDPError) -> Void) -> SDPError? {
    do {
        try body()
        return nil
    } catch {
        return error
    }
}

/// Does with a text whatever is done with texts from the wire.
///
/// - Returns: Whether it was taken for an offer.
@discardableResult func takeApart(_ text: String) -> Bool {
    if let description = try? SessionDescription(parsing: text) {
        // What was read once reads the same again.
        #expect((try? SessionDescription(parsing: description.text)) == description)
    }
    _ = try? TrickleFragment(parsing: text)
    guard let offer = try? RemotePeerDescription(parsing: text) else { return false }
    let answers = [
        try? SDPAnswer.publisher(offer, local: .server, codecs: [.h264, .opus, .red], dialect: .unity),
        try? SDPAnswer.viewer(offer, local: .server, codecs: [.vp8, .av1, .vp9, .h264]),
    ]
    for answer in answers.compactMap(\.self) {
        let mirrored = try? RemotePeerDescription(parsing: answer.text)
        #expect(mirrored?.media.map(\.mid) == offer.media.map(\.mid))
    }
    for known in [SDPOffer.whip(local: .client, codecs: [.vp8]), .application(local: .server)] {
        _ = try? known.accept(offer)
    }
    return true
}
