import TestSupport
import Testing

@testable import WebRTC

@Suite("ICE credentials (RFC 8445 §5.3)")
struct ICECredentialsGenerationTests {
    @Test func `they are long enough, carry the prefix and differ`() {
        var generator = SplitMix64(seed: 1)
        var seen: Set<String> = []
        for _ in 0..<1000 {
            let credentials = ICECredentials.generate(prefix: "7", using: &generator)
            #expect(credentials.ufrag.utf8.count == 9)
            #expect(credentials.ufrag.hasPrefix("7"))
            #expect(credentials.password.utf8.count == 24)
            #expect(seen.insert(credentials.ufrag).inserted)
            #expect(seen.insert(credentials.password).inserted)
        }
    }
}
