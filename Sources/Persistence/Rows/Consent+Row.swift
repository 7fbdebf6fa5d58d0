import PortholeCore

extension Consent {
    static let table = "consents"

    init(row: RowReader) throws {
        self.init(
            childID: try row.userID("child_id"),
            live: try row.value("live"),
            record: try row.value("record"),
            notify: try row.value("notify"),
            method: try row.value("method"),
            policyVersion: try row.optional("policy_version"),
            grantedBy: try row.value("granted_by"),
            grantedAt: try row.date("granted_at")
        )
        updatedAt = try row.date("updated_at")
    }

    var columns: Columns {
        [
            "child_id": childID.text,
            "live": live,
            "record": record,
            "notify": notify,
            "method": method,
            "policy_version": policyVersion,
            "granted_by": grantedBy,
            "granted_at": grantedAt.microseconds,
            "updated_at": updatedAt.microseconds,
        ]
    }
}
