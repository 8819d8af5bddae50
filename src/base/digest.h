/* Bytes as text: their SHA-256 as 64 lower-case hexadecimal digits, and base64. Pure; any thread. The one user of OpenSSL's libcrypto is
 * digest.c. */
#ifndef STRATA_BASE_DIGEST_H
#define STRATA_BASE_DIGEST_H

#include <stddef.h>

#include "status.h"

enum { DIGEST_TEXT = 65 }; /* 64 digits and the final zero */

strata_status digest_sha256(const void *bytes, size_t size, char out[DIGEST_TEXT]);

/* The same of bytes that come piece by piece: begin, add any number of times, end. Takes no memory. */
typedef struct {
    _Alignas(8) unsigned char state[128];
} digest_state;
strata_status digest_begin(digest_state *d);
strata_status digest_add(digest_state *d, const void *bytes, size_t size);
strata_status digest_end(digest_state *d, char out[DIGEST_TEXT]);

/* The bytes in base64 on one line, padded, zero-terminated; freed by the caller. */
strata_status digest_base64(const void *bytes, size_t size, char **out);

#endif
