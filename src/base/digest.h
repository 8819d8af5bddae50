/* Bytes as text: their SHA-256 as 64 lower-case hexadecimal digits, and base64. Pure; any thread. The one user of OpenSSL's libcrypto is
 * digest.c. */
#ifndef STRATA_BASE_DIGEST_H
#define STRATA_BASE_DIGEST_H

#include <stddef.h>

#include "status.h"

enum { DIGEST_TEXT = 65 }; /* 64 digits and the final zero */

strata_status digest_sha256(const void *bytes, size_t size, char out[DIGEST_TEXT]);

/* The bytes in base64 on one line, padded, zero-terminated; freed by the caller. */
strata_status digest_base64(const void *bytes, size_t size, char **out);

#endif
