import PortholeCore
import TestSupport
import Testing

@testable import HTTPAPI

@Suite("WHEP's server-sent events")
struct ViewerEventsTests {
    private let events = ViewerEvents(media: FakeMediaControl())
    private let room = MediaRoomID("room")
    private let mine = MediaResourceID("mine")
    private let whip = MediaResourceID("whip")

    /// What a stream holds when it has ended.
    private func text(_ lines: AsyncStream<String>?) async throws -> String {
        var text = ""
        for await line in try #require(lines) { text += line }
        return text
    }

    @Test func `a stream begins with how things are and tells what changes`() async throws {
        events.take(.viewerConnected(room, mine, principalID: ""))
        let name = try #require(events.add(Set(ViewerEvent.allCases), of: mine, in: room))
        let lines = events.read(name, of: mine)
        events.take(.publisherConnected(room, whip))
        events.take(.viewerConnected(room, MediaResourceID("other"), principalID: ""))
        events.take(.viewerConnected(MediaRoomID("elsewhere"), MediaResourceID("o"), principalID: ""))
        events.tick()
        events.tick()
        events.take(.publisherLost(room, whip))
        events.shutDown()
        #expect(
            try await text(lines) == """
                event: inactive
                data: {}

                event: viewercount
                data: {"viewercount":1}

                event: active
                data: {}

                event: viewercount
                data: {"viewercount":2}

                event: inactive
                data: {}

                event: reconnect
                data: {}


                """
        )
    }

    @Test func `only what was asked for is told`() async throws {
        let name = try #require(events.add([.active], of: mine, in: room))
        let lines = events.read(name, of: mine)
        events.take(.publisherConnected(room, whip))
        events.take(.publisherLost(room, whip))
        events.take(.viewerConnected(room, mine, principalID: ""))
        events.tick()
        events.shutDown()
        #expect(try await text(lines) == "event: active\ndata: {}\n\n")
    }

    @Test func `a publisher that another one replaced is not missed`() async throws {
        let name = try #require(events.add([.active, .inactive], of: mine, in: room))
        events.take(.publisherConnected(room, whip))
        let lines = events.read(name, of: mine)
        events.take(.publisherConnected(room, MediaResourceID("newer")))
        events.take(.publisherLost(room, whip))
        events.shutDown()
        #expect(try await text(lines) == "event: active\ndata: {}\n\nevent: active\ndata: {}\n\n")
    }

    @Test func `a stream ends with its connection, with its removal and when it is read anew`() async throws {
        for ending in 0..<3 {
            let name = try #require(events.add([.viewercount], of: mine, in: room))
            let lines = events.read(name, of: mine)
            switch ending {
            case 0: events.take(.viewerLeft(room, mine, principalID: ""))
            case 1: #expect(events.remove(name, of: mine))
            default: _ = events.read(name, of: mine)
            }
            #expect(try await text(lines) == "event: viewercount\ndata: {\"viewercount\":0}\n\n")
            events.removeAll(of: mine)
            #expect(events.read(name, of: mine) == nil)
        }
    }

    @Test func `streams of others are not there, and there are not too many`() throws {
        let name = try #require(events.add([.active], of: mine, in: room))
        #expect(events.read(name, of: whip) == nil)
        #expect(!events.remove(name, of: whip))
        for _ in 1..<ViewerEvents.maximumPerConnection { _ = events.add([.active], of: mine, in: room) }
        #expect(events.add([.active], of: mine, in: room) == nil)
        #expect(events.add([.active], of: whip, in: room) != nil)
    }

    @Test func `streams of connections that never came are swept away`() async throws {
        let name = try #require(events.add([.active], of: mine, in: room))
        await events.sweep()
        #expect(events.read(name, of: mine) == nil)
    }

    @Test func `a silent stream shows now and then that it is alive`() async throws {
        let name = try #require(events.add([.reconnect], of: mine, in: room))
        let lines = events.read(name, of: mine)
        for _ in 0..<15 { events.tick() }
        events.removeAll(of: mine)
        #expect(try await text(lines) == ":\n\n")
    }
}
