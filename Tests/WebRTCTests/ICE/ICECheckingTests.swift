import RTP
import Testing

@testable import WebRTC

@Suite("ICE agent that sends checks (RFC 8445 §7.2, RFC 7675)")
struct ICECheckingTests {
    private let fixture = ICEFixture()
    private var now: MonotonicTime { fixture.now }

    private func answer(
        to request: STUNMessage,
        password: String,
        error: Int? = nil
    ) -> [UInt8] {
        var writer = STUNWriter(error == nil ? .success : .error, transactionID: request.transactionID)
        if let error { writer.addError(error, "") } else { writer.addMappedAddress(ICEFixture.path.remote) }
        writer.addIntegrity(HMACSHA1(key: Array(password.utf8)))
        writer.addFingerprint()
        return writer.bytes
    }

    @Test func `each address is checked in turn, the first that answers is nominated`() throws {
        let paths = [ICEFixture.path(1), ICEFixture.path(2)]
        var agent = fixture.agent(.controlling, paths: paths)
        agent.advance(to: now)
        agent.advance(to: now + .milliseconds(49))
        agent.advance(to: now + .milliseconds(50))
        let checks = try agent.messages()
        #expect(checks.map(\.path) == paths)
        for check in checks {
            #expect(check.message.controlling == 100)
            #expect(!check.message.usesCandidate)
            #expect(check.message.priority != nil)
            #expect(STUNMessage.localUfrag(of: check.bytes) == fixture.remote.ufrag)
            let key = HMACSHA1(key: Array(fixture.remote.password.utf8))
            #expect(check.message.isAuthentic(in: check.bytes, key: key))
        }
        let later = now + .milliseconds(60)
        let success = answer(to: checks[1].message, password: fixture.remote.password)
        #expect(agent.receive(success, from: paths[1], at: later) == nil)
        #expect(agent.actions() == [.validated(paths[1]), .selected(paths[1])])
        #expect(!agent.isNominated)

        agent.advance(to: later)
        let nominations = try agent.messages()
        #expect(nominations.map(\.path) == [paths[1]])
        #expect(nominations[0].message.usesCandidate)
        let nominated = answer(to: nominations[0].message, password: fixture.remote.password)
        #expect(agent.receive(nominated, from: paths[1], at: later) == nil)
        #expect(agent.isNominated)

        // From now on for consent, at 80 to 120 % of 2.5 s.
        agent.advance(to: later + .milliseconds(1999))
        #expect(agent.actions().isEmpty)
        agent.advance(to: later + .milliseconds(3000))
        let consents = try agent.messages()
        #expect(consents.map(\.path) == [paths[1]])
        #expect(!consents[0].message.usesCandidate)
    }

    @Test func `answers that were not asked for, come from elsewhere or are forged prove nothing`() throws {
        var agent = fixture.agent(.controlling)
        agent.advance(to: now)
        let check = try #require(try agent.messages().first)
        let success = answer(to: check.message, password: fixture.remote.password)
        #expect(agent.receive(success, from: ICEFixture.path(9), at: now) == .unexpectedSTUN)
        let forged = answer(to: check.message, password: fixture.local.password)
        #expect(agent.receive(forged, at: now) == .unauthenticSTUN)
        var other = check.message
        other.transactionID.low ^= 1
        let stray = answer(to: other, password: fixture.remote.password)
        #expect(agent.receive(stray, at: now) == .unexpectedSTUN)
        #expect(agent.selected == nil)
        #expect(agent.receive(success, at: now) == nil)
        #expect(agent.receive(success, at: now) == .unexpectedSTUN)
    }

    @Test func `one that is told of a role conflict changes its role`() throws {
        var agent = fixture.agent(.controlling)
        agent.advance(to: now)
        let check = try #require(try agent.messages().first)
        let conflict = answer(to: check.message, password: fixture.remote.password, error: 487)
        #expect(agent.receive(conflict, at: now) == nil)
        agent.advance(to: now)
        let again = try #require(try agent.messages().first)
        #expect(again.message.controlling == nil)
        #expect(again.message.controlled == 100)
    }

    @Test func `of two that control, the one with the larger number goes on`() throws {
        for (theirs, theyGiveWay) in [(UInt64(99), true), (100, true), (101, false)] {
            var agent = fixture.agent(.controlling)
            var check = ICEFixture.Check(to: fixture.local)
            check.controlling = theirs
            #expect(agent.receive(check.bytes, at: now) == nil)
            #expect(agent.isControlling == theyGiveWay)
            let answers = try agent.messages()
            #expect(answers[0].message.errorCode == (theyGiveWay ? 487 : nil))
        }
    }

    @Test(arguments: [(1, 2), (2, 1), (7, 7)] as [(UInt64, UInt64)])
    func `two full agents agree on a path, whoever of them controls`(
        one: UInt64,
        other: UInt64
    ) throws {
        var left = ICEAgent(
            role: .controlling,
            local: fixture.local,
            remote: fixture.remote,
            remotePaths: [ICEFixture.path(2)],
            tieBreaker: one,
            transactionSeed: 1,
            at: now
        )
        var right = ICEAgent(
            role: .controlling,
            local: fixture.remote,
            remote: fixture.local,
            remotePaths: [ICEFixture.path(1)],
            tieBreaker: other,
            transactionSeed: 2,
            at: now
        )
        var time = now
        for _ in 0..<40 {
            left.advance(to: time)
            right.advance(to: time)
            for message in try left.messages() {
                _ = right.receive(message.bytes, from: ICEFixture.path(1), at: time)
            }
            for message in try right.messages() {
                _ = left.receive(message.bytes, from: ICEFixture.path(2), at: time)
            }
            time = time + .milliseconds(50)
        }
        #expect(left.isNominated && right.isNominated)
        #expect(left.isControlling != right.isControlling)
        if one != other { #expect(left.isControlling == (one > other)) }
    }

    @Test func `a check from an unknown place is checked back before the place is used`() throws {
        var agent = fixture.agent(.controlling, paths: [])
        #expect(
            agent.receive(ICEFixture.Check(to: fixture.local).bytes, from: ICEFixture.path(3), at: now) == nil
        )
        // The other end controls with number 1, less than 100: it is told so, and checks again.
        var check = ICEFixture.Check(to: fixture.local)
        check.controlling = 1000
        #expect(agent.receive(check.bytes, from: ICEFixture.path(3), at: now) == nil)
        #expect(agent.selected == nil)
        _ = agent.actions()
        agent.advance(to: now)
        let back = try #require(try agent.messages().first)
        #expect(back.path == ICEFixture.path(3))
        let success = answer(to: back.message, password: fixture.remote.password)
        #expect(agent.receive(success, from: ICEFixture.path(3), at: now) == nil)
        #expect(agent.selected == ICEFixture.path(3))
    }

    @Test func `checks go on slowly when nobody answers, and what waits is bounded`() throws {
        var agent = fixture.agent(.controlling)
        var count = 0
        var time = now
        while time < now + .seconds(30) {
            agent.advance(to: time)
            count += agent.actions().count
            time = time + .milliseconds(10)
        }
        #expect((60...100).contains(count))
    }

    @Test func `a restart checks anew with the new credentials`() throws {
        var agent = fixture.agent(.controlling)
        agent.advance(to: now)
        let check = try #require(try agent.messages().first)
        let (local, remote) = (ICEFixture.credentials(11), ICEFixture.credentials(12))
        agent.restart(local: local, remote: remote, at: now)
        let late = answer(to: check.message, password: fixture.remote.password)
        #expect(agent.receive(late, at: now) == .unexpectedSTUN)
        agent.advance(to: now)
        let again = try #require(try agent.messages().first)
        #expect(STUNMessage.localUfrag(of: again.bytes) == remote.ufrag)
    }
}
