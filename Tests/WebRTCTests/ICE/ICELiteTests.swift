import RTP
import Testing

@testable import WebRTC

@Suite("ICE-lite agent (RFC 8445 §2.5, §7.3)")
struct ICELiteTests {
    private let fixture = ICEFixture()
    private var now: MonotonicTime { fixture.now }

    @Test func `a check is answered with the address it came from`() throws {
        for path in [ICEFixture.path, ICEFixture.path6] {
            var agent = fixture.agent(.lite)
            let check = ICEFixture.Check(to: fixture.local)
            #expect(agent.receive(check.bytes, from: path, at: now) == nil)
            let actions = agent.actions()
            #expect(Array(actions.dropFirst()) == [.validated(path), .selected(path)])
            guard case .send(let bytes, let destination)? = actions.first else {
                Issue.record("no answer")
                return
            }
            #expect(destination == path)
            #expect(bytes.count <= check.bytes.count)
            let answer = try STUNMessage(bytes)
            #expect(answer.messageClass == .success)
            #expect(answer.transactionID == check.id)
            #expect(answer.mappedAddress == path.remote)
            #expect(answer.hasFingerprint)
            #expect(answer.isAuthentic(in: bytes, key: HMACSHA1(key: Array(fixture.local.password.utf8))))
            #expect(agent.lastConsent == now)
        }
    }

    @Test func `what is not authentic gets no answer and moves nothing`() {
        var agent = fixture.agent(.lite)
        var wrongPassword = ICEFixture.Check(to: fixture.local, nominates: true)
        wrongPassword.password = fixture.remote.password
        var noIntegrity = ICEFixture.Check(to: fixture.local)
        noIntegrity.hasIntegrity = false
        var stranger = ICEFixture.Check(to: fixture.remote)
        stranger.password = fixture.local.password
        var noUser = ICEFixture.Check(to: fixture.local)
        noUser.username = fixture.local.ufrag
        var longerUser = ICEFixture.Check(to: fixture.local)
        longerUser.username = fixture.local.ufrag + "x:y"
        let cases: [(ICEFixture.Check, PeerDropReason)] = [
            (wrongPassword, .unauthenticSTUN), (noIntegrity, .unauthenticSTUN), (stranger, .unknownUfrag),
            (noUser, .unknownUfrag), (longerUser, .unknownUfrag),
        ]
        for (check, reason) in cases { #expect(agent.receive(check.bytes, at: now) == reason) }
        let check = ICEFixture.Check(to: fixture.local).bytes
        for length in 0..<check.count {
            #expect(agent.receive(Array(check[..<length]), at: now) == .malformedSTUN)
        }
        var binding = STUNWriter(.success, transactionID: STUNTransactionID(high: 1, low: 1))
        binding.addIntegrity(HMACSHA1(key: Array(fixture.local.password.utf8)))
        #expect(agent.receive(binding.bytes, at: now) == .unexpectedSTUN)
        #expect(agent.actions().isEmpty)
        #expect(agent.selected == nil)
        #expect(agent.lastConsent == nil)
    }

    @Test func `an answer is never larger than its question from an unknown path`() throws {
        var agent = fixture.agent(.lite)
        // The barest check: without checksum, priority and role.
        var check = ICEFixture.Check(to: fixture.local)
        (check.controlling, check.hasPriority, check.hasFingerprint) = (nil, false, false)
        check.username = fixture.local.ufrag + ":"
        #expect(agent.receive(check.bytes, from: ICEFixture.path6, at: now) == .wouldAmplify)
        #expect(agent.actions().isEmpty)
        #expect(agent.receive(check.bytes, from: ICEFixture.path, at: now) == nil)
        let answers = try agent.messages()
        #expect(answers.map(\.bytes.count) == [56])
        #expect(check.bytes.count >= 56)

        // Known by a full check, the other path is answered as well.
        #expect(
            agent.receive(ICEFixture.Check(to: fixture.local).bytes, from: ICEFixture.path6, at: now) == nil
        )
        #expect(agent.receive(check.bytes, from: ICEFixture.path6, at: now) == nil)
    }

    @Test func `one that wants to be controlled is told to control`() throws {
        var agent = fixture.agent(.lite, tieBreaker: .max)
        var check = ICEFixture.Check(to: fixture.local)
        (check.controlling, check.controlled) = (nil, 5)
        #expect(agent.receive(check.bytes, at: now) == nil)
        let answers = try agent.messages()
        #expect(answers.map(\.message.errorCode) == [487])
        #expect(answers[0].bytes.count <= check.bytes.count)
        #expect(agent.selected == nil)
    }

    @Test func `what has to be understood and is not is refused by name`() throws {
        var agent = fixture.agent(.lite)
        var check = ICEFixture.Check(to: fixture.local)
        check.extra = [0x7001, 0x7002]
        #expect(agent.receive(check.bytes, at: now) == nil)
        let answers = try agent.messages()
        #expect(answers.map(\.message.errorCode) == [420])
        #expect(answers[0].bytes.contains(0x70))
        #expect(agent.selected == nil)
    }

    @Test func `the newest nomination decides, and a mere check does not`() {
        var agent = fixture.agent(.lite)
        let (check, nomination) = (
            ICEFixture.Check(to: fixture.local).bytes,
            ICEFixture.Check(to: fixture.local, nominates: true).bytes
        )
        let (first, second) = (ICEFixture.path(1), ICEFixture.path(2))
        _ = agent.receive(check, from: first, at: now)
        #expect(agent.selected == first)
        _ = agent.receive(check, from: second, at: now)
        #expect(agent.selected == first)
        agent.preferUntilNominated(second)
        #expect(agent.selected == second)
        _ = agent.receive(nomination, from: first, at: now)
        #expect(agent.selected == first)
        agent.preferUntilNominated(second)
        _ = agent.receive(check, from: second, at: now)
        #expect(agent.selected == first)
        _ = agent.receive(nomination, from: second, at: now)
        #expect(agent.selected == second)
    }

    @Test func `16 paths are remembered, the selected one always`() {
        var agent = fixture.agent(.lite)
        _ = agent.receive(
            ICEFixture.Check(to: fixture.local, nominates: true).bytes,
            from: ICEFixture.path(0),
            at: now
        )
        for number in 1...100 {
            _ = agent.receive(
                ICEFixture.Check(to: fixture.local).bytes,
                from: ICEFixture.path(number),
                at: now
            )
        }
        #expect(agent.validated.paths.count == 16)
        #expect(agent.validated.contains(ICEFixture.path(0)))
        #expect(agent.validated.contains(ICEFixture.path(100)))
        let forgotten = agent.actions().filter { if case .forgotten = $0 { true } else { false } }
        #expect(forgotten.count == 85)
    }

    @Test func `a path that is gone gives way to another validated one`() {
        var agent = fixture.agent(.lite)
        let nomination = ICEFixture.Check(to: fixture.local, nominates: true).bytes
        _ = agent.receive(nomination, from: ICEFixture.path(1), at: now)
        _ = agent.receive(nomination, from: ICEFixture.path(2), at: now)
        _ = agent.actions()
        agent.forget(ICEFixture.path(2))
        #expect(agent.actions() == [.forgotten(ICEFixture.path(2)), .selected(ICEFixture.path(1))])
        agent.forget(ICEFixture.path(1))
        #expect(agent.selected == nil)
        agent.forget(ICEFixture.path(1))
        #expect(agent.actions() == [.forgotten(ICEFixture.path(1))])
    }

    @Test func `after a restart old credentials count until the new ones nominate`() {
        var agent = fixture.agent(.lite)
        let fresh = ICEFixture.credentials(9)
        let old = ICEFixture.Check(to: fixture.local, nominates: true).bytes
        _ = agent.receive(old, from: ICEFixture.path(1), at: now)
        agent.restart(local: fresh, remote: nil, at: now)
        #expect(agent.selected == ICEFixture.path(1))
        #expect(agent.receive(old, from: ICEFixture.path(1), at: now) == nil)
        #expect(agent.receive(ICEFixture.Check(to: fresh).bytes, from: ICEFixture.path(2), at: now) == nil)
        #expect(agent.receive(old, from: ICEFixture.path(1), at: now) == nil)
        #expect(agent.selected == ICEFixture.path(1))
        #expect(
            agent.receive(
                ICEFixture.Check(to: fresh, nominates: true).bytes,
                from: ICEFixture.path(2),
                at: now
            ) == nil
        )
        #expect(agent.selected == ICEFixture.path(2))
        #expect(agent.receive(old, from: ICEFixture.path(1), at: now) == .unknownUfrag)
    }

    @Test func `it never asks and has no deadline`() {
        var agent = fixture.agent(.lite)
        agent.advance(to: now + .seconds(100))
        #expect(agent.actions().isEmpty)
        #expect(agent.checks.nextCheck == nil)
    }
}
