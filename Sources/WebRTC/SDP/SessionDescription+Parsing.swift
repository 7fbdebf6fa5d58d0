extension SessionDescription {
    /// Reads a text.
    ///
    /// Takes time in proportion to the length of the text, which is bounded.
    ///
    /// - Throws: ``SDPError/tooLong(bytes:)``, ``SDPError/tooManyLines``, ``SDPError/tooManySections`` beyond the
    ///   bounds; ``SDPError/notADescription`` if it does not begin with `v=0` and `o=`;
    ///   ``SDPError/malformedLine(number:)``.
    public init(parsing text: String) throws(SDPError) {
        var lines = try SDPLines(text)
        guard let version = try lines.next(), version.type == UInt8(ascii: "v"), version.value == "0",
            let line = try lines.next(), line.type == UInt8(ascii: "o")
        else { throw .notADescription }
        guard let origin = Origin(line: line.value) else { throw .malformedLine(number: line.number) }
        self.init(origin: origin)
        while let line = try lines.next() {
            guard add(line) else { throw .malformedLine(number: line.number) }
            guard media.count <= Self.maximumSections else { throw .tooManySections }
        }
    }

    private mutating func add(_ line: SDPLines.Line) -> Bool {
        switch line.type {
        case UInt8(ascii: "m"):
            guard let section = MediaDescription(line: line.value) else { return false }
            media.append(section)
        case UInt8(ascii: "a"):
            guard let attribute = SDPAttribute(line: line.value) else { return false }
            if media.isEmpty {
                attributes.append(attribute)
            } else {
                media[media.count - 1].attributes.append(attribute)
            }
        case UInt8(ascii: "c"):
            if !media.isEmpty { media[media.count - 1].connection = line.value }
        case UInt8(ascii: "s"):
            name = line.value
        case UInt8(ascii: "v"), UInt8(ascii: "o"):
            return false
        default:
            break
        }
        return true
    }
}

extension SDPAttribute {
    /// Reads what stands behind `a=`; `nil` if it has no name.
    init?(line: String) {
        let (name, value) = line.cut(at: ":")
        guard name.isToken() else { return nil }
        self.init(name, value)
    }
}

/// The lines of a text: a letter, an equals sign, a value without control characters.
struct SDPLines {
    struct Line {
        let number: Int
        let type: UInt8
        let value: String
    }

    private let bytes: [UInt8]
    private var position = 0
    private var number = 0

    init(_ text: String) throws(SDPError) {
        let count = text.utf8.count
        guard count <= SessionDescription.maximumBytes else { throw .tooLong(bytes: count) }
        bytes = Array(text.utf8)
    }

    /// The next line that is not empty; `nil` at the end.
    mutating func next() throws(SDPError) -> Line? {
        while position < bytes.count {
            let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            var line = bytes[position..<end]
            position = end + 1
            number += 1
            guard number <= SessionDescription.maximumLines else { throw .tooManyLines }
            if line.last == UInt8(ascii: "\r") { line.removeLast() }
            guard let type = line.first else { continue }
            guard line.count >= 2, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(type),
                line[line.startIndex + 1] == UInt8(ascii: "="),
                line.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 })
            else { throw .malformedLine(number: number) }
            return Line(number: number, type: type, value: String(decoding: line.dropFirst(2), as: UTF8.self))
        }
        return nil
    }
}
