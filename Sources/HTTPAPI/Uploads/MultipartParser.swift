import Foundation

/// Splits a `multipart/form-data` body (RFC 7578, RFC 2046 §5.1.1) into parts as its bytes come in.
///
/// A machine without I/O: bytes go in by ``feed(_:)``, events come out. It never holds more than one delimiter's
/// length of a part's content, and at most ``maximumHeaderSize`` of a part's header.
struct MultipartParser {
    /// What the bytes amount to.
    enum Event: Equatable {
        /// A part begins.
        case part(name: String, filename: String?, contentType: String?)
        /// More of its content.
        case content([UInt8])
        case partEnd
        /// The closing delimiter; whatever follows is ignored.
        case end
    }

    /// Why a body is refused.
    enum Failure: Error, Equatable {
        /// No delimiter where one must be.
        case malformed
        /// A part's header is too large, or has no name.
        case badHeader
        case tooManyParts
    }

    /// Bytes of one part's header lines.
    static let maximumHeaderSize = 8 * 1024
    /// Parts of one body.
    static let maximumParts = 32

    private enum State {
        /// Before the first delimiter.
        case preamble
        /// Right behind a delimiter: `--` ends the body, a line break begins a part.
        case delimiter
        case header
        case content
        case epilogue
    }

    private let delimiter: [UInt8]
    private var state = State.preamble
    private var buffer: [UInt8]
    private var parts = 0

    /// - Parameter boundary: From the content type, without quotes.
    init?(boundary: String) {
        guard (1...70).contains(boundary.utf8.count) else { return nil }
        delimiter = Array("\r\n--\(boundary)".utf8)
        // The first delimiter has no line break of its own before it.
        buffer = [13, 10]
    }

    /// The boundary in a content type such as `multipart/form-data; boundary="x"`.
    static func boundary(in contentType: String) -> String? {
        let value = HeaderValue(contentType)
        return value.word == "multipart/form-data" ? value.parameters["boundary"] : nil
    }

    /// Whether the closing delimiter was seen.
    var isComplete: Bool { state == .epilogue }

    /// Takes the next bytes of the body.
    mutating func feed(_ bytes: some Sequence<UInt8>) throws(Failure) -> [Event] {
        guard state != .epilogue else { return [] }
        buffer.append(contentsOf: bytes)
        var events: [Event] = []
        while try step(&events) {}
        return events
    }

    /// - Returns: Whether there may be more to do with what is in the buffer.
    private mutating func step(_ events: inout [Event]) throws(Failure) -> Bool {
        switch state {
        case .preamble:
            guard let range = buffer.firstRange(ofBytes: delimiter) else {
                guard buffer.count - delimiter.count < Self.maximumHeaderSize else { throw .malformed }
                return false
            }
            guard range.lowerBound <= Self.maximumHeaderSize else { throw .malformed }
            buffer.removeSubrange(..<range.upperBound)
            state = .delimiter
            return true
        case .delimiter:
            guard buffer.count >= 2 else { return false }
            if buffer.starts(with: [45, 45]) {
                state = .epilogue
                buffer = []
                events.append(.end)
                return false
            }
            guard buffer.starts(with: [13, 10]) else { throw .malformed }
            state = .header
            return true
        case .header: return try readHeader(&events)
        case .content: return readContent(&events)
        case .epilogue: return false
        }
    }

    /// The header's first line break stays in the buffer, so that an empty header ends like any other.
    private mutating func readHeader(_ events: inout [Event]) throws(Failure) -> Bool {
        guard let end = buffer.firstRange(ofBytes: [13, 10, 13, 10]) else {
            guard buffer.count - 4 < Self.maximumHeaderSize else { throw .badHeader }
            return false
        }
        parts += 1
        guard end.lowerBound <= Self.maximumHeaderSize else { throw .badHeader }
        guard parts <= Self.maximumParts else { throw .tooManyParts }
        let header = String(decoding: buffer[..<end.lowerBound], as: UTF8.self)
        buffer.removeSubrange(..<end.upperBound)
        events.append(try Self.part(header))
        state = .content
        return true
    }

    private mutating func readContent(_ events: inout [Event]) -> Bool {
        if let range = buffer.firstRange(ofBytes: delimiter) {
            if range.lowerBound > 0 { events.append(.content(Array(buffer[..<range.lowerBound]))) }
            events.append(.partEnd)
            buffer.removeSubrange(..<range.upperBound)
            state = .delimiter
            return true
        }
        let safe = buffer.count - (delimiter.count - 1)
        if safe > 0 {
            events.append(.content(Array(buffer[..<safe])))
            buffer.removeSubrange(..<safe)
        }
        return false
    }

    private static func part(_ header: String) throws(Failure) -> Event {
        var disposition: HeaderValue?
        var contentType: String?
        for line in header.split(separator: "\r\n") {
            let pair = line.split(separator: ":", maxSplits: 1)
            guard pair.count == 2 else { throw .badHeader }
            switch pair[0].lowercased() {
            case "content-disposition": disposition = HeaderValue(pair[1])
            case "content-type": contentType = pair[1].trimmingCharacters(in: .whitespaces)
            default: break
            }
        }
        guard let disposition, disposition.word == "form-data",
            let name = disposition.parameters["name"], name.utf8.count <= 128
        else { throw .badHeader }
        return .part(name: name, filename: disposition.parameters["filename"], contentType: contentType)
    }
}

extension [UInt8] {
    /// Where `pattern`, which is not empty, is first.
    fileprivate func firstRange(ofBytes pattern: [UInt8]) -> Range<Int>? {
        withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return nil }
            var start = 0
            while bytes.count - start >= pattern.count {
                let candidates = bytes.count - start - pattern.count + 1
                guard let found = memchr(base + start, Int32(pattern[0]), candidates) else { return nil }
                let offset = base.distance(to: UnsafeRawPointer(found))
                if memcmp(found, pattern, pattern.count) == 0 { return offset..<offset + pattern.count }
                start = offset + 1
            }
            return nil
        }
    }
}
