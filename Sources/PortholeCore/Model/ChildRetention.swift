public import Foundation

/// How long what is kept of one child is kept, where that is not the server's usual time.
public struct ChildRetention: Equatable, Sendable {
    /// The most days: ten years.
    public static let maximumDays = 3650

    /// Whose it is.
    public let childID: UserID
    /// 1 to ``maximumDays``.
    public let days: Int

    /// The days in seconds.
    public var seconds: TimeInterval { TimeInterval(days) * 86_400 }

    /// Makes one from its parts.
    public init(childID: UserID, days: Int) {
        self.childID = childID
        self.days = days
    }
}

/// The children whom a time limit is for.
public enum RetentionScope: Equatable, Sendable {
    /// This one.
    case child(UserID)
    /// All that have no ``ChildRetention`` of their own.
    case others
}
