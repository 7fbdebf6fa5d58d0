import Foundation
import GRDB
import PortholeCore

/// One row while a model is made of it.
///
/// Tables are STRICT, so columns hold their types; what the schema cannot say (ids, words, JSON) is checked
/// here and fails as ``PersistenceError/corrupt(table:column:)``.
struct RowReader {
    let table: String
    let row: Row

    func value<Value: DatabaseValueConvertible & StatementColumnConvertible>(_ column: String) throws -> Value
    {
        try checked(column) { try row.decode(Value.self, forColumn: column) }
    }

    func optional<Value: DatabaseValueConvertible & StatementColumnConvertible>(
        _ column: String
    ) throws -> Value? {
        try checked(column) { try row.decode(Value?.self, forColumn: column) }
    }

    func id<Entity>(_ column: String) throws -> Identifier<Entity> {
        try parsed(column) { Identifier($0) }
    }

    func optionalID<Entity>(_ column: String) throws -> Identifier<Entity>? {
        try isNull(column) ? nil : id(column)
    }

    func userID(_ column: String) throws -> UserID {
        try parsed(column) { UserID($0) }
    }

    func optionalUserID(_ column: String) throws -> UserID? {
        try isNull(column) ? nil : userID(column)
    }

    func date(_ column: String) throws -> Date {
        Date(microseconds: try value(column))
    }

    func optionalDate(_ column: String) throws -> Date? {
        try isNull(column) ? nil : date(column)
    }

    func objectKey(_ column: String) throws -> ObjectKey {
        try parsed(column) { ObjectKey($0) }
    }

    func optionalObjectKey(_ column: String) throws -> ObjectKey? {
        try isNull(column) ? nil : objectKey(column)
    }

    func word<Word: RawRepresentable>(_ column: String) throws -> Word where Word.RawValue == String {
        try parsed(column) { Word(rawValue: $0) }
    }

    func optionalWord<Word: RawRepresentable>(_ column: String) throws -> Word?
    where Word.RawValue == String {
        try isNull(column) ? nil : word(column)
    }

    func bytes(_ column: String) throws -> [UInt8] {
        [UInt8](try value(column) as Data)
    }

    func json<Value: Decodable>(_ column: String) throws -> Value {
        let text: String = try value(column)
        return try checked(column) { try JSONDecoder().decode(Value.self, from: Data(text.utf8)) }
    }

    func optionalJSON<Value: Decodable>(_ column: String) throws -> Value? {
        try isNull(column) ? nil : json(column)
    }

    private func isNull(_ column: String) -> Bool {
        row.hasNull(column)
    }

    private func parsed<Value>(_ column: String, _ parse: (String) -> Value?) throws -> Value {
        guard let value = parse(try value(column)) else { throw corrupt(column) }
        return value
    }

    private func checked<Value>(_ column: String, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch {
            throw corrupt(column)
        }
    }

    private func corrupt(_ column: String) -> PersistenceError {
        .corrupt(table: table, column: column)
    }
}

extension Row {
    fileprivate func hasNull(_ column: String) -> Bool {
        (self[column] as DatabaseValue?)?.isNull ?? true
    }
}
