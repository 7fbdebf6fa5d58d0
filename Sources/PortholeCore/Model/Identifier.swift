public import Foundation

/// The id of one `Entity`: a UUID, written in lower case as the API does.
public struct Identifier<Entity>: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The UUID's text in lower case, 36 characters.
    public let text: String

    /// Makes an id from a UUID.
    public init(_ uuid: UUID = UUID()) {
        text = uuid.uuidString.lowercased()
    }

    /// Reads an id from its text, in either case.
    ///
    /// - Returns: `nil` when the text is no UUID, which the API answers like an unknown id (404).
    public init?(_ text: some StringProtocol) {
        guard Self.hasForm(text.utf8), let uuid = UUID(uuidString: String(text)) else { return nil }
        self.init(uuid)
    }

    /// Whether it is RFC 9562 §4's form: Foundation is laxer, on Linux it skips blanks.
    private static func hasForm(_ text: some Collection<UInt8>) -> Bool {
        text.count == 36
            && zip(0..., text)
                .allSatisfy { index, byte in
                    switch byte {
                    case UInt8(ascii: "-"): [8, 13, 18, 23].contains(index)
                    case UInt8(ascii: "0")...UInt8(ascii: "9"): true
                    case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"): true
                    default: false
                    }
                }
    }

    /// The text itself.
    public var description: String { text }

    /// The 16 bytes of the UUID.
    public var bytes: [UInt8] {
        guard let uuid = UUID(uuidString: text)?.uuid else { preconditionFailure("an id holds a UUID") }
        return withUnsafeBytes(of: uuid) { Array($0) }
    }

    /// Orders by text.
    public static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}

extension Identifier: Codable {
    /// Reads an id, and refuses what is no UUID.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let id = Self(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a UUID")
        }
        self = id
    }

    /// Writes the text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

/// Names a session.
public typealias SessionID = Identifier<Session>
/// Names a visit of a viewer.
public typealias ViewerID = Identifier<Viewer>
/// Names a recording.
public typealias RecordingID = Identifier<Recording>
/// Names a run of a recorder.
public typealias RecordingRunID = Identifier<RecordingRun>
/// Names a guardian of one child.
public typealias GuardianID = Identifier<Guardian>
/// Names a watch link.
public typealias WatchLinkID = Identifier<WatchLink>
/// Names a page's login.
public typealias PageLoginID = Identifier<PageLogin>
/// Names a mail that is owed.
public typealias OutboxMessageID = Identifier<OutboxMessage>
/// Names a line of the access log.
public typealias AccessLogEntryID = Identifier<AccessLogEntry>
/// Names a tombstone.
public typealias TombstoneID = Identifier<Tombstone>

/// Who a user token speaks for: its subject, an opaque text of the studio's own making.
///
/// A child is named by the user id of the sessions that it hosts.
public struct UserID: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
    /// The subject, 1 to 255 bytes.
    public let text: String

    /// Reads a subject.
    ///
    /// Only texts in Unicode's composed form (NFC) are ids: Swift takes two spellings of one text for equal, a
    /// database does not, and nobody may pass for somebody else by spelling a name differently.
    ///
    /// - Returns: `nil` also when the text is empty, longer than 255 bytes or holds control characters.
    public init?(_ text: some StringProtocol) {
        guard (1...255).contains(text.utf8.count),
            !text.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 }),
            text.precomposedStringWithCanonicalMapping.utf8.elementsEqual(text.utf8)
        else { return nil }
        self.text = String(text)
    }

    /// Reads an id, and refuses what is none.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let id = Self(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a user id")
        }
        self = id
    }

    /// Writes the text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    /// The text itself.
    public var description: String { text }

    /// Orders by text.
    public static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}
