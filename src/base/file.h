/*
 * Whole files. A reader takes a file in one piece through one descriptor, checked against the size it may have before any memory is
 * taken; a writer makes a file appear whole or not at all (temporary beside it, fsync, rename, fsync of the folder), and takes no memory.
 */
#ifndef STRATA_BASE_FILE_H
#define STRATA_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "digest.h"
#include "status.h"

/* Reads exactly `size` bytes, which must be the whole regular file, into out. Another size fails with STRATA_ERR_DATA. */
strata_status file_read_exactly(const char *path, size_t size, uint8_t *out);

/* The same piece by piece: `take` gets each, of `most` bytes at most, where it lies in `piece`. */
typedef strata_status file_taker(void *self, const uint8_t *bytes, size_t size);
strata_status file_read_pieces(const char *path, size_t size, uint8_t *piece, size_t most, file_taker *take, void *self);

/* Reads the whole regular file of at most `limit` bytes. *out gets one zero byte more than *size, to be freed by the caller. */
strata_status file_read_all(const char *path, size_t limit, uint8_t **out, size_t *size);

/* The size of a regular file and the SHA-256 of its bytes, read piece by piece: takes no memory. */
strata_status file_digest(const char *path, size_t *size, char out[DIGEST_TEXT]);

/* Writes the file durably: at any moment the path holds the old file or the whole new one. */
strata_status file_write(const char *path, const void *bytes, size_t size);

/* As file_write, but the old file, if there is one, stays under the name `before`, in the same folder: at any moment one of the two paths
 * holds a whole file. */
strata_status file_write_after(const char *path, const char *before, const void *bytes, size_t size);

/* As file_write, of bytes that `produce` makes piece by piece and puts to the file with file_put; when it fails, the old file stays. */
typedef struct file_sink file_sink;
typedef strata_status file_producer(void *self, file_sink *to);
strata_status file_put(file_sink *to, const void *bytes, size_t size);
strata_status file_write_by(const char *path, file_producer *produce, void *self);

/* As file_write_by, but no power cut may come before file_sync of the file and then of its folder: for who writes thousands and waits for
 * the disk once. */
strata_status file_write_soon_by(const char *path, file_producer *produce, void *self);

/* When it returns, what was written to a file, or the names in a folder, are on disk. */
strata_status file_sync(const char *path);

/* Makes the folder and its parents, durably; an existing folder is fine. */
strata_status file_make_folder(const char *path);

/* Is there something of this name? Where that cannot be told it is a failure, never "no": STRATA_ERR_STORAGE for want of permission and
 * errors of the disk, STRATA_ERR_DATA for a name that is too long and for links in a circle. Where a part of the path is no folder, nothing
 * is there; errno tells ENOTDIR then from ENOENT. */
strata_status file_look(const char *path, bool *there);

/* The same for who does not mind why: false also where it cannot be looked at. */
bool file_exists(const char *path);

/* Gives a file or folder another name, durably; what had that name before is gone. */
strata_status file_rename(const char *from, const char *to);

/* Removes the file; one that is not there is fine. */
strata_status file_remove(const char *path);

/* Removes what file_write of a process that was killed has left behind in a folder. Nobody else may be writing there. */
void file_sweep(const char *folder);

/* Locks a folder, which must exist, for this process; the lock ends with file_unlock, or with the process, whatever ends it. *lock is -1
 * where the file system has no locks. STRATA_ERR_BUSY when another process, or another call in this one, has it locked. */
strata_status file_lock(const char *folder, int *lock);

/* The same of a folder that need not exist: who had it locked may have removed it meanwhile. *there: it is there, and locked, if it can
 * be. */
strata_status file_lock_if_there(const char *folder, int *lock, bool *there);

/* Has anybody the folder locked? False where that cannot be known. Whoever wants to lock it meanwhile waits a moment. */
bool file_is_locked(const char *folder);
void file_unlock(int lock); /* -1 is fine */

#endif
