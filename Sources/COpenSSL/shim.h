#pragma once
// What Swift cannot call by itself: function-like macros, varargs, callbacks; and the per-packet work of SRTP,
// so that a packet costs one call. Everything is `static inline`: there is no object file to link.
#define OPENSSL_SUPPRESS_DEPRECATED // For hmac.h, which says why.
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/srtp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "dtls.h"
#include "hmac.h"
#include "srtp.h"
