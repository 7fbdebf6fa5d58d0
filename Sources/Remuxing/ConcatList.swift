import Foundation
import PortholeCore

/// The concat demuxer's list, in a file beside the output.
struct ConcatList {
    let path: String

    init(of inputs: [String], beside output: String) throws {
        path = output + ".list"
        let text = "ffconcat version 1.0\n" + inputs.map { "file \(Self.quoted("file:" + $0))\n" }.joined()
        do {
            try text.write(toFile: path, atomically: false, encoding: .utf8)
        } catch {
            throw RemuxError.failed(reason: "the list of files to join could not be written")
        }
    }

    func remove() {
        unlink(path)
    }

    /// Between single quotes everything is itself, but the quote.
    static func quoted(_ text: String) -> String {
        "'" + text.replacingOccurrences(of: "'", with: #"'\''"#) + "'"
    }
}
