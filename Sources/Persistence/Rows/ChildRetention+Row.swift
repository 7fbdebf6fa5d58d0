import PortholeCore

extension ChildRetention {
    static let table = "child_retentions"

    init(row: RowReader) throws {
        self.init(childID: try row.userID("child_id"), days: try row.value("days"))
    }

    var columns: Columns { ["child_id": childID.text, "days": days] }
}
