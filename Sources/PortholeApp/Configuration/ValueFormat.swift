import Foundation

/// How the text of a setting becomes a value, and back.
struct ValueFormat<Value: Sendable>: Sendable {
    /// What a good value looks like; completes the sentence "NAME must be …".
    let shape: String
    /// Returns nil for a text that is not of this shape.
    let parse: @Sendable (String) -> Value?
    let text: @Sendable (Value) -> String
}

extension ValueFormat {
    /// The same format for a setting that may be absent.
    static func optional<Wrapped>(_ format: ValueFormat<Wrapped>) -> ValueFormat<Wrapped?>
    where Value == Wrapped? {
        ValueFormat<Wrapped?>(
            shape: format.shape,
            parse: { text in format.parse(text).map(Optional.some) },
            text: { value in value.map(format.text) ?? "" }
        )
    }
}

extension ValueFormat<String> {
    static let string = ValueFormat(shape: "text", parse: { $0 }, text: { $0 })

    static let path = ValueFormat(
        shape: "a path",
        parse: { $0.contains("\0") ? nil : $0 },
        text: { $0 }
    )

    /// A host name or an address to listen on.
    static let host = ValueFormat(
        shape: "a host name or an IP address, without a port",
        parse: { text in
            let isAddress = IPNetwork.isAddress(text)
            let isName = text.utf8.allSatisfy {
                $0 == 45 || $0 == 46 || Character(Unicode.Scalar($0)).isASCIIAlphanumeric
            }
            return isAddress || isName ? text : nil
        },
        text: { $0 }
    )
}

extension ValueFormat<Bool> {
    static let boolean = ValueFormat(
        shape: "true or false",
        parse: { text in
            switch text.lowercased() {
            case "true", "1", "yes": true
            case "false", "0", "no": false
            default: nil
            }
        },
        text: { $0 ? "true" : "false" }
    )
}

extension ValueFormat<Int> {
    static func integer(_ range: ClosedRange<Int>) -> ValueFormat {
        ValueFormat(
            shape: range.upperBound == .max
                ? "a whole number, \(range.lowerBound) or more"
                : "a whole number from \(range.lowerBound) to \(range.upperBound)",
            parse: { text in Int(text).flatMap { range.contains($0) ? $0 : nil } },
            text: { String($0) }
        )
    }

    /// A size in bytes; MB counts in thousands, MiB in 1024s.
    static let byteCount = ValueFormat(
        shape: "a size above zero such as 500 MB, 64 KiB or 1048576",
        parse: { ByteCount.parse($0) },
        text: { ByteCount.text($0) }
    )
}

extension ValueFormat<Duration> {
    static func seconds(_ range: ClosedRange<Int>) -> ValueFormat {
        let format = ValueFormat<Int>.integer(range)
        return ValueFormat(
            shape: format.shape,
            parse: { text in format.parse(text).map { .seconds($0) } },
            text: { String($0.components.seconds) }
        )
    }
}

extension ValueFormat where Value: CaseIterable & RawRepresentable<String> {
    /// One of the names of an enumeration; the note explains names that are missing.
    static func choice(note: String = "") -> ValueFormat {
        let names = Value.allCases.map(\.rawValue)
        return ValueFormat(
            shape: names.joined(separator: " or ") + (note.isEmpty ? "" : " (\(note))"),
            parse: { Value(rawValue: $0.lowercased()) },
            text: { $0.rawValue }
        )
    }
}

extension ValueFormat {
    /// Comma separated elements.
    static func list<Element>(of format: ValueFormat<Element>, shape: String) -> ValueFormat<[Element]>
    where Value == [Element] {
        ValueFormat<[Element]>(
            shape: shape,
            parse: { text in
                let parts = text.split(separator: ",", omittingEmptySubsequences: true)
                let elements = parts.map { format.parse($0.trimmingCharacters(in: .whitespaces)) }
                return elements.contains { $0 == nil } ? nil : elements.compactMap(\.self)
            },
            text: { $0.map(format.text).joined(separator: ",") }
        )
    }
}

extension Character {
    fileprivate var isASCIIAlphanumeric: Bool { isASCII && (isLetter || isNumber) }
}
