import Testing

@testable import Signaling

@Suite("What clients send over a WebSocket")
struct ClientMessageTests {
    @Test func `reads the forms of the stock page`() throws {
        #expect(
            try ClientMessage.decode(webSocketText: #"{"type":"connect","connectionId":"a"}"#)
                == .connect(id("a"))
        )
        #expect(
            try ClientMessage.decode(webSocketText: #"{"type":"disconnect","connectionId":"a"}"#)
                == .disconnect(id("a"))
        )
        #expect(
            try ClientMessage.decode(
                webSocketText: #"{"type":"offer","from":"a","data":{"sdp":"v=0\r\n","connectionId":"a"}}"#
            ) == .offer(id("a"), sdp: "v=0\r\n")
        )
    }

    @Test func `reads the forms of Unity, which leaves no field out`() throws {
        #expect(
            try ClientMessage.decode(webSocketText: #"{"type":"connect", "connectionId":"a"}"#)
                == .connect(id("a"))
        )
        #expect(
            try ClientMessage.decode(
                webSocketText: """
                    {"from":"a","to":"","type":"answer",
                     "data":{"connectionId":"a","sdp":"v=0","type":"answer","polite":false}}
                    """
            ) == .answer(id("a"), sdp: "v=0")
        )
    }

    @Test(arguments: [
        (#""sdpMLineIndex":"0","sdpMid":0"#, JSONValue.string("0"), JSONValue.integer(0)),
        (#""sdpMLineIndex":1,"sdpMid":1"#, .integer(1), .integer(1)),
        (#""sdpMLineIndex":null,"sdpMid":[true]"#, .null, .array([.bool(true)])),
        (#""sdpMLineIndex":0.5,"sdpMid":{"a":{}}"#, .number(0.5), .object(["a": .object([:])])),
    ])
    func `keeps candidate fields whatever their type`(fields: String, index: JSONValue, mid: JSONValue) throws
    {
        let text = #"{"type":"candidate","from":"a","data":{"connectionId":"a","candidate":"c",\#(fields)}}"#
        let message = try ClientMessage.decode(webSocketText: text)
        let relayed = ICECandidate(candidate: "c", sdpMLineIndex: index, sdpMid: mid)
        #expect(message == .candidate(id("a"), relayed))
        let sent = ServerMessage.candidate(id("a"), relayed).webSocketText(at: noon)
        for field in fields.split(separator: ",\"").map({ $0.trimmingPrefix("\"") }) {
            #expect(sent.contains(field))
        }
    }

    @Test func `leaves an absent candidate field absent`() {
        let candidate = ICECandidate(candidate: "c", sdpMLineIndex: nil, sdpMid: nil)
        #expect(
            ServerMessage.candidate(id("a"), candidate).webSocketText(at: noon)
                == #"{"data":{"candidate":"c","datetime":1700000000000},"from":"a","to":"","type":"candidate"}"#
        )
    }

    @Test(arguments: [#"{"type":"hello"}"#, #"{"type":5}"#, "{}", #"{"type":null,"data":{"sdp":"x"}}"#])
    func `ignores what it does not know`(text: String) throws {
        #expect(try ClientMessage.decode(webSocketText: text) == nil)
    }

    @Test(arguments: [
        ("", MessageError.malformed), ("[]", .malformed), ("null", .malformed), ("\"offer\"", .malformed),
        (#"{"type":"offer"}"#, .malformed), (#"{"type":"offer","data":[]}"#, .malformed),
        (#"{"type":"offer","data":{"sdp":"x"}}"#, .badConnectionID),
        (#"{"type":"connect"}"#, .badConnectionID),
        (#"{"type":"connect","connectionId":""}"#, .badConnectionID),
        (#"{"type":"connect","connectionId":7}"#, .badConnectionID),
        (#"{"type":"answer","data":{"connectionId":"a"}}"#, .missingSDP),
        (#"{"type":"answer","data":{"connectionId":"a","sdp":7}}"#, .missingSDP),
    ])
    func `refuses what it knows but cannot use`(text: String, error: MessageError) {
        #expect(throws: error) { try ClientMessage.decode(webSocketText: text) }
    }

    @Test func `bounds ids and candidates`() throws {
        let longest = String(repeating: "x", count: 128)
        #expect(
            try ClientMessage.decode(webSocketText: #"{"type":"connect","connectionId":"\#(longest)"}"#)
                == .connect(id(longest))
        )
        #expect(throws: MessageError.badConnectionID) {
            try ClientMessage.decode(webSocketText: #"{"type":"connect","connectionId":"\#(longest)x"}"#)
        }
        let candidate = String(repeating: "x", count: 4096)
        #expect(throws: MessageError.oversizedCandidate) {
            try ClientMessage.decode(
                webSocketText:
                    #"{"type":"candidate","data":{"connectionId":"a","candidate":"\#(candidate)"}}"#
            )
        }
    }

    @Test func `survives deep nesting`() {
        for depth in [9, 100, 30000] {
            let nested = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            #expect(throws: MessageError.malformed) {
                try ClientMessage.decode(
                    webSocketText: #"{"type":"candidate","data":{"connectionId":"a","sdpMid":\#(nested)}}"#
                )
            }
        }
    }

    private static let samples = [
        #"{"type":"connect", "connectionId":"7f1c"}"#,
        #"{"from":"7f1c","to":"","type":"offer","data":{"connectionId":"7f1c","sdp":"v=0\r\n","polite":false}}"#,
        #"{"type":"candidate","data":{"candidate":"c","sdpMLineIndex":"0","sdpMid":0,"connectionId":"7f1c"}}"#,
    ]

    @Test(arguments: samples)
    func `refuses each truncation`(sample: String) {
        for length in 0..<sample.utf8.count {
            #expect(throws: MessageError.malformed) {
                try ClientMessage.decode(webSocketText: String(sample.prefix(length)))
            }
        }
    }

    @Test(arguments: samples)
    func `survives each flipped bit`(sample: String) {
        for position in sample.utf8.indices {
            for bit in 0..<8 {
                var bytes = Array(sample.utf8)
                bytes[sample.utf8.distance(from: sample.startIndex, to: position)] ^= 1 << bit
                // Whatever comes out, it is a message or an error, and a message can be written again.
                let message = try? ClientMessage.decode(.offer, httpBody: bytes)
                _ = try? ClientMessage.decode(webSocketText: String(decoding: bytes, as: UTF8.self))
                if case .offer(let id, let sdp)? = message {
                    #expect(!ServerMessage.answer(id, sdp: sdp).webSocketText(at: noon).isEmpty)
                }
            }
        }
    }
}

@Suite("What clients send over HTTP")
struct HTTPBodyTests {
    private func decode(_ kind: ClientMessage.Kind, _ body: String) throws(MessageError) -> ClientMessage {
        try ClientMessage.decode(kind, httpBody: Array(body.utf8))
    }

    @Test func `reads flat bodies, of what kind the path says`() throws {
        #expect(try decode(.connect, #"{"connectionId":"a"}"#) == .connect(id("a")))
        #expect(try decode(.disconnect, #"{"connectionId":"a"}"#) == .disconnect(id("a")))
        let body = #"{"connectionId":"a","sdp":"v=0","type":"offer","polite":true}"#
        #expect(try decode(.offer, body) == .offer(id("a"), sdp: "v=0"))
        #expect(try decode(.answer, body) == .answer(id("a"), sdp: "v=0"))
        #expect(
            try decode(.candidate, #"{"connectionId":"a","candidate":"c","sdpMLineIndex":0,"sdpMid":"0"}"#)
                == .candidate(id("a"), candidate("c"))
        )
    }

    @Test func `refuses other bodies`() {
        #expect(throws: MessageError.malformed) { try decode(.connect, "") }
        #expect(throws: MessageError.badConnectionID) { try decode(.connect, "{}") }
        #expect(throws: MessageError.missingSDP) { try decode(.offer, #"{"connectionId":"a"}"#) }
        #expect(throws: MessageError.malformed) {
            try ClientMessage.decode(.connect, httpBody: [0xFF, 0xFE])
        }
    }

    @Test(
        arguments: [
            (nil, nil), ("", nil), ("0", nil), ("-29123", nil), ("nan", nil), ("inf", nil), ("abc", nil),
            ("1e300", nil),
            ("5", 5), ("5.2", 6), ("1700000000000", 1_700_000_000_000),
        ] as [(String?, Int64?)]
    )
    func `reads fromtime`(text: String?, milliseconds: Int64?) {
        #expect(Timestamp(fromTime: text)?.milliseconds == milliseconds)
    }
}

@Suite("What the server sends")
struct ServerMessageTests {
    @Test func `writes what stock clients read`() {
        #expect(
            ServerMessage.connect(id("a"), polite: true).webSocketText(at: noon)
                == #"{"connectionId":"a","polite":true,"type":"connect"}"#
        )
        #expect(
            ServerMessage.disconnect(id("a")).webSocketText(at: noon)
                == #"{"connectionId":"a","type":"disconnect"}"#
        )
        #expect(
            ServerMessage.offer(id("a"), sdp: "v=0\r\n", polite: false).webSocketText(at: noon)
                == #"{"data":{"datetime":1700000000000,"polite":false,"sdp":"v=0\r\n"},"from":"a","to":"","type":"offer"}"#
        )
        #expect(
            ServerMessage.answer(id("a"), sdp: "v=0").webSocketText(at: noon)
                == #"{"data":{"datetime":1700000000000,"sdp":"v=0"},"from":"a","to":"","type":"answer"}"#
        )
        #expect(
            ServerMessage.alreadyUsed(id("a")).webSocketText(at: noon)
                == #"{"message":"a: This connection id is already used.","type":"error"}"#
        )
    }

    @Test func `writes what comes out of JSON back as it was`() throws {
        let text = "quote \" backslash \\ bell \u{7} line \n return \r tab \t \u{2028} \u{1F389}"
        let written = ServerMessage.error(text).webSocketText(at: noon)
        let value = try decodeJSON(written)
        #expect(value == .object(["type": "error", "message": .string(text)]))
    }

    @Test func `answers HTTP calls as the stock server does`() {
        #expect(PollingAnswer.opened(alice).body == .json(#"{"sessionId":"alice"}"#))
        #expect(PollingAnswer.accepted.body == .text("OK"))
        #expect(PollingAnswer.unknownSession.status == 404)
        #expect(PollingAnswer.unknownSession.body == .text("Not Found"))
        #expect(PollingAnswer.refused.status == 400)
        #expect(PollingAnswer.refused.body == .json(#"{"error":{}}"#))
        #expect(PollingAnswer.disconnected(id("a")).body == .json(#"{"connectionId":"a"}"#))
        #expect(
            PollingAnswer.connected(id("a"), polite: true, at: noon).body
                == .json(#"{"connectionId":"a","datetime":1700000000000,"polite":true,"type":"connect"}"#)
        )
        let candidates = [PollingAnswer.Item(.candidate(id("a"), candidate("c")), at: noon)]
        let flat =
            #"{"candidate":"c","connectionId":"a","datetime":1700000000000,"sdpMLineIndex":0,"sdpMid":"0","type":"candidate"}"#
        #expect(
            PollingAnswer.messages(candidates, .all, at: noon).body
                == .json(#"{"datetime":1700000000000,"messages":[\#(flat)]}"#)
        )
        #expect(
            PollingAnswer.messages(candidates, .candidates, at: noon).body
                == .json(#"{"candidates":[\#(flat)]}"#)
        )
    }
}
