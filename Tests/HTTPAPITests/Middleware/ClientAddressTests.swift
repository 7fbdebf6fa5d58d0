import HTTPTypes
import Hummingbird
import Testing

@testable import HTTPAPI

@Suite("Client addresses")
struct ClientAddressTests {
    private func address(peer: String = "10.0.0.1", forwarded: [String] = [], real: String? = nil) -> String {
        var settings = HTTPSettings.production()
        settings.isTrustedProxy = { $0.hasPrefix("10.") }
        var headers = HTTPFields()
        headers[values: .forwardedFor] = forwarded
        headers[.realIP] = real
        return ClientAddress.of(.test(headers: headers), peer: peer, settings: settings)
    }

    @Test func `a stranger's headers count for nothing`() {
        #expect(
            address(peer: "203.0.113.9", forwarded: ["198.51.100.1"], real: "198.51.100.2") == "203.0.113.9"
        )
    }

    @Test func `a proxy's header names the client, not what the client wrote into it`() {
        #expect(address(forwarded: ["198.51.100.1"]) == "198.51.100.1")
        #expect(address(forwarded: ["1.1.1.1, 198.51.100.1"]) == "198.51.100.1")
        #expect(address(forwarded: ["1.1.1.1, 198.51.100.1, 10.0.0.2"]) == "198.51.100.1")
        #expect(address(forwarded: ["1.1.1.1", "198.51.100.1 ,10.0.0.2"]) == "198.51.100.1")
        #expect(address(forwarded: ["198.51.100.1", " , "]) == "198.51.100.1")
    }

    @Test func `one who sits among the proxies is no matter of X-Real-IP`() {
        #expect(address(forwarded: ["10.0.0.7"], real: "1.1.1.1") == "10.0.0.7")
    }

    @Test func `X-Real-IP serves where there is nothing else, then the peer`() {
        #expect(address(real: "198.51.100.2") == "198.51.100.2")
        #expect(address() == "10.0.0.1")
    }

    @Test func `an endless address is cut`() {
        #expect(address(forwarded: [String(repeating: "1", count: 10_000)]).count == 64)
    }

    @Test(arguments: [
        ("203.0.113.77", "203.0.113.0/24"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("2001:db8::1", "2001:db8:0::/48"), ("2001::db8:1:2:3", "2001:0:0::/48"), ("::1", "0:0:0::/48"),
        ("2001:0DB8:00AB::", "2001:db8:ab::/48"), ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("unknown", nil), ("", nil), ("203.0.113", nil), ("203.0.113.77:4711", nil),
        ("[2001:db8::1]:80", nil),
        ("1.2.3.4, 5.6.7.8", nil),
    ])
    func `the access log keeps the network only`(address: String, network: String?) {
        #expect(ClientAddress.truncated(address) == network)
    }
}
