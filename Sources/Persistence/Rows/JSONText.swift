import Foundation
import PortholeCore

/// JSON as a column keeps it: the same value gives the same text.
enum JSONText {
    static func encode(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// The argument of `json_each(?)`, which stands for a list of any length.
    static func list(_ ids: some Sequence<String>) throws -> String {
        try encode(ids.sorted())
    }

    static func list<Entity>(_ ids: some Sequence<Identifier<Entity>>) throws -> String {
        try list(ids.map(\.text))
    }
}
