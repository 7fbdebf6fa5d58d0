#pragma once
// HMAC-SHA1 with a context that is keyed once (RFC 2104).

static inline EVP_MAC_CTX *copenssl_hmac_sha1_new(const uint8_t *key, size_t length) {
    char name[] = "SHA1";
    OSSL_PARAM parameters[2];
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *context = mac == NULL ? NULL : EVP_MAC_CTX_new(mac);
    EVP_MAC_free(mac);
    if (context == NULL) return NULL;
    parameters[0] = OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0);
    parameters[1] = OSSL_PARAM_construct_end();
    // OpenSSL takes a null key for "keep the last one": an empty key needs an address all the same.
    if (EVP_MAC_init(context, length == 0 ? (const uint8_t *)name : key, length, parameters) != 1) {
        EVP_MAC_CTX_free(context);
        return NULL;
    }
    return context;
}

// The 20-byte code over `first` followed by `second`. Returns 1 on success.
static inline int copenssl_hmac_sha1(
    EVP_MAC_CTX *context, const uint8_t *first, size_t first_length, const uint8_t *second, size_t second_length,
    uint8_t *out) {
    size_t written = 0;
    return EVP_MAC_init(context, NULL, 0, NULL) == 1 && EVP_MAC_update(context, first, first_length) == 1 &&
           (second_length == 0 || EVP_MAC_update(context, second, second_length) == 1) &&
           EVP_MAC_final(context, out, &written, 20) == 1 && written == 20;
}
