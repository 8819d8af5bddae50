/* SHA-256 of bytes, as 64 lower-case hexadecimal digits. Pure; any thread. The one user of OpenSSL's libcrypto is digest.c. */
#ifndef STRATA_BASE_DIGEST_H
#define STRATA_BASE_DIGEST_H

#include <stddef.h>

#include "status.h"

enum { DIGEST_TEXT = 65 }; /* 64 digits and the final zero */

strata_status digest_sha256(const void *bytes, size_t size, char out[DIGEST_TEXT]);

#endif
