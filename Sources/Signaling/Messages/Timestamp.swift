/// A moment in milliseconds since 1970, as `datetime` and `fromtime` carry it.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    public let milliseconds: Int64

    /// A moment that many milliseconds after 1970.
    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// Reads a `fromtime` query parameter.
    ///
    /// Returns `nil`, which stands for everything, if it is missing, no number, zero or negative; Unity's first
    /// poll sends a negative number.
    public init?(fromTime text: String?) {
        // 2^53: beyond it a JSON number is no exact count of milliseconds any more.
        guard let text, let number = Double(text), number > 0, number < 9_007_199_254_740_992 else {
            return nil
        }
        milliseconds = Int64(number.rounded(.up))
    }

    /// Earlier moments come first.
    public static func < (left: Self, right: Self) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// The moment that much later.
    public func advanced(by duration: Duration) -> Self {
        Timestamp(milliseconds: milliseconds + Int64(duration / .milliseconds(1)))
    }

    /// How much later `self` is than `earlier`; negative if it is not.
    public func since(_ earlier: Self) -> Duration {
        .milliseconds(milliseconds - earlier.milliseconds)
    }
}
