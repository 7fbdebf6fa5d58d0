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
        guard text.utf8.count == 36, let uuid = UUID(uuidString: String(text)) else { return nil }
        self.init(uuid)
    }

    public var description: String { text }

    /// The 16 bytes of the UUID.
    public var bytes: [UInt8] {
        guard let uuid = UUID(uuidString: text)?.uuid else { preconditionFailure("an id holds a UUID") }
        return withUnsafeBytes(of: uuid) { Array($0) }
    }

    public static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}

extension Identifier: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let id = Self(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a UUID")
        }
        self = id
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

public typealias SessionID = Identifier<Session>
public typealias ViewerID = Identifier<Viewer>
public typealias RecordingID = Identifier<Recording>
public typealias RecordingRunID = Identifier<RecordingRun>
public typealias GuardianID = Identifier<Guardian>
public typealias WatchLinkID = Identifier<WatchLink>
public typealias PageLoginID = Identifier<PageLogin>
public typealias OutboxMessageID = Identifier<OutboxMessage>
public typealias AccessLogEntryID = Identifier<AccessLogEntry>

/// Who a user token speaks for: its subject, an opaque text of the studio's own making.
///
/// A child is named by the user id of the sessions that it hosts.
public struct UserID: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
    /// The subject, 1 to 255 bytes.
    public let text: String

    /// - Returns: `nil` when the text is empty, longer than 255 bytes or holds control characters.
    public init?(_ text: some StringProtocol) {
        guard (1...255).contains(text.utf8.count),
            !text.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 })
        else { return nil }
        self.text = String(text)
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let id = Self(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a user id")
        }
        self = id
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    public var description: String { text }
    public static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}
