/*
 * SHA-256 by libcrypto, which uses the processor's own SHA instructions: 180 MB of images in about a tenth of a second; and its base64. By
 * the functions that OpenSSL 3 calls deprecated, because the new ones take memory, and end the program where the first of them gets none.
 */
#define OPENSSL_API_COMPAT 0x10100000L
#include "digest.h"

#include <limits.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdio.h>

#include "alloc.h"

_Static_assert(sizeof(SHA256_CTX) <= sizeof(digest_state), "a digest has room for libcrypto's");

static strata_status failed(void)
{
    return status_fail(STRATA_ERR_INTERNAL, "libcrypto could not compute SHA-256");
}

strata_status digest_begin(digest_state *d)
{
    return SHA256_Init((SHA256_CTX *)(void *)d->state) == 1 ? STRATA_OK : failed();
}

strata_status digest_add(digest_state *d, const void *bytes, size_t size)
{
    return SHA256_Update((SHA256_CTX *)(void *)d->state, bytes, size) == 1 ? STRATA_OK : failed();
}

strata_status digest_end(digest_state *d, char out[DIGEST_TEXT])
{
    unsigned char raw[SHA256_DIGEST_LENGTH];
    if (SHA256_Final(raw, (SHA256_CTX *)(void *)d->state) != 1) return failed();
    for (int e = 0; e < SHA256_DIGEST_LENGTH; e++) (void)snprintf(out + 2 * e, 3, "%02x", raw[e]);
    return STRATA_OK;
}

strata_status digest_sha256(const void *bytes, size_t size, char out[DIGEST_TEXT])
{
    digest_state d;
    TRY(digest_begin(&d));
    TRY(digest_add(&d, bytes, size));
    return digest_end(&d, out);
}

strata_status digest_base64(const void *bytes, size_t size, char **out)
{
    void *letters;
    *out = NULL;
    if (size > INT_MAX / 2) return status_fail(STRATA_ERR_ARGUMENT, "%zu bytes are too many for one base64 text", size);
    TRY(alloc_zero(&letters, 4 * ((size + 2) / 3) + 1, 1, "base64"));
    if (size > 0) (void)EVP_EncodeBlock(letters, bytes, (int)size);
    *out = letters;
    return STRATA_OK;
}
