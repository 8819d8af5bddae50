/* Whole files that may be compressed by gzip, told by their first bytes. The one user of zlib is gz.c. */
#ifndef STRATA_FILES_GZ_H
#define STRATA_FILES_GZ_H

#include <stddef.h>
#include <stdint.h>

#include "digest.h"
#include "status.h"

/*
 * Reads a regular file whole, through one descriptor, and unpacks it when it is gzip's. *bytes gets one zero byte more than *size, to
 * be freed by the caller. `limit` is the most bytes that may come out: a file that unpacks to more is refused before they are taken.
 * Bytes behind the end of the compressed data, a wrong checksum and a file that is cut off are refused, too. `digest` receives the
 * SHA-256 of the file as it lies on disk; NULL: not wanted. STRATA_ERR_DATA, STRATA_ERR_STORAGE, STRATA_ERR_MEMORY.
 */
strata_status gz_read_all(const char *path, size_t limit, uint8_t **bytes, size_t *size, char digest[DIGEST_TEXT]);

/* The first bytes of a regular file, unpacked when it is gzip's, for who wants to know what it is: at most `room`, which is 4096 or
 * less, and fewer where there are no more or where it cannot be read. Returns their number. Says nothing, takes next to no memory. */
size_t gz_head(const char *path, uint8_t *out, size_t room);

#endif
