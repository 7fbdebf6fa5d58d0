@testable import WebRTC

// What takes a span cannot stand inside an expectation.
extension STUNMessage {
    init(_ bytes: [UInt8]) throws { try self.init(parsing: bytes.span) }

    static func localUfrag(of bytes: [UInt8]) -> String? { localUfrag(of: bytes.span) }

    func isAuthentic(in bytes: [UInt8], key: HMACSHA1) -> Bool { isAuthentic(in: bytes.span, key: key) }
}
