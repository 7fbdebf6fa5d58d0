/// A status code of a Close frame.
///
/// RFC 6455 §7.4.
struct WebSocketCloseCode: RawRepresentable, Hashable, Sendable {
    let rawValue: UInt16

    static let normalClosure = Self(rawValue: 1000)
    static let goingAway = Self(rawValue: 1001)
    static let protocolError = Self(rawValue: 1002)
    static let invalidPayload = Self(rawValue: 1007)
    static let policyViolation = Self(rawValue: 1008)
    static let messageTooBig = Self(rawValue: 1009)
    static let internalError = Self(rawValue: 1011)
    static let tryAgainLater = Self(rawValue: 1013)

    /// Whether an endpoint may send this code; 1004 to 1006 and 1015 only describe, they never travel.
    ///
    /// RFC 6455 §7.4.1 and §7.4.2.
    var isSendable: Bool {
        switch rawValue {
        case 1004, 1005, 1006: false
        case 1000...1014, 3000...4999: true
        default: false
        }
    }
}
