import Foundation
import PortholeCore

/// The claim `guardians`: the first 20 entries, those left out that name no address.
struct GuardianClaims: Decodable {
    static let maximumGuardians = 20

    let guardians: [User.ClaimedGuardian]

    init(from decoder: any Decoder) throws {
        var entries = try decoder.unkeyedContainer()
        var guardians: [User.ClaimedGuardian] = []
        for _ in 0..<Self.maximumGuardians where !entries.isAtEnd {
            if let guardian = try entries.decode(Entry.self).guardian { guardians.append(guardian) }
        }
        self.guardians = guardians
    }

    private struct Entry: Decodable {
        let guardian: User.ClaimedGuardian?

        private enum CodingKeys: String, CodingKey {
            case email
            case name
            case id
        }

        init(from decoder: any Decoder) {
            guard
                let members = try? decoder.container(keyedBy: CodingKeys.self),
                let email = members.lenient(String.self, .email).flatMap(EmailAddress.normalized)
            else {
                guardian = nil
                return
            }
            guardian = User.ClaimedGuardian(
                email: email,
                name: members.lenient(String.self, .name).flatMap(displayName),
                userID: members.lenient(TextOrInteger.self, .id).flatMap { UserID($0.text) }
            )
        }
    }
}

/// Addresses that a mail can be sent to as they are, without quoting or encoding.
enum EmailAddress {
    /// The address in lower case, or `nil` when it is none.
    ///
    /// Narrower than RFC 5321: no quoted local parts, no address literals, nothing that means something in a mail
    /// header.
    static func normalized(_ text: String) -> String? {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard
            text.utf8.count <= 254, parts.count == 2,
            (1...64).contains(parts[0].utf8.count), parts[0].utf8.allSatisfy(isLocalCharacter),
            parts[1].split(separator: ".", omittingEmptySubsequences: false).allSatisfy(isLabel)
        else { return nil }
        return text.lowercased()
    }

    private static func isLocalCharacter(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || "!#$%&'*+-/=?^_`{|}~.".utf8.contains(byte)
    }

    private static func isLabel(_ label: Substring) -> Bool {
        (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
            && label.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: false
        }
    }
}
