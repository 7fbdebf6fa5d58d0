import Foundation
import GRDB
import PortholeCore

struct SQLitePageLoginRepository: PageLoginRepository {
    private let table: SQLTable
    private let grantTable: SQLTable
    private let links: SQLiteWatchLinkRepository

    init(_ db: GRDB.Database) {
        table = SQLTable(PageLogin.table, in: db)
        grantTable = SQLTable(Grant.table, in: db)
        links = SQLiteWatchLinkRepository(db)
    }

    func insert(_ login: PageLogin) throws {
        try table.insert(login.columns)
        try insertGrants(of: login)
    }

    func update(_ login: PageLogin) throws {
        let isThere = try table.row("WHERE id = ?", [login.id.text]) { _ in true } ?? false
        guard isThere else { return }
        try table.update(
            set: "expires_at = ?",
            where: "id = ?",
            [login.expiresAt.microseconds, login.id.text]
        )
        try grantTable.delete(where: "login_id = ?", [login.id.text])
        try insertGrants(of: login)
    }

    /// A link that was deleted meanwhile is no grant any more.
    private func insertGrants(of login: PageLogin) throws {
        for (position, grant) in login.grants.enumerated() {
            if case .link(let link) = grant, try links.find(link.id) == nil { continue }
            try grantTable.insert(grant.columns(of: login.id, position: position))
        }
    }

    func find(tokenHash: [UInt8]) throws -> PageLogin? {
        try table.row("WHERE token_hash = ?", [Data(tokenHash)]) { row in
            try PageLogin(row: row, grants: grants(of: row.id("id")))
        }
    }

    private func grants(of login: PageLoginID) throws -> [Grant] {
        try grantTable.rows("WHERE login_id = ? ORDER BY position", [login.text]) { row -> Grant? in
            guard let linkID: WatchLinkID = try row.optionalID("link_id") else {
                return .user(try User(grant: row))
            }
            return try links.find(linkID).map(Grant.link)
        }
        .compactMap(\.self)
    }

    func delete(_ id: PageLoginID) throws {
        try table.delete(where: "id = ?", [id.text])
    }

    func deleteExpired(before now: Date) throws {
        try table.delete(where: "expires_at < ?", [now.microseconds])
    }
}
