/*
 * Whole files. A reader takes a file in one piece through one descriptor, checked against the size it may have before any memory is
 * taken; a writer makes a file appear whole or not at all (temporary beside it, fsync, rename, fsync of the folder).
 */
#ifndef STRATA_BASE_FILE_H
#define STRATA_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "status.h"

/* Reads exactly `size` bytes, which must be the whole regular file, into out. Another size fails with STRATA_ERR_DATA. */
strata_status file_read_exactly(const char *path, size_t size, uint8_t *out);

/* Reads the whole regular file of at most `limit` bytes. *out gets one zero byte more than *size, to be freed by the caller. */
strata_status file_read_all(const char *path, size_t limit, uint8_t **out, size_t *size);

/* Writes the file durably: at any moment the path holds the old file or the whole new one. */
strata_status file_write(const char *path, const void *bytes, size_t size);

/* Makes the folder and its parents; an existing folder is fine. */
strata_status file_make_folder(const char *path);

bool file_exists(const char *path);

#endif
