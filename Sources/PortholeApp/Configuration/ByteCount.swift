import Foundation

/// Sizes as people write them.
enum ByteCount {
    private static let units: [(name: String, bytes: Int)] = [
        ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10),
        ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1000), ("B", 1),
    ]

    /// Reads "500 MB", "16MB", "64 KiB" or plain bytes; nil unless the size is a whole number above zero.
    static func parse(_ text: String) -> Int? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = text.dropFirst(digits.count).trimmingCharacters(in: .whitespaces)
        guard let count = Int(digits), count > 0 else { return nil }
        guard !unit.isEmpty else { return count }
        guard let factor = units.first(where: { $0.name.lowercased() == unit.lowercased() }) else {
            return nil
        }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: factor.bytes)
        return overflow ? nil : bytes
    }

    /// The exact form with the smallest number.
    static func text(_ bytes: Int) -> String {
        let exact = units.filter { $0.bytes > 1 && bytes % $0.bytes == 0 }
        guard bytes > 0, let largest = exact.max(by: { $0.bytes < $1.bytes }) else { return String(bytes) }
        return "\(bytes / largest.bytes) \(largest.name)"
    }
}
