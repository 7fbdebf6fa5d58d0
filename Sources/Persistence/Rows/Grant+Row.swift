import PortholeCore

extension Grant {
    static let table = "page_grants"

    /// What a login keeps of a grant: of a link its id alone, of a user what its token said.
    ///
    /// The guardians that a token claims are kept elsewhere and do not matter here.
    func columns(of login: PageLoginID, position: Int) -> Columns {
        switch self {
        case .link(let link):
            ["login_id": login.text, "position": position, "link_id": link.id.text]
        case .user(let user):
            [
                "login_id": login.text,
                "position": position,
                "user_id": user.id.text,
                "user_role": user.role.rawValue,
                "user_email": user.email,
                "user_name": user.name,
                "user_expires_at": user.expiresAt.microseconds,
            ]
        }
    }
}

extension User {
    /// Reads the user of a grant.
    init(grant row: RowReader) throws {
        self.init(
            id: try row.userID("user_id"),
            role: try row.word("user_role"),
            email: try row.optional("user_email"),
            name: try row.optional("user_name"),
            expiresAt: try row.date("user_expires_at")
        )
    }
}
