import Foundation
import NIOConcurrencyHelpers
public import PortholeCore
public import ServiceLifecycle

/// What WHEP's extension for server-sent events tells a player (`webrtc-http-egress-events`).
enum ViewerEvent: String, CaseIterable, Sendable {
    /// Media arrives.
    case active
    /// Media arrives no more; the player may stay.
    case inactive
    /// How many connections watch.
    case viewercount
    /// The player has to come again.
    case reconnect

    /// The `Link` that an answer names the extension by.
    static func link(to location: String) -> String {
        let names = allCases.map(\.rawValue).joined(separator: ",")
        return
            "<\(location)>; rel=\"urn:ietf:params:whep:ext:core:server-sent-events\"; events=\"\(names)\""
    }
}

/// The streams of events that players read; each ends with its connection.
public final class ViewerEvents: Service {
    /// Streams of one connection, more than a player needs; another is refused.
    static let maximumPerConnection = 4
    /// Streams in all, as many as there may be viewers by a large setting; another is refused.
    static let maximumCount = 16_384
    /// Lines that a player may be behind; the oldest are dropped.
    private static let maximumBehind = 64
    /// How often counts are told, at most.
    private static let interval: Duration = .seconds(1)
    /// After how many of those a silent stream says that it is alive: proxies cut silent connections after 60 s.
    private static let beats = 15

    struct Stream {
        let room: MediaRoomID
        let resource: MediaResourceID
        let events: Set<ViewerEvent>
        /// While somebody reads it.
        var reader: AsyncStream<String>.Continuation?

        func tell(_ event: ViewerEvent, _ data: String = "{}") {
            guard let text = text(event, data) else { return }
            reader?.yield(text)
        }

        func text(_ event: ViewerEvent, _ data: String = "{}") -> String? {
            events.contains(event) ? "event: \(event.rawValue)\ndata: \(data)\n\n" : nil
        }
    }

    private struct State {
        var streams: [String: Stream] = [:]
        var publishers: [MediaRoomID: MediaResourceID] = [:]
        var viewers: [MediaRoomID: Int] = [:]
        /// Rooms whose count has changed since it was told.
        var changed: Set<MediaRoomID> = []
        var ticks = 0
    }

    private let media: any MediaControl
    private let state = NIOLockedValueBox(State())

    /// Makes the streams of a media plane's viewers.
    public init(media: any MediaControl) {
        self.media = media
    }

    /// Passes on what happens, until shutdown; then players are told to come again.
    public func run() async {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { for await event in self.media.events() { self.take(event) } }
                group.addTask { while (try? await Task.sleep(for: Self.interval)) != nil { self.tick() } }
                group.addTask {
                    while (try? await Task.sleep(for: Self.interval * Self.beats)) != nil {
                        await self.sweep()
                    }
                }
            }
        }
        shutDown()
    }

    // MARK: Streams

    /// - Returns: The stream's name, unguessable; `nil` when there are too many.
    func add(_ events: Set<ViewerEvent>, of resource: MediaResourceID, in room: MediaRoomID) -> String? {
        state.withLockedValue { state in
            guard state.streams.count < Self.maximumCount,
                state.streams.values.count(where: { $0.resource == resource }) < Self.maximumPerConnection
            else { return nil }
            let name = UUID().uuidString.lowercased()
            state.streams[name] = Stream(room: room, resource: resource, events: events)
            return name
        }
    }

    /// Reads a stream, from how things are now; whoever read it before reads no more.
    ///
    /// - Returns: `nil` if there is none.
    func read(_ name: String, of resource: MediaResourceID) -> AsyncStream<String>? {
        state.withLockedValue { state in
            guard var stream = state.streams[name], stream.resource == resource else { return nil }
            stream.reader?.finish()
            let (lines, reader) = AsyncStream.makeStream(
                of: String.self,
                bufferingPolicy: .bufferingNewest(Self.maximumBehind)
            )
            stream.reader = reader
            state.streams[name] = stream
            stream.tell(state.publishers[stream.room] == nil ? .inactive : .active)
            stream.tell(.viewercount, Self.count(state.viewers[stream.room]))
            return lines
        }
    }

    /// - Returns: Whether there was such a stream.
    func remove(_ name: String, of resource: MediaResourceID) -> Bool {
        state.withLockedValue { state in
            guard state.streams[name]?.resource == resource else { return false }
            state.streams.removeValue(forKey: name)?.reader?.finish()
            return true
        }
    }

    /// Ends the streams of a connection.
    func removeAll(of resource: MediaResourceID) {
        state.withLockedValue { state in
            for (name, stream) in state.streams where stream.resource == resource {
                stream.reader?.finish()
                state.streams[name] = nil
            }
        }
    }

    // MARK: What happens

    func take(_ event: MediaEvent) {
        if case .viewerLeft(_, let resource, _) = event { removeAll(of: resource) }
        state.withLockedValue { state in
            switch event {
            case .publisherConnected(let room, let resource):
                state.publishers[room] = resource
                for stream in state.streams.values where stream.room == room { stream.tell(.active) }
            case .publisherLost(let room, let resource):
                // A newer one may have taken its place.
                guard state.publishers[room] == resource else { return }
                state.publishers[room] = nil
                for stream in state.streams.values where stream.room == room { stream.tell(.inactive) }
            case .viewerConnected(let room, _, _):
                state.viewers[room, default: 0] += 1
                state.changed.insert(room)
            case .viewerLeft(let room, _, _):
                let left = state.viewers[room, default: 1] - 1
                state.viewers[room] = left > 0 ? left : nil
                state.changed.insert(room)
            case .connectionFailed: break
            }
        }
    }

    /// Tells counts that have changed, and now and then that a stream is alive.
    func tick() {
        state.withLockedValue { state in
            state.ticks += 1
            let isBeat = state.ticks % Self.beats == 0
            for stream in state.streams.values {
                if state.changed.contains(stream.room) {
                    stream.tell(.viewercount, Self.count(state.viewers[stream.room]))
                }
                // A comment (WHATWG HTML §9.2.5).
                if isBeat { stream.reader?.yield(":\n\n") }
            }
            state.changed = []
        }
    }

    /// Ends the streams of connections that never came, of which nobody hears.
    func sweep() async {
        for resource in Set(state.withLockedValue { $0.streams.values.map(\.resource) })
        where await media.grant(of: resource) == nil {
            removeAll(of: resource)
        }
    }

    /// Ends a stream whose reader stops with the server.
    ///
    /// - Returns: What the player is told at last; `nil` if the stream had ended before.
    func endByShutdown(_ name: String) -> String? {
        state.withLockedValue { $0.streams.removeValue(forKey: name)?.text(.reconnect) }
    }

    func shutDown() {
        state.withLockedValue { state in
            for stream in state.streams.values {
                stream.tell(.reconnect)
                stream.reader?.finish()
            }
            state.streams = [:]
        }
    }

    private static func count(_ viewers: Int?) -> String { "{\"viewercount\":\(viewers ?? 0)}" }
}
