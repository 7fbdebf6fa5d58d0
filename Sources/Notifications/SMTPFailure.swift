import CCurl
import PortholeCore

/// Why libcurl did not deliver: its own code, the server's last reply, and libcurl's words, which may hold addresses.
struct SMTPFailure: Error {
    let code: CURLcode
    let reply: Int
    let text: String

    /// Whether it is about this mail's recipient, so that it says nothing about the server.
    var concernsRecipient: Bool { text.hasPrefix("RCPT failed") }

    /// For the outbox.
    ///
    /// Only a 5xx for the recipient or the message is final. A refused login or sender is the operator's to mend, and
    /// mails wait for that as long as they make sense.
    var mailError: MailError {
        let isOperatorsMistake =
            code == CURLE_LOGIN_DENIED || text.hasPrefix("MAIL failed")
            || [530, 534, 535, 538].contains(reply)
        return (500...599).contains(reply) && !isOperatorsMistake ? .permanent(reason) : .temporary(reason)
    }

    /// Without addresses, names or secrets.
    private var reason: String {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST: "the mail server's name is not known"
        case CURLE_COULDNT_CONNECT: "no connection to the mail server"
        case CURLE_OPERATION_TIMEDOUT: "the mail server did not answer in time"
        case CURLE_USE_SSL_FAILED: "the mail server offers no TLS"
        case CURLE_PEER_FAILED_VERIFICATION: "the mail server's certificate is not trusted"
        case CURLE_SSL_CACERT_BADFILE: "the file of trusted certificates cannot be read"
        case CURLE_LOGIN_DENIED: "the mail server refused the user name or password"
        default:
            if (400...599).contains(reply) {
                "the mail server answered \(reply)"
            } else {
                "mail transfer failed: \(String(cString: curl_easy_strerror(code)))"
            }
        }
    }
}
