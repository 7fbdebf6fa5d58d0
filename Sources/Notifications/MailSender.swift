/// Who mails come from: `FROM_EMAIL`.
public struct MailSender: Equatable, Sendable {
    /// The name shown beside the address.
    public let name: String?
    /// The address itself.
    public let address: String

    /// Takes what the configuration has checked.
    public init(name: String? = nil, address: String) {
        self.name = name
        self.address = address
    }

    /// What follows the `@`, as the right side of Message-IDs and the name that EHLO gives.
    var domain: String {
        let domain = address.split(separator: "@").last.map(String.init) ?? ""
        let isPlain = domain.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"): true
            default: false
            }
        }
        return isPlain && !domain.isEmpty ? domain : "localhost"
    }
}
