import COpenSSL

/// One DTLS 1.2 association over memory BIOs: datagrams in, datagrams out.
///
/// OpenSSL reads the machine's clock for its retransmissions: `timeLeft` is real time, the only one in the engines.
/// RFC 6347, RFC 5764.
@safe final class DTLSSession {
    /// How far the association has come.
    enum Progress: Equatable {
        case handshaking
        case connected
        /// The other end said goodbye.
        case closed
        case failed(DTLSFailure)
    }

    /// No datagram is longer: what every path carries, with room for IPv6, UDP and a tunnel (RFC 9147 §4.4 is the
    /// same thought).
    static let maximumDatagramLength = 1200
    private static let recordHeaderLength = 13
    private static let exporterLabel = "EXTRACTOR-dtls_srtp"

    private(set) var progress = Progress.handshaking
    /// Bytes of application data that were thrown away: data channels are accepted but not served.
    private(set) var discardedByteCount: UInt64 = 0

    private let ssl: OpaquePointer
    private let context: DTLSContext
    private let maximumDatagramLength: Int
    let role: DTLSRole

    /// A new association, `nil` if OpenSSL has no memory for it.
    ///
    /// - Parameter maximumDatagramLength: Longer messages are fragmented (RFC 6347 §4.2.3); 256 at least.
    init?(
        context: DTLSContext,
        role: DTLSRole,
        maximumDatagramLength: Int = DTLSSession.maximumDatagramLength
    ) {
        guard
            let ssl = unsafe copenssl_dtls_new(
                context.pointer,
                role == .server ? 1 : 0,
                maximumDatagramLength
            )
        else { return nil }
        unsafe self.ssl = ssl
        self.context = context
        self.role = role
        self.maximumDatagramLength = maximumDatagramLength
    }

    deinit {
        unsafe SSL_free(ssl)
    }

    /// Sends the ClientHello.
    func start() {
        guard role == .client, progress == .handshaking else { return }
        step()
    }

    /// Takes in one datagram.
    func receive(_ datagram: UnsafeRawBufferPointer) {
        guard progress == .handshaking || progress == .connected else { return }
        guard
            unsafe BIO_write(
                SSL_get_rbio(ssl),
                datagram.baseAddress,
                Int32(truncatingIfNeeded: datagram.count)
            ) > 0
        else { return }
        step()
    }

    /// Real time until `retransmit()` is due; `nil` if nothing waits for an answer.
    var timeLeft: Duration? {
        guard progress == .handshaking else { return nil }
        let microseconds = unsafe copenssl_dtls_timeout_us(ssl)
        return microseconds < 0 ? nil : .microseconds(microseconds)
    }

    /// Sends the last flight again if the clock of OpenSSL says so too.
    func retransmit() {
        guard progress == .handshaking else { return }
        ERR_clear_error()
        if unsafe copenssl_dtls_handle_timeout(ssl) < 0 { fail() }
    }

    /// Says goodbye.
    func close() {
        guard progress == .connected else { return }
        ERR_clear_error()
        _ = unsafe SSL_shutdown(ssl)
        progress = .closed
    }

    /// What is to be sent: records packed into datagrams of at most 1,200 bytes (RFC 6347 §4.1.1).
    ///
    /// A memory BIO keeps no borders between datagrams; the records' own headers tell where each ends.
    func takeDatagrams() -> [[UInt8]] {
        let pending = unsafe copenssl_dtls_pending_output(ssl)
        guard pending > 0 else { return [] }
        var bytes = [UInt8](repeating: 0, count: pending)
        let count = unsafe Int(BIO_read(SSL_get_wbio(ssl), &bytes, Int32(truncatingIfNeeded: pending)))
        var datagrams: [[UInt8]] = []
        var start = 0
        var end = 0
        while end + Self.recordHeaderLength <= count {
            let length = Self.recordHeaderLength + Int(bytes[end + 11]) << 8 + Int(bytes[end + 12])
            if end > start, end + length - start > maximumDatagramLength {
                datagrams.append(Array(bytes[start..<end]))
                start = end
            }
            end += length
        }
        if start < min(end, count) { datagrams.append(Array(bytes[start..<min(end, count)])) }
        return datagrams
    }

    /// Whether the certificate of the other end has this fingerprint (RFC 8122 §5).
    func peerHas(_ fingerprint: Fingerprint) -> Bool {
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        let count = unsafe copenssl_peer_digest(ssl, fingerprint.algorithm.digest, &digest)
        return Array(digest.prefix(Int(count))) == fingerprint.bytes
    }

    /// The negotiated SRTP profile; `nil` if the other end knows none of ours.
    var srtpProfile: SRTPProfile? {
        SRTPProfile(rawValue: UInt16(truncatingIfNeeded: unsafe copenssl_srtp_profile(ssl)))
    }

    /// The master keys and salts for both directions (RFC 5764 §4.2).
    func exportKeys(_ profile: SRTPProfile) -> (outbound: SRTPMasterKey, inbound: SRTPMasterKey)? {
        let (keyLength, saltLength) = (SRTPMasterKey.keyLength, profile.saltLength)
        var material = [UInt8](repeating: 0, count: 2 * (keyLength + saltLength))
        let label = Self.exporterLabel
        guard
            unsafe SSL_export_keying_material(
                ssl,
                &material,
                material.count,
                label,
                label.utf8.count,
                nil,
                0,
                0
            ) == 1
        else { return nil }
        let salts = 2 * keyLength
        let ofClient = SRTPMasterKey(
            key: Array(material[..<keyLength]),
            salt: Array(material[salts..<salts + saltLength])
        )
        let ofServer = SRTPMasterKey(
            key: Array(material[keyLength..<salts]),
            salt: Array(material[(salts + saltLength)...])
        )
        return role == .client ? (ofClient, ofServer) : (ofServer, ofClient)
    }

    private func step() {
        ERR_clear_error()
        if progress == .handshaking {
            let result = unsafe SSL_do_handshake(ssl)
            guard result == 1 else {
                if unsafe SSL_get_error(ssl, result) != SSL_ERROR_WANT_READ { fail() }
                return
            }
            progress = .connected
        }
        discardApplicationData()
    }

    /// Reads what is left of the datagram: alerts, a repeated last flight, and data that nobody here wants.
    private func discardApplicationData() {
        unsafe withUnsafeTemporaryAllocation(byteCount: 2048, alignment: 1) { buffer in
            while true {
                let count = unsafe SSL_read(ssl, buffer.baseAddress, Int32(buffer.count))
                guard count <= 0 else {
                    discardedByteCount &+= UInt64(count)
                    continue
                }
                switch unsafe SSL_get_error(ssl, count) {
                case SSL_ERROR_WANT_READ: return
                case SSL_ERROR_ZERO_RETURN: progress = .closed
                default: fail()
                }
                return
            }
        }
    }

    private func fail() {
        progress = .failed(DTLSFailure(openSSLError: ERR_get_error()))
    }
}
