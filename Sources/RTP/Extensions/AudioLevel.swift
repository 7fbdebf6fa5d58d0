/// How loud the sound in a packet is.
///
/// ```
/// |V|   level     |
/// ```
///
/// RFC 6464 §3.
public struct AudioLevel: Hashable, Sendable {
    /// Whether the sender believes that somebody speaks.
    public var hasVoice: Bool
    /// Decibels below the loudest possible, 0 to 127; 127 is silence.
    public var decibelsBelowFull: UInt8

    /// A level of these values.
    public init(hasVoice: Bool, decibelsBelowFull: UInt8) {
        self.hasVoice = hasVoice
        self.decibelsBelowFull = decibelsBelowFull & 0x7F
    }

    /// Reads the value of the extension; `nil` if it is empty.
    public init?(parsing value: Span<UInt8>) {
        guard let byte = value.byte(at: 0) else { return nil }
        self.init(hasVoice: byte & 0x80 != 0, decibelsBelowFull: byte)
    }

    /// The byte on the wire.
    public var rawValue: UInt8 { (hasVoice ? 0x80 : 0) | decibelsBelowFull & 0x7F }
}
