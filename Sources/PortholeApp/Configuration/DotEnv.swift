/// The usual dialect of `.env` files: comments, an `export` prefix, quotes.
///
/// Single quotes keep every byte; double quotes know `\n`, `\t`, `\"`, `\\` and `\$`; both may span lines.
/// Nothing is substituted: `$NAME` stays as it is.
enum DotEnv {
    struct Assignment: Equatable {
        let name: String
        let value: String
        /// Counted from 1.
        let line: Int
    }

    struct SyntaxError: Error, Equatable {
        let line: Int
        let reason: String
    }

    static func parse(_ text: String) throws(SyntaxError) -> [Assignment] {
        var scanner = Scanner(text)
        var assignments: [Assignment] = []
        while let assignment = try scanner.nextAssignment() { assignments.append(assignment) }
        return assignments
    }
}

extension DotEnv {
    private struct Scanner {
        private let characters: [Character]
        private var index = 0
        private var line = 1

        init(_ text: String) {
            let withoutMark = text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
            characters = Array(withoutMark.replacing("\r\n", with: "\n"))
        }

        private var current: Character? { index < characters.count ? characters[index] : nil }

        private mutating func advance() {
            if current == "\n" { line += 1 }
            index += 1
        }

        private mutating func take(while condition: (Character) -> Bool) -> String {
            let start = index
            while let character = current, condition(character) { advance() }
            return String(characters[start..<index])
        }

        private mutating func skipBlanks() { _ = take { $0 == " " || $0 == "\t" } }

        mutating func nextAssignment() throws(SyntaxError) -> Assignment? {
            while let character = current, character.isWhitespace || character == "#" {
                if character == "#" { _ = take { $0 != "\n" } } else { advance() }
            }
            guard current != nil else { return nil }
            let line = line
            var name = takeName()
            if name == "export", current == " " || current == "\t" {
                skipBlanks()
                name = takeName()
            }
            skipBlanks()
            guard !name.isEmpty, current == "=" else {
                throw SyntaxError(line: line, reason: "expected NAME=value")
            }
            advance()
            skipBlanks()
            return Assignment(name: name, value: try takeValue(), line: line)
        }

        private mutating func takeName() -> String {
            take { $0 == "_" || ($0.isASCII && ($0.isLetter || $0.isNumber)) }
        }

        private mutating func takeValue() throws(SyntaxError) -> String {
            guard let quote = current, quote == "\"" || quote == "'" else { return takeBareValue() }
            let line = line
            advance()
            var value = ""
            while let character = current, character != quote {
                advance()
                if character == "\\", quote == "\"", let escaped = current, let meant = escapes[escaped] {
                    value.append(meant)
                    advance()
                } else {
                    value.append(character)
                }
            }
            guard current == quote else { throw SyntaxError(line: line, reason: "the quote is never closed") }
            advance()
            skipBlanks()
            if current == "#" { _ = take { $0 != "\n" } }
            guard current == nil || current == "\n" else {
                throw SyntaxError(line: self.line, reason: "there is something after the closing quote")
            }
            return value
        }

        /// A value without quotes ends at the end of the line, or at a `#` that follows a blank.
        private mutating func takeBareValue() -> String {
            var value = ""
            while let character = current, character != "\n" {
                if character == "#", value.isEmpty || value.last?.isWhitespace == true {
                    _ = take { $0 != "\n" }
                    break
                }
                value.append(character)
                advance()
            }
            while value.last?.isWhitespace == true { value.removeLast() }
            return value
        }

        private var escapes: [Character: Character] {
            ["n": "\n", "t": "\t", "\"": "\"", "\\": "\\", "$": "$"]
        }
    }
}
