import PortholeCore
import Signaling

/// What the hub needs of the media plane, in order.
struct MediaOrders: Sendable {
    enum Order: Sendable {
        /// A request of a room, by a grant for what it opens.
        case request(MediaRequest, session: String, grant: MediaGrant)
        /// The end of a connection whose access ran out.
        case close(MediaResourceID)
        /// The end of everything in a room.
        case cut(MediaRoomID)
    }

    /// The orders, for one reader.
    let orders: AsyncStream<Order>

    private let continuation: AsyncStream<Order>.Continuation

    init() {
        // Unbounded: a lost order would be a connection that stays open; what comes in is bounded by the limits on
        // sockets and on their rate, and the media plane answers in milliseconds.
        (orders, continuation) = AsyncStream.makeStream(of: Order.self)
    }

    func add(_ order: Order) {
        continuation.yield(order)
    }

    /// Ends ``orders`` behind what has been added.
    func finish() {
        continuation.finish()
    }
}

extension MediaControl {
    /// Does what a room asks for.
    func perform(_ request: MediaRequest, by grant: MediaGrant) async -> MediaOutcome {
        do {
            switch request.call {
            case .emptyOffer: return .described(await emptyOffer())
            case .openByOffer: return MediaOutcome(try await openByOffer(grant))
            case .open(let offer): return MediaOutcome(try await open(grant, offer: offer))
            case .accept(let handle, let answer):
                try await accept(answer: answer, of: MediaResourceID(handle.rawValue))
                return .done
            case .answer(let handle, let offer):
                return .described(try await self.answer(offer: offer, of: MediaResourceID(handle.rawValue)))
            case .offerMedia(let handle):
                return .described(try await offerMedia(to: MediaResourceID(handle.rawValue)))
            case .close(let handle):
                await close(MediaResourceID(handle.rawValue))
                return .done
            }
        } catch {
            return .failed
        }
    }
}

extension MediaOutcome {
    fileprivate init(_ description: MediaDescription) {
        self = .opened(MediaHandle(description.resource.text), sdp: description.sdp)
    }
}
