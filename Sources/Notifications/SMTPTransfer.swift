import CCurl
import Foundation
import PortholeCore
import Synchronization

/// One conversation with a mail server by libcurl, which blocks its thread until it is over.
struct SMTPTransfer: Sendable {
    /// What is said after the greeting.
    enum Purpose: Sendable {
        case mail(from: String, to: String, message: [UInt8])
        /// NOOP: nothing, but past TLS and AUTH.
        case check
    }

    /// Set from another thread to give up.
    final class Cancellation: Sendable {
        private let flag = Atomic(false)
        var isSet: Bool { flag.load(ordering: .relaxed) }
        func set() { flag.store(true, ordering: .relaxed) }
    }

    let endpoint: SMTPEndpoint
    let clientName: String
    let caFile: String?

    /// - Throws: ``SMTPFailure``, `CancellationError`.
    func perform(_ purpose: Purpose, cancellation: Cancellation) throws {
        guard Self.isReady, let handle = curl_easy_init() else {
            throw SMTPFailure(code: CURLE_FAILED_INIT, reply: 0, text: "")
        }
        defer { curl_easy_cleanup(handle) }
        var errorText = [CChar](repeating: 0, count: Int(CURL_ERROR_SIZE))
        let state = TransferState(purpose, cancellation)
        defer { withExtendedLifetime(state) {} }
        let code = try errorText.withUnsafeMutableBufferPointer { buffer in
            try Self.require(ccurl_set_buffer(handle, CURLOPT_ERRORBUFFER, buffer.baseAddress))
            try configure(handle, state)
            return try performing(purpose, on: handle)
        }
        if code == CURLE_ABORTED_BY_CALLBACK { throw CancellationError() }
        guard code == CURLE_OK else {
            var reply = 0
            ccurl_get_long(handle, CURLINFO_RESPONSE_CODE, &reply)
            let text = String(
                decoding: errorText.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)),
                as: UTF8.self
            )
            throw SMTPFailure(code: code, reply: reply, text: text)
        }
    }

    private func configure(_ handle: UnsafeMutableRawPointer, _ state: TransferState) throws {
        let numbers: [(CURLoption, Int)] = [
            (CURLOPT_NOSIGNAL, 1), (CURLOPT_CONNECTTIMEOUT, 15), (CURLOPT_TIMEOUT, 60),
            (CURLOPT_USE_SSL, endpoint.security == .none ? 0 : Int(CURLUSESSL_ALL.rawValue)),
            (CURLOPT_SSLVERSION, ccurl_tls_1_2_or_later),
            (CURLOPT_SSL_VERIFYPEER, 1), (CURLOPT_SSL_VERIFYHOST, 2),
        ]
        for (option, value) in numbers { try Self.require(ccurl_set_long(handle, option, value)) }
        let texts: [(CURLoption, String?)] = [
            (CURLOPT_URL, endpoint.url(clientName: clientName)), (CURLOPT_PROTOCOLS_STR, "smtp,smtps"),
            // Proxies named in the environment are for the web.
            (CURLOPT_PROXY, ""), (CURLOPT_CAINFO, caFile),
            (CURLOPT_USERNAME, endpoint.username), (CURLOPT_PASSWORD, endpoint.password),
        ]
        for (option, value) in texts {
            if let value { try Self.require(ccurl_set_string(handle, option, value)) }
        }
        let context = Unmanaged.passUnretained(state).toOpaque()
        try Self.require(ccurl_set_reader(handle, TransferState.read, context))
        try Self.require(ccurl_set_progress(handle, TransferState.progress, context))
        try Self.require(ccurl_set_writer(handle, TransferState.ignore))
    }

    private func performing(_ purpose: Purpose, on handle: UnsafeMutableRawPointer) throws -> CURLcode {
        switch purpose {
        case .check:
            try Self.require(ccurl_set_string(handle, CURLOPT_CUSTOMREQUEST, "NOOP"))
            try Self.require(ccurl_set_long(handle, CURLOPT_NOBODY, 1))
            return curl_easy_perform(handle)
        case .mail(let sender, let recipient, let message):
            guard let list = curl_slist_append(nil, recipient) else {
                throw SMTPFailure(code: CURLE_OUT_OF_MEMORY, reply: 0, text: "")
            }
            defer { curl_slist_free_all(list) }
            try Self.require(ccurl_set_string(handle, CURLOPT_MAIL_FROM, sender))
            try Self.require(ccurl_set_list(handle, CURLOPT_MAIL_RCPT, list))
            try Self.require(ccurl_set_long(handle, CURLOPT_UPLOAD, 1))
            try Self.require(ccurl_set_long(handle, CURLOPT_INFILESIZE, message.count))
            return curl_easy_perform(handle)
        }
    }

    private static func require(_ code: CURLcode) throws {
        guard code == CURLE_OK else { throw SMTPFailure(code: code, reply: 0, text: "") }
    }

    /// libcurl wants to be initialised once, before any other call.
    private static let isReady = curl_global_init(ccurl_global_all) == CURLE_OK
}

/// What libcurl's callbacks share, on the one thread that performs the transfer.
private final class TransferState {
    private let message: [UInt8]
    private var offset = 0
    private let cancellation: SMTPTransfer.Cancellation

    init(_ purpose: SMTPTransfer.Purpose, _ cancellation: SMTPTransfer.Cancellation) {
        message = if case .mail(_, _, let message) = purpose { message } else { [] }
        self.cancellation = cancellation
    }

    static let read: curl_read_callback = { target, size, count, context in
        guard let target, let context else { return 0 }
        let state = Unmanaged<TransferState>.fromOpaque(context).takeUnretainedValue()
        let length = min(size * count, state.message.count - state.offset)
        UnsafeMutableRawBufferPointer(start: target, count: length)
            .copyBytes(from: state.message[state.offset..<state.offset + length])
        state.offset += length
        return length
    }

    /// A mail that is sent already is not abandoned: only the server's answer tells whether to send it again.
    static let progress: curl_xferinfo_callback = { context, _, _, _, _ in
        guard let context else { return 0 }
        let state = Unmanaged<TransferState>.fromOpaque(context).takeUnretainedValue()
        let isSent = !state.message.isEmpty && state.offset == state.message.count
        return state.cancellation.isSet && !isSent ? 1 : 0
    }

    static let ignore: curl_write_callback = { _, size, count, _ in size * count }
}
