public import Foundation
import Synchronization

/// A clock that only goes on when a test says so.
public final class ManualClock: Sendable {
    /// 2026-05-09 06:26:40 UTC.
    public static let beginning = Date(timeIntervalSinceReferenceDate: 800_000_800)

    private let time = Mutex(ManualClock.beginning)

    /// Makes one that stands at ``beginning``.
    public init() {}

    /// The moment at which it stands.
    public var now: Date { time.withLock(\.self) }

    /// Lets so many seconds pass.
    public func advance(by seconds: TimeInterval) {
        time.withLock { $0 += seconds }
    }
}
