#pragma once
// SRTP on contexts that are keyed once: per packet only the initialisation vector is set. Nothing allocates.

// One direction of RTP or of RTCP: session keys in their contexts, and the session salt.
struct copenssl_srtp {
    EVP_CIPHER_CTX *cipher;
    int is_gcm;
    uint8_t salt[14]; // 12 bytes with AES-GCM.
    struct copenssl_hmac_sha1 mac; // Not with AES-GCM, which authenticates by itself.
};

enum { COPENSSL_SRTP_GCM_TAG = 16, COPENSSL_SRTP_SHA1_80_TAG = 10 };

// Key derivation of RFC 3711 §4.3.3, AES-CM, derivation rate 0. `salt` has 14 bytes; that of AES-GCM, which has 12,
// is followed by two zeros (RFC 7714 §11).
static inline int copenssl_srtp_derive(
    const uint8_t *master_key, const uint8_t *salt, uint8_t label, uint8_t *out, int length) {
    uint8_t iv[16] = {0};
    int written = 0;
    int ok = 0;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    if (context == NULL) return 0;
    memcpy(iv, salt, 14);
    iv[7] ^= label;
    memset(out, 0, (size_t)length);
    ok = EVP_EncryptInit_ex(context, EVP_aes_128_ctr(), NULL, master_key, iv) == 1 &&
         EVP_EncryptUpdate(context, out, &written, out, length) == 1 && written == length;
    EVP_CIPHER_CTX_free(context);
    return ok;
}

static inline void copenssl_srtp_free(struct copenssl_srtp *state) {
    if (state == NULL) return;
    EVP_CIPHER_CTX_free(state->cipher);
    OPENSSL_cleanse(state, sizeof *state);
    free(state);
}

// Session keys as they are: 16 bytes, 20 bytes (only for HMAC), 12 or 14 bytes.
static inline struct copenssl_srtp *copenssl_srtp_with_keys(
    int is_gcm, int encrypts, const uint8_t *key, const uint8_t *authentication, const uint8_t *salt) {
    int ok;
    struct copenssl_srtp *state = (struct copenssl_srtp *)calloc(1, sizeof *state);
    if (state == NULL) return NULL;
    state->cipher = EVP_CIPHER_CTX_new();
    memcpy(state->salt, salt, is_gcm ? 12 : 14);
    // Counter mode encrypts in both directions.
    ok = state->cipher != NULL &&
         EVP_CipherInit_ex(
             state->cipher, is_gcm ? EVP_aes_128_gcm() : EVP_aes_128_ctr(), NULL, key, NULL,
             is_gcm ? encrypts : 1) == 1;
    state->is_gcm = is_gcm;
    if (!is_gcm) copenssl_hmac_sha1_init(&state->mac, authentication, 20);
    if (ok) return state;
    copenssl_srtp_free(state);
    return NULL;
}

// `first_label` is 0 for RTP and 3 for RTCP (RFC 3711 §4.3.2): encryption, authentication, salt follow each other.
static inline struct copenssl_srtp *copenssl_srtp_new(
    int is_gcm, int encrypts, const uint8_t *master_key, const uint8_t *master_salt, uint8_t first_label) {
    uint8_t key[16];
    uint8_t authentication[20];
    uint8_t salt[14];
    struct copenssl_srtp *state = NULL;
    if (copenssl_srtp_derive(master_key, master_salt, first_label, key, sizeof key) &&
        copenssl_srtp_derive(
            master_key, master_salt, (uint8_t)(first_label + 1), authentication, sizeof authentication) &&
        copenssl_srtp_derive(master_key, master_salt, (uint8_t)(first_label + 2), salt, sizeof salt))
        state = copenssl_srtp_with_keys(is_gcm, encrypts, key, authentication, salt);
    OPENSSL_cleanse(key, sizeof key);
    OPENSSL_cleanse(authentication, sizeof authentication);
    OPENSSL_cleanse(salt, sizeof salt);
    return state;
}

static inline void copenssl_store_32(uint8_t *out, uint32_t value) {
    out[0] = (uint8_t)(value >> 24);
    out[1] = (uint8_t)(value >> 16);
    out[2] = (uint8_t)(value >> 8);
    out[3] = (uint8_t)value;
}

// RFC 7714 §8.1 (RTP: 48-bit index) and §9.1 (RTCP: 31-bit index): 0, SSRC, index; mixed with the salt.
static inline void copenssl_gcm_iv(const struct copenssl_srtp *state, uint32_t ssrc, uint64_t index, uint8_t *iv) {
    iv[0] = state->salt[0];
    iv[1] = state->salt[1];
    copenssl_store_32(iv + 2, ssrc);
    iv[6] = (uint8_t)(index >> 40);
    iv[7] = (uint8_t)(index >> 32);
    copenssl_store_32(iv + 8, (uint32_t)index);
    for (int i = 2; i < 12; i++) iv[i] ^= state->salt[i];
}

// RFC 3711 §4.1.1: salt * 2^16, SSRC * 2^64, index * 2^16.
static inline void copenssl_cm_iv(const struct copenssl_srtp *state, uint32_t ssrc, uint64_t index, uint8_t *iv) {
    memset(iv, 0, 16);
    copenssl_store_32(iv + 4, ssrc);
    iv[8] = (uint8_t)(index >> 40);
    iv[9] = (uint8_t)(index >> 32);
    copenssl_store_32(iv + 10, (uint32_t)index);
    for (int i = 0; i < 14; i++) iv[i] ^= state->salt[i];
}

// Encrypts `length` bytes of `payload` behind the header that is already at `out`, and appends the tag.
// `trailer`, if any, is authenticated as well but not written. Returns 1 on success.
static inline int copenssl_gcm_seal(
    struct copenssl_srtp *state, uint8_t *out, size_t header, const uint8_t *payload, size_t length,
    uint32_t ssrc, uint64_t index, const uint8_t *trailer, size_t trailer_length) {
    uint8_t iv[12];
    int written = 0;
    EVP_CIPHER_CTX *cipher = state->cipher;
    copenssl_gcm_iv(state, ssrc, index, iv);
    return EVP_EncryptInit_ex(cipher, NULL, NULL, NULL, iv) == 1 &&
           EVP_EncryptUpdate(cipher, NULL, &written, out, (int)header) == 1 &&
           (trailer_length == 0 || EVP_EncryptUpdate(cipher, NULL, &written, trailer, (int)trailer_length) == 1) &&
           (length == 0 || EVP_EncryptUpdate(cipher, out + header, &written, payload, (int)length) == 1) &&
           EVP_EncryptFinal_ex(cipher, out + header + length, &written) == 1 &&
           EVP_CIPHER_CTX_ctrl(
               cipher, EVP_CTRL_AEAD_GET_TAG, COPENSSL_SRTP_GCM_TAG, out + header + length) == 1;
}

// Decrypts in place what lies between the header and the tag. Returns 1 if the tag is right; otherwise the bytes
// are worthless.
static inline int copenssl_gcm_open(
    struct copenssl_srtp *state, uint8_t *packet, size_t header, size_t length, uint32_t ssrc, uint64_t index,
    const uint8_t *trailer, size_t trailer_length) {
    uint8_t iv[12];
    int written = 0;
    uint8_t *body = packet + header;
    EVP_CIPHER_CTX *cipher = state->cipher;
    copenssl_gcm_iv(state, ssrc, index, iv);
    return EVP_DecryptInit_ex(cipher, NULL, NULL, NULL, iv) == 1 &&
           EVP_DecryptUpdate(cipher, NULL, &written, packet, (int)header) == 1 &&
           (trailer_length == 0 || EVP_DecryptUpdate(cipher, NULL, &written, trailer, (int)trailer_length) == 1) &&
           (length == 0 || EVP_DecryptUpdate(cipher, body, &written, body, (int)length) == 1) &&
           EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, COPENSSL_SRTP_GCM_TAG, body + length) == 1 &&
           EVP_DecryptFinal_ex(cipher, body + length, &written) == 1;
}

static inline int copenssl_cm_crypt(
    struct copenssl_srtp *state, uint8_t *out, const uint8_t *in, size_t length, uint32_t ssrc, uint64_t index) {
    uint8_t iv[16];
    int written = 0;
    copenssl_cm_iv(state, ssrc, index, iv);
    return EVP_EncryptInit_ex(state->cipher, NULL, NULL, NULL, iv) == 1 &&
           (length == 0 || EVP_EncryptUpdate(state->cipher, out, &written, in, (int)length) == 1);
}

// Fetches what protecting the next packet reads first, while something else is done.
static inline void copenssl_srtp_prefetch(const struct copenssl_srtp *state, const EVP_CIPHER_CTX *cipher) {
    __builtin_prefetch(state);
    __builtin_prefetch(cipher);
    __builtin_prefetch((const char *)cipher + 64);
    __builtin_prefetch((const char *)cipher + 128);
}

// RTP, outbound (RFC 3711 §3.3, RFC 7714 §8): the length of the whole datagram, 0 if OpenSSL failed.
static inline size_t copenssl_srtp_protect(
    struct copenssl_srtp *state, uint8_t *out, size_t header, const uint8_t *payload, size_t length,
    uint32_t ssrc, uint64_t index) {
    uint8_t rollover[4];
    uint8_t code[20];
    if (state->is_gcm) {
        return copenssl_gcm_seal(state, out, header, payload, length, ssrc, index, NULL, 0)
                   ? header + length + COPENSSL_SRTP_GCM_TAG
                   : 0;
    }
    copenssl_store_32(rollover, (uint32_t)(index >> 16));
    if (!copenssl_cm_crypt(state, out + header, payload, length, ssrc, index)) return 0;
    copenssl_hmac_sha1(&state->mac, out, header + length, rollover, 4, code);
    memcpy(out + header + length, code, COPENSSL_SRTP_SHA1_80_TAG);
    return header + length + COPENSSL_SRTP_SHA1_80_TAG;
}

// RTP, inbound: decrypts in place. `length` is that of the datagram; the caller has seen that header and tag fit.
// Returns 1 if the packet is authentic.
static inline int copenssl_srtp_unprotect(
    struct copenssl_srtp *state, uint8_t *packet, size_t header, size_t length, uint32_t ssrc, uint64_t index) {
    uint8_t rollover[4];
    uint8_t code[20];
    size_t end;
    if (state->is_gcm) {
        return copenssl_gcm_open(
            state, packet, header, length - header - COPENSSL_SRTP_GCM_TAG, ssrc, index, NULL, 0);
    }
    end = length - COPENSSL_SRTP_SHA1_80_TAG;
    copenssl_store_32(rollover, (uint32_t)(index >> 16));
    copenssl_hmac_sha1(&state->mac, packet, end, rollover, 4, code);
    return CRYPTO_memcmp(code, packet + end, COPENSSL_SRTP_SHA1_80_TAG) == 0 &&
           copenssl_cm_crypt(state, packet + header, packet + header, end - header, ssrc, index);
}

// RTCP, outbound, in place (RFC 3711 §3.4, RFC 7714 §9.2): `packet` holds the compound of `length` bytes and room for
// 20 more. Returns the length of the datagram, 0 if OpenSSL failed.
static inline size_t copenssl_srtcp_protect(
    struct copenssl_srtp *state, uint8_t *packet, size_t length, uint32_t ssrc, uint32_t index) {
    uint8_t word[4];
    uint8_t code[20];
    copenssl_store_32(word, index | 0x80000000u);
    if (state->is_gcm) {
        if (!copenssl_gcm_seal(state, packet, 8, packet + 8, length - 8, ssrc, index, word, 4)) return 0;
        memcpy(packet + length + COPENSSL_SRTP_GCM_TAG, word, 4);
        return length + COPENSSL_SRTP_GCM_TAG + 4;
    }
    memcpy(packet + length, word, 4);
    if (!copenssl_cm_crypt(state, packet + 8, packet + 8, length - 8, ssrc, index)) return 0;
    copenssl_hmac_sha1(&state->mac, packet, length + 4, NULL, 0, code);
    memcpy(packet + length + 4, code, COPENSSL_SRTP_SHA1_80_TAG);
    return length + 4 + COPENSSL_SRTP_SHA1_80_TAG;
}

// RTCP, inbound, in place: `length` is that of the datagram; the caller has seen that 8 bytes, index and tag fit.
// Returns 1 if the packet is authentic.
static inline int copenssl_srtcp_unprotect(
    struct copenssl_srtp *state, uint8_t *packet, size_t length, uint32_t ssrc, uint32_t index) {
    uint8_t code[20];
    size_t end;
    if (state->is_gcm) {
        end = length - COPENSSL_SRTP_GCM_TAG - 4;
        return copenssl_gcm_open(state, packet, 8, end - 8, ssrc, index, packet + length - 4, 4);
    }
    end = length - COPENSSL_SRTP_SHA1_80_TAG;
    copenssl_hmac_sha1(&state->mac, packet, end, NULL, 0, code);
    return CRYPTO_memcmp(code, packet + end, COPENSSL_SRTP_SHA1_80_TAG) == 0 &&
           copenssl_cm_crypt(state, packet + 8, packet + 8, end - 4 - 8, ssrc, index);
}
