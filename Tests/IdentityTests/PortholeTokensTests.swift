import Foundation
import PortholeCore
import Testing

@testable import Identity

@Suite("Watch tokens, host tickets, unsubscribe tokens")
struct PortholeTokensTests {
    private let tokens = PortholeTokens(keys: KeyRing(secret: "a secret of the operator"))
    private let text = "00112233-4455-6677-8899-aabbccddeeff"

    /// Links that lie in people's mail boxes: these texts never change.
    @Test
    func `are an id and its MAC`() throws {
        let watch = "ptw_ABEiM0RVZneImaq7zN3u_w.HJB2Sw2DX4UuNGHyTHMYc1DzBqh8GUBV4JHRqSl2L5E"
        let ticket = "pth_ABEiM0RVZneImaq7zN3u_w.xBxMgyFhb_R-K-ndHVYRUzGfaumQ8sIZFWWPCfnyfik"
        let unsubscribe = "ptu_ABEiM0RVZneImaq7zN3u_w.uJp2iRffPFVcpBhkI-pgoAOhly7LZ1nN2SPclax3Aig"
        #expect(tokens.watchToken(for: try #require(WatchLinkID(text))) == watch)
        #expect(tokens.watchLink(in: watch)?.text == text)
        #expect(tokens.hostTicket(for: try #require(SessionID(text))) == ticket)
        #expect(tokens.session(inHostTicket: ticket)?.text == text)
        #expect(tokens.unsubscribeToken(for: try #require(GuardianID(text))) == unsubscribe)
        #expect(tokens.guardian(inUnsubscribeToken: unsubscribe)?.text == text)
    }

    @Test
    func `are refused when any character is another`() {
        let token = Array(tokens.watchToken(for: WatchLinkID()).utf8)
        for position in token.indices {
            for replacement in ["A", "b", "_", ".", "="].flatMap(\.utf8) where replacement != token[position]
            {
                var tampered = token
                tampered[position] = replacement
                #expect(tokens.watchLink(in: String(decoding: tampered, as: UTF8.self)) == nil)
            }
        }
    }

    @Test
    func `are refused when cut or lengthened`() {
        let token = tokens.watchToken(for: WatchLinkID())
        for length in 0..<token.count { #expect(tokens.watchLink(in: String(token.prefix(length))) == nil) }
        for suffix in ["A", "=", ".", ".AAAA", " ", "\n"] {
            #expect(tokens.watchLink(in: token + suffix) == nil)
        }
    }

    @Test
    func `do not pass for another kind, whatever their prefix says`() {
        let watch = tokens.watchToken(for: WatchLinkID())
        #expect(tokens.session(inHostTicket: watch) == nil)
        #expect(tokens.session(inHostTicket: "pth_" + watch.dropFirst(4)) == nil)
        #expect(tokens.guardian(inUnsubscribeToken: "ptu_" + watch.dropFirst(4)) == nil)
    }

    @Test
    func `of another server are refused`() {
        let others = PortholeTokens(keys: KeyRing(secret: "a secret of somebody else"))
        #expect(tokens.watchLink(in: others.watchToken(for: WatchLinkID())) == nil)
    }

    @Test
    func `page cookies are 32 random bytes, kept as a hash`() {
        let cookies = Set((0..<100).map { _ in tokens.newPageCookie() })
        #expect(cookies.count == 100)
        #expect(cookies.allSatisfy { Base64URL.decode($0)?.count == 32 })
        let hash = tokens.pageCookieHash("abc").map { String(format: "%02x", $0) }.joined()
        #expect(hash == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }
}
