#pragma once
// DTLS: macros as functions, callbacks, and the self-signed certificate.

// SSL_OP_* are built with the macro SSL_OP_BIT in OpenSSL 3, which Swift does not import.
static inline uint64_t copenssl_dtls_options(void) {
    return SSL_OP_NO_QUERY_MTU | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET | SSL_OP_CIPHER_SERVER_PREFERENCE;
}

static inline int copenssl_only_dtls_1_2(SSL_CTX *context) {
    return SSL_CTX_set_min_proto_version(context, DTLS1_2_VERSION) == 1 &&
           SSL_CTX_set_max_proto_version(context, DTLS1_2_VERSION) == 1;
}

static inline long copenssl_set_groups(SSL_CTX *context, const char *names) {
    return SSL_CTX_set1_groups_list(context, names);
}

// Sessions are not resumed, and no record has to be longer than a datagram: a write buffer of 1.5 kB instead of 16.
static inline int copenssl_save_memory(SSL_CTX *context, long maximum_record) {
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    return SSL_CTX_set_max_send_fragment(context, maximum_record) == 1;
}

// The certificate is self-signed; who the peer is, is decided by the fingerprint in its description (RFC 8122 §5).
static inline int copenssl_accept_any_certificate(int ok, X509_STORE_CTX *store) {
    (void)ok;
    (void)store;
    return 1;
}

static inline void copenssl_require_certificate(SSL_CTX *context) {
    SSL_CTX_set_verify(
        context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, copenssl_accept_any_certificate);
}

// 100 ms at first, doubled up to 3 s: twelve times (OpenSSL's limit) are 24 s, a connection may take 30 s.
static inline unsigned int copenssl_retransmission_timer(SSL *ssl, unsigned int previous_us) {
    (void)ssl;
    if (previous_us == 0) return 100000;
    return previous_us >= 1500000 ? 3000000 : previous_us * 2;
}

static inline SSL *copenssl_dtls_new(SSL_CTX *context, int is_server, long mtu) {
    SSL *ssl = SSL_new(context);
    BIO *in = BIO_new(BIO_s_mem());
    BIO *out = BIO_new(BIO_s_mem());
    if (ssl == NULL || in == NULL || out == NULL) {
        SSL_free(ssl);
        BIO_free(in);
        BIO_free(out);
        return NULL;
    }
    BIO_set_mem_eof_return(in, -1);
    BIO_set_mem_eof_return(out, -1);
    SSL_set_bio(ssl, in, out);
    SSL_set_mtu(ssl, mtu);
    DTLS_set_timer_cb(ssl, copenssl_retransmission_timer);
    if (is_server) SSL_set_accept_state(ssl);
    else SSL_set_connect_state(ssl);
    return ssl;
}

// Microseconds until the handshake has to be retransmitted; -1 if no timer runs.
static inline int64_t copenssl_dtls_timeout_us(SSL *ssl) {
    struct timeval left;
    if (DTLSv1_get_timeout(ssl, &left) != 1) return -1;
    return (int64_t)left.tv_sec * 1000000 + left.tv_usec;
}

static inline long copenssl_dtls_handle_timeout(SSL *ssl) { return DTLSv1_handle_timeout(ssl); }

static inline size_t copenssl_dtls_pending_output(SSL *ssl) { return BIO_ctrl_pending(SSL_get_wbio(ssl)); }

// Digest of the peer's certificate into `out` (EVP_MAX_MD_SIZE bytes); its length, or 0 if there is none.
static inline unsigned int copenssl_peer_digest(SSL *ssl, const EVP_MD *digest, uint8_t *out) {
    unsigned int length = 0;
    X509 *certificate = SSL_get1_peer_certificate(ssl);
    if (certificate == NULL) return 0;
    if (X509_digest(certificate, digest, out, &length) != 1) length = 0;
    X509_free(certificate);
    return length;
}

// The negotiated SRTP profile (RFC 5764 §4.1.2), 0 if none.
static inline unsigned long copenssl_srtp_profile(SSL *ssl) {
    SRTP_PROTECTION_PROFILE *profile = SSL_get_selected_srtp_profile(ssl);
    return profile == NULL ? 0 : profile->id;
}

static inline int copenssl_digest(const EVP_MD *digest, const uint8_t *data, size_t length, uint8_t *out) {
    unsigned int written = 0;
    return EVP_Digest(data, length, out, &written, digest, NULL) == 1 ? (int)written : 0;
}

// A self-signed ECDSA P-256 certificate and its key as DER, valid from a day ago for a year.
// Both buffers hold `capacity` bytes. Returns 1 on success.
static inline int copenssl_make_certificate(
    uint8_t *certificate, size_t *certificate_length, uint8_t *key, size_t *key_length, size_t capacity) {
    int ok = 0;
    uint64_t serial = 0;
    unsigned char *cursor;
    X509_NAME *name;
    EVP_PKEY *pair = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
    X509 *x509 = X509_new();
    ASN1_INTEGER *number = ASN1_INTEGER_new();
    if (pair == NULL || x509 == NULL || number == NULL) goto end;
    if (RAND_bytes((unsigned char *)&serial, sizeof serial) != 1) goto end;
    if (ASN1_INTEGER_set_uint64(number, serial >> 1) != 1) goto end;
    if (X509_set_version(x509, 2) != 1 || X509_set_serialNumber(x509, number) != 1) goto end;
    if (X509_gmtime_adj(X509_getm_notBefore(x509), -86400L) == NULL) goto end;
    if (X509_gmtime_adj(X509_getm_notAfter(x509), 365L * 86400L) == NULL) goto end;
    // The name says nothing about the machine: every peer sees it.
    name = X509_get_subject_name(x509);
    if (X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"WebRTC", -1, -1, 0) != 1) goto end;
    if (X509_set_issuer_name(x509, name) != 1 || X509_set_pubkey(x509, pair) != 1) goto end;
    if (X509_sign(x509, pair, EVP_sha256()) <= 0) goto end;
    if ((size_t)i2d_X509(x509, NULL) > capacity || (size_t)i2d_PrivateKey(pair, NULL) > capacity) goto end;
    cursor = certificate;
    *certificate_length = (size_t)i2d_X509(x509, &cursor);
    cursor = key;
    *key_length = (size_t)i2d_PrivateKey(pair, &cursor);
    ok = *certificate_length > 0 && *key_length > 0;
end:
    ASN1_INTEGER_free(number);
    X509_free(x509);
    EVP_PKEY_free(pair);
    return ok;
}
