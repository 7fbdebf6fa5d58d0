import Foundation
import PortholeCore

extension PageLogin {
    static let table = "page_logins"

    init(row: RowReader, grants: [Grant]) throws {
        self.init(
            id: try row.id("id"),
            tokenHash: try row.bytes("token_hash"),
            grants: grants,
            createdAt: try row.date("created_at"),
            expiresAt: try row.date("expires_at")
        )
    }

    var columns: Columns {
        [
            "id": id.text,
            "token_hash": Data(tokenHash),
            "created_at": createdAt.microseconds,
            "expires_at": expiresAt.microseconds,
        ]
    }
}
