import Foundation
import HTTPTypes
import Hummingbird

extension Request {
    /// Whether the client has what this tag names (`If-None-Match`, RFC 9110 §13.1.2).
    ///
    /// Compared weakly: proxies that compress make tags weak.
    func knows(_ tag: String) -> Bool {
        let fields = headers[values: .ifNoneMatch]
        let known = fields.flatMap { $0.split(separator: ",") }
            .map { $0.trimmingCharacters(in: .whitespaces) }
        return known.contains { ["*", tag, "W/" + tag].contains($0) }
    }
}
