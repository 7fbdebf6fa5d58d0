import Foundation
import PortholeCore

/// The claim `guardians`: the first 20 entries, those left out that name no address.
struct GuardianClaims: Decodable {
    static let maximumGuardians = 20

    let guardians: [GuardianDraft]

    init(from decoder: any Decoder) throws {
        var entries = try decoder.unkeyedContainer()
        var guardians: [GuardianDraft] = []
        for _ in 0..<Self.maximumGuardians where !entries.isAtEnd {
            if let guardian = try entries.decode(Entry.self).guardian { guardians.append(guardian) }
        }
        self.guardians = guardians
    }

    private struct Entry: Decodable {
        let guardian: GuardianDraft?

        private enum CodingKeys: String, CodingKey {
            case email
            case name
            case id
        }

        init(from decoder: any Decoder) {
            guard
                let members = try? decoder.container(keyedBy: CodingKeys.self),
                let email = members.lenient(String.self, .email).flatMap(emailAddress)
            else {
                guardian = nil
                return
            }
            guardian = GuardianDraft(
                email: email,
                name: members.lenient(String.self, .name).flatMap(displayName),
                userID: members.lenient(TextOrInteger.self, .id).flatMap { UserID($0.text) }
            )
        }
    }
}

/// An e-mail address in lower case, or `nil` when it is none.
func emailAddress(_ text: String) -> String? {
    EmailAddress.isPlausible(text) ? text.lowercased() : nil
}
