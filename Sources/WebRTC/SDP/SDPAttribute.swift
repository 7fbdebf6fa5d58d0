/// An `a=` line.
///
/// RFC 8866 §5.13.
public struct SDPAttribute: Hashable, Sendable {
    /// What stands before the colon.
    public var name: String
    /// What stands behind it; `nil` for a flag.
    public var value: String?

    /// A flag, or a name with a value.
    public init(_ name: String, _ value: String? = nil) {
        self.name = name
        self.value = value
    }

    var text: String { value.map { "\(name):\($0)" } ?? name }
}

extension [SDPAttribute] {
    /// Whether there is one of the name.
    func has(_ name: String) -> Bool { contains { $0.name == name } }

    /// The value of the first one of the name that has one.
    func first(_ name: String) -> String? {
        for attribute in self where attribute.name == name {
            if let value = attribute.value { return value }
        }
        return nil
    }

    /// The values of all of the name, in order.
    func all(_ name: String) -> [String] {
        compactMap { $0.name == name ? $0.value : nil }
    }
}
