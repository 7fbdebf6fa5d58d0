/* What SRTP costs by library: libsrtp2, and OpenSSL's EVP called directly as Porthole does. No network.
 *
 *     cc -O2 -o srtp srtp.c -lsrtp2 -lcrypto && ./srtp
 *
 * Packets of 1,200 bytes with a header of 12; every figure is the median of three.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <srtp2/srtp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { COUNT = 400000, PACKET_SIZE = 1200, HEADER_SIZE = 12, ROOM = 1600, SESSIONS_MAX = 100 };

static uint8_t source[ROOM], out[ROOM];

static double cpu_seconds(void) {
    struct rusage r;
    getrusage(RUSAGE_SELF, &r);
    return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) + (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

static void check(int succeeded, const char *what) {
    if (!succeeded) {
        fprintf(stderr, "%s failed\n", what);
        exit(1);
    }
}

static void write_header(uint8_t *packet, uint32_t sequence) {
    uint16_t number = htons((uint16_t)sequence);
    uint32_t timestamp = htonl(sequence * 3000), ssrc = htonl(0x1234);
    packet[0] = 0x80;
    packet[1] = 96;
    memcpy(packet + 2, &number, 2);
    memcpy(packet + 4, &timestamp, 4);
    memcpy(packet + 8, &ssrc, 4);
}

static srtp_t make_session(int is_gcm, srtp_ssrc_type_t direction) {
    static uint8_t key[64];
    for (size_t i = 0; i < sizeof key; i++)
        key[i] = (uint8_t)(i * 7 + 1);
    srtp_policy_t policy = {.key = key, .window_size = 1024, .allow_repeat_tx = 1, .ssrc.type = direction};
    if (is_gcm) {
        srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp);
        srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtcp);
    } else {
        srtp_crypto_policy_set_rtp_default(&policy.rtp);
        srtp_crypto_policy_set_rtcp_default(&policy.rtcp);
    }
    srtp_t session;
    check(srtp_create(&session, &policy) == srtp_err_status_ok, "srtp_create");
    return session;
}

static double libsrtp_protect(int is_gcm, int sessions) {
    srtp_t all[SESSIONS_MAX];
    for (int i = 0; i < sessions; i++)
        all[i] = make_session(is_gcm, ssrc_any_outbound);
    double cpu = cpu_seconds();
    for (uint32_t i = 0; i < COUNT; i++) {
        int length = PACKET_SIZE;
        memcpy(out, source, PACKET_SIZE);
        write_header(out, i / (uint32_t)sessions);
        check(srtp_protect(all[i % (uint32_t)sessions], out, &length) == srtp_err_status_ok, "srtp_protect");
    }
    cpu = cpu_seconds() - cpu;
    for (int i = 0; i < sessions; i++)
        srtp_dealloc(all[i]);
    return COUNT / cpu;
}

static double libsrtp_unprotect(int is_gcm) {
    enum { PREPARED = 20000 };
    srtp_t sender = make_session(is_gcm, ssrc_any_outbound), receiver = make_session(is_gcm, ssrc_any_inbound);
    uint8_t *packets = malloc((size_t)PREPARED * ROOM);
    int *lengths = malloc(PREPARED * sizeof *lengths);
    check(packets && lengths, "malloc");
    for (int i = 0; i < PREPARED; i++) {
        uint8_t *packet = packets + (size_t)i * ROOM;
        memset(packet, i, PACKET_SIZE);
        write_header(packet, (uint32_t)i);
        lengths[i] = PACKET_SIZE;
        check(srtp_protect(sender, packet, &lengths[i]) == srtp_err_status_ok, "srtp_protect");
    }
    double cpu = cpu_seconds();
    for (int i = 0; i < PREPARED; i++)
        check(srtp_unprotect(receiver, packets + (size_t)i * ROOM, &lengths[i]) == srtp_err_status_ok, "srtp_unprotect");
    cpu = cpu_seconds() - cpu;
    free(packets);
    free(lengths);
    srtp_dealloc(sender);
    srtp_dealloc(receiver);
    return PREPARED / cpu;
}

/* RFC 7714: header as additional data, only the nonce changes with each packet. */
static double openssl_gcm(const char *cipher_name, int sessions) {
    EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, cipher_name, NULL);
    EVP_CIPHER_CTX *contexts[SESSIONS_MAX];
    uint8_t nonce[12] = {0};
    int length;
    for (int i = 0; i < sessions; i++) {
        uint8_t key[32];
        memset(key, i + 1, sizeof key);
        contexts[i] = EVP_CIPHER_CTX_new();
        check(EVP_EncryptInit_ex(contexts[i], cipher, NULL, key, NULL), cipher_name);
    }
    double cpu = cpu_seconds();
    for (uint32_t i = 0; i < COUNT; i++) {
        EVP_CIPHER_CTX *context = contexts[i % (uint32_t)sessions];
        memcpy(nonce + 8, &i, 4);
        write_header(out, i / (uint32_t)sessions);
        EVP_EncryptInit_ex(context, NULL, NULL, NULL, nonce);
        EVP_EncryptUpdate(context, NULL, &length, out, HEADER_SIZE);
        EVP_EncryptUpdate(context, out + HEADER_SIZE, &length, source + HEADER_SIZE, PACKET_SIZE - HEADER_SIZE);
        EVP_EncryptFinal_ex(context, out + HEADER_SIZE + length, &length);
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, 16, out + PACKET_SIZE);
    }
    cpu = cpu_seconds() - cpu;
    for (int i = 0; i < sessions; i++)
        EVP_CIPHER_CTX_free(contexts[i]);
    EVP_CIPHER_free(cipher);
    return COUNT / cpu;
}

/* RFC 3711: AES in counter mode, then HMAC-SHA1 over the packet and the rollover counter. */
static double openssl_cm_sha1(int sessions) {
    EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, "AES-128-CTR", NULL);
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_CIPHER_CTX *ciphers[SESSIONS_MAX];
    EVP_MAC_CTX *macs[SESSIONS_MAX];
    char digest[] = "SHA1";
    OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0), OSSL_PARAM_construct_end()};
    for (int i = 0; i < sessions; i++) {
        uint8_t key[20];
        memset(key, i + 1, sizeof key);
        ciphers[i] = EVP_CIPHER_CTX_new();
        macs[i] = EVP_MAC_CTX_new(mac);
        check(EVP_EncryptInit_ex(ciphers[i], cipher, NULL, key, NULL), "AES-128-CTR");
        check(EVP_MAC_init(macs[i], key, sizeof key, parameters), "HMAC");
    }
    uint8_t counter[16] = {0}, tag[20];
    uint32_t rollover = 0;
    size_t tag_length;
    int length;
    double cpu = cpu_seconds();
    for (uint32_t i = 0; i < COUNT; i++) {
        uint32_t at = i % (uint32_t)sessions;
        memcpy(counter + 8, &i, 4);
        write_header(out, i / (uint32_t)sessions);
        EVP_EncryptInit_ex(ciphers[at], NULL, NULL, NULL, counter);
        EVP_EncryptUpdate(ciphers[at], out + HEADER_SIZE, &length, source + HEADER_SIZE, PACKET_SIZE - HEADER_SIZE);
        EVP_MAC_init(macs[at], NULL, 0, NULL);
        EVP_MAC_update(macs[at], out, PACKET_SIZE);
        EVP_MAC_update(macs[at], (uint8_t *)&rollover, sizeof rollover);
        EVP_MAC_final(macs[at], tag, &tag_length, sizeof tag);
        memcpy(out + PACKET_SIZE, tag, 10);
    }
    cpu = cpu_seconds() - cpu;
    for (int i = 0; i < sessions; i++) {
        EVP_CIPHER_CTX_free(ciphers[i]);
        EVP_MAC_CTX_free(macs[i]);
    }
    EVP_CIPHER_free(cipher);
    EVP_MAC_free(mac);
    return COUNT / cpu;
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

#define REPORT(name, expression)                                                                             \
    do {                                                                                                     \
        double rates[3];                                                                                     \
        for (int i = 0; i < 3; i++)                                                                          \
            rates[i] = (expression);                                                                         \
        qsort(rates, 3, sizeof *rates, by_value);                                                            \
        printf("%-46s %9.0f packets/CPU-s (%.0f to %.0f)  %.2f us each\n", name, rates[1], rates[0], rates[2], \
               1e6 / rates[1]);                                                                              \
    } while (0)

int main(void) {
    srtp_init();
    for (size_t i = 0; i < sizeof source; i++)
        source[i] = (uint8_t)i;
    printf("%s, %s\n", srtp_get_version_string(), OpenSSL_version(OPENSSL_VERSION));
    REPORT("libsrtp2 protect AES_CM_128_HMAC_SHA1_80", libsrtp_protect(0, 1));
    REPORT("libsrtp2 protect the same, 100 sessions", libsrtp_protect(0, 100));
    REPORT("libsrtp2 protect AEAD_AES_128_GCM", libsrtp_protect(1, 1));
    REPORT("libsrtp2 protect the same, 100 sessions", libsrtp_protect(1, 100));
    REPORT("libsrtp2 unprotect AES_CM_128_HMAC_SHA1_80", libsrtp_unprotect(0));
    REPORT("libsrtp2 unprotect AEAD_AES_128_GCM", libsrtp_unprotect(1));
    REPORT("OpenSSL AES-128-GCM", openssl_gcm("AES-128-GCM", 1));
    REPORT("OpenSSL AES-128-GCM, 100 keys", openssl_gcm("AES-128-GCM", 100));
    REPORT("OpenSSL AES-256-GCM, 100 keys", openssl_gcm("AES-256-GCM", 100));
    REPORT("OpenSSL AES-128-CTR + HMAC-SHA1-80, 100 keys", openssl_cm_sha1(100));
    return 0;
}
