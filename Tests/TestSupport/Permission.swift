import Synchronization
import Testing

/// Whether a test double may be touched: one that is, unasked, fails the test.
public final class Permission: Sendable {
    private let name: String
    private let isGiven = Mutex(false)

    /// Makes one that is not given yet.
    ///
    /// - Parameter name: What the double stands for, for the failure's text.
    public init(for name: String) {
        self.name = name
    }

    /// From now on the double may be touched.
    public func give() {
        isGiven.withLock { $0 = true }
    }

    /// From now on it may not.
    public func take() {
        isGiven.withLock { $0 = false }
    }

    /// Fails the test unless the permission is given.
    public func require(_ what: String) {
        guard !isGiven.withLock(\.self) else { return }
        Issue.record("\(name) was asked to \(what), which this test does not expect")
    }
}
