import Foundation
import TestSupport
import Testing

@testable import PortholeCore

@Suite("Mails that are owed are delivered")
struct MailDeliveryTests {
    let world: World
    let session: Session
    let mum: Guardian

    init() async throws {
        world = try await World()
        world.mailer.permission.give()
        try await world.consent()
        mum = try await world.guardian()
        let user = try World.user("child", name: "Kim")
        let caller = Caller(grants: [.user(user)])
        session = try await world.sessions.start(caller, connectionID: "headset", metadata: [:]).session
    }

    private func onlyMessage() async throws -> OutboxMessage {
        let messages = try await world.outbox()
        #expect(messages.count == 1)
        return try #require(messages.first)
    }

    private func links() async throws -> [WatchLink] {
        let child = world.child
        return try await world.database.read { try $0.watchLinks.list(childID: child) }
    }

    // MARK: - What

    @Test func `a mail has a personal link, a way out and the player's name`() async throws {
        #expect(try await world.delivery.step() == 1)
        let mail = try #require(world.mailer.takeMails().first)
        let link = try #require(await links().first)
        #expect(mail.template == .sessionStarted)
        #expect(mail.recipientEmail == "mum@example.org")
        #expect(mail.childName == "Kim")
        #expect(mail.link == "https://porthole.example/watch/\(session.id)#token=ptw_\(link.id)")
        #expect(mail.unsubscribeLink == "https://porthole.example/unsubscribe/stop_\(mum.id)")
        #expect(mail.durationSeconds == nil)
        #expect(link.sessionID == session.id)
        #expect(link.guardianID == mum.id)
        #expect(link.rights == Set(WatchRight.allCases))
        #expect(link.expiresAt == nil)
    }

    @Test func `all mails about a session carry the same link`() async throws {
        world.store.permission.give()
        world.remuxer.permission.give()
        try await world.delivery.step()
        try await world.upload("aa", nil, to: session)
        world.clock.advance(by: 61)
        try await world.end(session)
        world.clock.advance(by: 1)
        try await world.combiner.step()
        #expect(try await world.delivery.step() == 2)
        let mails = world.mailer.takeMails()
        #expect(mails.map(\.template) == [.sessionStarted, .sessionEnded, .recordingReady])
        #expect(mails.map(\.durationSeconds) == [nil, 61, 61])
        let link = try #require(await links().first)
        #expect(try await links().count == 1)
        let recording = try await world.onlyRecording(of: session)
        #expect(
            mails.last?.link == "https://porthole.example/recordings/\(recording.id)#token=ptw_\(link.id)"
        )
    }

    // MARK: - Once

    @Test func `a mail goes out once`() async throws {
        #expect(try await world.delivery.step() == 1)
        world.clock.advance(by: 3600)
        #expect(try await world.delivery.step() == 0)
        let message = try await onlyMessage()
        #expect(message.status == .sent)
        #expect(message.attempts == 1)
        #expect(message.sentAt == ManualClock.beginning)
    }

    @Test func `two workers share the work`() async throws {
        for number in 0..<30 { try await world.guardian("g\(number)@x.org") }
        _ = try await world.sessions.start(world.owner, connectionID: "headset", metadata: [:])
        world.live.permission.give()
        _ = try await world.sessions.start(world.owner, connectionID: "another", metadata: [:])
        let owed = try await world.outbox().filter { $0.status == .pending }.count
        let delivery = world.delivery
        let sent = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    var sent = 0
                    while case let more = try await delivery.step(), more > 0 { sent += more }
                    return sent
                }
            }
            return try await group.reduce(0, +)
        }
        let ids = world.mailer.takeMails().map(\.id)
        #expect(sent == owed)
        #expect(ids.count == owed)
        #expect(Set(ids).count == owed)
    }

    @Test func `a slow worker holds nothing back that it has not begun`() async throws {
        try await world.guardian("dad@example.org")
        world.live.permission.give()
        _ = try await world.sessions.start(world.owner, connectionID: "another", metadata: [:])
        let owed = try await world.outbox().count
        #expect(owed == 5)
        let (delivery, clock, mailer) = (world.delivery, world.clock, world.mailer)
        let slowness = MailDelivery.leaseDuration * 0.6
        world.mailer.meanwhile {
            clock.advance(by: slowness)
            mailer.meanwhile {
                clock.advance(by: slowness)
                // The second mail is still under way; what nobody began is taken over.
                let takenOver = try await delivery.step()
                #expect(takenOver == 3)
            }
        }
        #expect(try await world.delivery.step() == 2)
        let mails = world.mailer.takeMails().map(\.id)
        #expect(mails.count == owed)
        #expect(Set(mails).count == owed)
    }

    // MARK: - Trouble

    @Test func `a mail that did not go out is tried again, later and later`() async throws {
        for wait in [5.0, 10, 20, 40] {
            world.mailer.failNext(.temporary("no connection"))
            var failures = 0
            #expect(try await world.delivery.step { _, _ in failures += 1 } == 0)
            #expect(failures == 1)
            #expect(try await onlyMessage().lastError == "no connection")
            world.clock.advance(by: wait - 0.001)
            #expect(try await world.delivery.step() == 0)
            world.clock.advance(by: 0.001)
        }
        #expect(try await world.delivery.step() == 1)
        #expect(try await onlyMessage().attempts == 5)
        #expect(try await onlyMessage().lastError == nil)
        #expect(world.mailer.takeMails().count == 1)
    }

    @Test func `no wait is longer than a quarter of an hour`() async throws {
        try await world.delivery.step()
        _ = world.mailer.takeMails()
        world.clock.advance(by: 1)
        try await world.end(session)
        for _ in 0..<20 {
            world.mailer.failNext(.temporary("no connection"))
            try await world.delivery.step()
            world.clock.advance(by: MailDelivery.maximumBackoff)
        }
        #expect(try await world.delivery.step() == 1)
    }

    @Test func `a refusal for good is not repeated`() async throws {
        world.mailer.failNext(.permanent("mailbox unknown"))
        try await world.delivery.step()
        let message = try await onlyMessage()
        #expect(message.status == .dropped)
        #expect(message.lastError == "mailbox unknown")
        world.clock.advance(by: 600)
        #expect(try await world.delivery.step() == 0)
    }

    @Test func `one guardian's trouble does not hold up another`() async throws {
        try await world.guardian("dad@example.org")
        world.live.permission.give()
        try await world.delivery.step()
        _ = world.mailer.takeMails()
        _ = try await world.sessions.start(world.owner, connectionID: "another", metadata: [:])
        world.mailer.failNext(.permanent("mailbox unknown"))
        #expect(try await world.delivery.step() == 3)
    }

    // MARK: - Too late

    private func expectDropped(_ reason: String) async throws {
        #expect(try await world.delivery.step() == 0)
        let message = try await onlyMessage()
        #expect(message.status == .dropped)
        #expect(message.lastError == reason)
        #expect(world.mailer.takeMails().isEmpty)
    }

    @Test func `a start is news for a quarter of an hour`() async throws {
        world.clock.advance(by: 15 * 60)
        try await expectDropped("too old")
    }

    @Test func `just before that it still goes out`() async throws {
        world.clock.advance(by: 15 * 60 - 1)
        #expect(try await world.delivery.step() == 1)
    }

    @Test(arguments: [
        (MailTemplate.sessionStarted, 900.0),
        (.sessionEnded, 86_400),
        (.recordingReady, 604_800),
    ])
    func `each mail has its life span`(template: MailTemplate, seconds: TimeInterval) {
        #expect(template.lifetime == seconds)
    }

    @Test func `who unsubscribed meanwhile gets nothing`() async throws {
        try await world.children.unsubscribe(token: world.tokens.unsubscribeToken(for: mum.id))
        try await expectDropped("unsubscribed")
    }

    @Test func `withdrawn consent stops what is owed`() async throws {
        try await world.consent(notify: false)
        try await expectDropped("no consent")
    }

    @Test func `a revoked link is not mailed, and no other is made for it`() async throws {
        world.mailer.failNext(.temporary("no connection"))
        try await world.delivery.step()
        try await world.revoke(try #require(await links().first))
        world.clock.advance(by: 5)
        try await expectDropped("link revoked")
        #expect(try await links().count == 1)
    }

    @Test func `a guardian who was removed gets nothing`() async throws {
        world.live.permission.give()
        _ = try await world.children.replaceGuardians(world.studio, of: world.child, with: [])
        #expect(try await world.delivery.step() == 0)
        #expect(try await world.outbox().isEmpty)
    }

    @Test func `a deleted recording is not announced`() async throws {
        world.store.permission.give()
        world.remuxer.permission.give()
        try await world.delivery.step()
        try await world.upload("aa", nil, to: session)
        try await world.end(session)
        world.clock.advance(by: 1)
        try await world.combiner.step()
        let recording = try await world.onlyRecording(of: session)
        try await world.recordings.delete(world.owner, recording.id)
        try await world.delivery.step()
        #expect(world.mailer.takeMails().map(\.template) == [.sessionStarted, .sessionEnded])
        let message = try await world.outbox().first { $0.template == .recordingReady }
        #expect(message?.lastError == "recording deleted")
    }
}
