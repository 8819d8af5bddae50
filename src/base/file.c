/* Whole files, read through one descriptor and written durably. Every call of the system is checked, fsync and close included. */
#include "file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "alloc.h"
#include "text.h"

enum { FILE_PATH = 4096 }; /* bytes of a path, with the final zero */

/* Is it the name that is wrong, and not the disk or who may read it? */
static strata_status blame_for(int reason)
{
    bool name = reason == ENOENT || reason == ENOTDIR || reason == ENAMETOOLONG || reason == ELOOP;
    return name ? STRATA_ERR_DATA : STRATA_ERR_STORAGE;
}

/* Opens a regular file for reading and tells its size. */
static strata_status open_to_read(const char *path, int *fd, size_t *size)
{
    struct stat s;
    *size = 0;
    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY); /* a FIFO must not make us wait for a writer */
    if (*fd < 0) {
        return status_fail(blame_for(errno), "%.200s: cannot be opened: %s", path, strerror(errno));
    }
    strata_status status = STRATA_OK;
    if (fstat(*fd, &s) != 0) status = status_fail(STRATA_ERR_STORAGE, "%s: cannot be looked at: %s", path, strerror(errno));
    else if (!S_ISREG(s.st_mode)) status = status_fail(STRATA_ERR_DATA, "%s: is not a regular file", path);
    if (status == STRATA_OK) *size = (size_t)s.st_size;
    else close(*fd);
    return status;
}

static strata_status read_bytes(int fd, const char *path, size_t size, uint8_t *out)
{
    for (size_t done = 0; done < size;) {
        ssize_t got = read(fd, out + done, size - done);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return status_fail(STRATA_ERR_STORAGE, "%s: reading at byte %zu: %s", path, done, strerror(errno));
        if (got == 0) return status_fail(STRATA_ERR_DATA, "%s: ends after %zu of %zu bytes", path, done, size);
        done += (size_t)got;
    }
    return STRATA_OK;
}

static strata_status read_pieces(int fd, const char *path, size_t size, uint8_t *piece, size_t most, file_taker *take, void *self)
{
    for (size_t done = 0, now; done < size; done += now) {
        now = size - done < most ? size - done : most;
        TRY(read_bytes(fd, path, now, piece));
        TRY(take(self, piece, now));
    }
    return STRATA_OK;
}

strata_status file_read_pieces(const char *path, size_t size, uint8_t *piece, size_t most, file_taker *take, void *self)
{
    int fd;
    size_t actual;
    TRY(open_to_read(path, &fd, &actual));
    strata_status status = actual == size
        ? read_pieces(fd, path, size, piece, most, take, self)
        : status_fail(STRATA_ERR_DATA, "%s: has %zu bytes where %zu are due; fetch the file again", path, actual, size);
    close(fd);
    return status;
}

static strata_status took_all(void *self, const uint8_t *bytes, size_t size)
{
    (void)self, (void)bytes, (void)size;
    return STRATA_OK;
}

strata_status file_read_exactly(const char *path, size_t size, uint8_t *out)
{
    return file_read_pieces(path, size, out, size, took_all, NULL);
}

strata_status file_read_all(const char *path, size_t limit, uint8_t **out, size_t *size)
{
    int fd;
    void *bytes = NULL;
    *out = NULL;
    TRY(open_to_read(path, &fd, size));
    strata_status status = STRATA_OK;
    if (*size > limit) status = status_fail(STRATA_ERR_DATA, "%s: has %zu bytes, more than the %zu allowed", path, *size, limit);
    if (status == STRATA_OK) status = alloc_aligned(&bytes, *size + 1, 1, path); /* large pages: half the time of 90 MB */
    if (status == STRATA_OK) status = read_bytes(fd, path, *size, bytes);
    close(fd);
    if (status == STRATA_OK) {
        *out = bytes;
    } else {
        free(bytes);
    }
    return status;
}

strata_status file_digest(const char *path, size_t *size, char out[DIGEST_TEXT])
{
    enum { PIECE = 1 << 16 };
    int fd;
    digest_state d;
    uint8_t piece[PIECE];
    TRY(open_to_read(path, &fd, size));
    strata_status status = digest_begin(&d);
    for (size_t done = 0; done < *size && status == STRATA_OK;) {
        size_t now = *size - done < PIECE ? *size - done : PIECE;
        status = read_bytes(fd, path, now, piece);
        if (status == STRATA_OK) status = digest_add(&d, piece, now);
        done += now;
    }
    close(fd);
    return status == STRATA_OK ? digest_end(&d, out) : status;
}

/* fsync, again when a signal interrupted it; after any other failure the data must count as lost. */
static int sync_again(int fd)
{
    int synced = fsync(fd);
    while (synced != 0 && errno == EINTR) synced = fsync(fd);
    return synced;
}

/* A file that is being written. */
struct file_sink {
    int fd;
    const char *path; /* that it will have */
    size_t written;
};

strata_status file_put(file_sink *to, const void *bytes, size_t size)
{
    for (const uint8_t *at = bytes; size > 0;) {
        ssize_t put = write(to->fd, at, size);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return status_fail(STRATA_ERR_STORAGE, "%s: writing at byte %zu: %s", to->path, to->written, strerror(errno));
        at += put;
        size -= (size_t)put;
        to->written += (size_t)put;
    }
    return STRATA_OK;
}

static strata_status write_durably(int fd, const char *path, bool soon, file_producer *produce, void *self)
{
    TRY(produce(self, &(file_sink){ .fd = fd, .path = path }));
    return soon || sync_again(fd) == 0 ? STRATA_OK : status_fail(STRATA_ERR_STORAGE, "%s: fsync: %s", path, strerror(errno));
}

/* A rename is safe from a power cut only when its folder has been written too. */
static strata_status sync_folder_of(const char *path)
{
    char folder[FILE_PATH];
    const char *slash = strrchr(path, '/');
    size_t length = slash == NULL ? 0 : (size_t)(slash - path);
    if (length >= sizeof folder) return status_fail(STRATA_ERR_STORAGE, "%s: the path is too long", path);
    memcpy(folder, path, length);
    folder[length] = '\0';
    int fd = open(slash == NULL ? "." : length == 0 ? "/" : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return status_fail(STRATA_ERR_STORAGE, "the folder of %s cannot be opened: %s", path, strerror(errno));
    int synced = sync_again(fd), reason = errno;
    close(fd);
    /* Some file systems do not sync folders and say so with EINVAL: nothing more can be done there. */
    if (synced != 0 && reason != EINVAL) return status_fail(STRATA_ERR_STORAGE, "the folder of %s: fsync: %s", path, strerror(reason));
    return STRATA_OK;
}

static const char beside_mark[] = ".tmp.";

strata_status file_sync(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) return status_fail(STRATA_ERR_STORAGE, "%s: cannot be opened: %s", path, strerror(errno));
    int synced = sync_again(fd), reason = errno;
    close(fd);
    if (synced != 0 && reason != EINVAL) return status_fail(STRATA_ERR_STORAGE, "%s: fsync: %s", path, strerror(reason));
    return STRATA_OK;
}

/* Opens a new file beside `path` under a name that no other writer has, whatever process, container or thread it is in; it is left in
 * `name`. */
static int open_beside(const char *path, char name[FILE_PATH])
{
    int fd = -1;
    for (long attempt = 0; attempt < 100; attempt++) {
        struct timespec now;
        (void)clock_gettime(CLOCK_MONOTONIC, &now);
        int length = snprintf(name, FILE_PATH, "%s%s%ld.%ld", path, beside_mark, (long)getpid(), now.tv_nsec + attempt);
        if (length < 0 || length >= FILE_PATH) {
            errno = ENAMETOOLONG;
            return -1;
        }
        fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
        if (fd >= 0 || (errno != EEXIST && errno != EINTR)) break;
    }
    return fd;
}

/* A rename would replace a device or a FIFO by a file: /dev/null must survive a wrong --out. */
static strata_status only_regular(const char *path)
{
    struct stat s;
    if (stat(path, &s) != 0 || S_ISREG(s.st_mode)) return STRATA_OK;
    return status_fail(STRATA_ERR_STORAGE, "%s: is not a regular file and will not be replaced", path);
}

/* The old file, if there is one, becomes `before`. */
static strata_status put_aside(const char *path, const char *before)
{
    if (before == NULL || rename(path, before) == 0 || errno == ENOENT) return STRATA_OK;
    return status_fail(STRATA_ERR_STORAGE, "%s: rename to %s: %s", path, before, strerror(errno));
}

/* What a file becomes: the old one, if it is to stay, becomes `before`; soon: somebody else sees to it that it is durable. */
typedef struct {
    const char *path, *before;
    bool soon;
} writing;

static strata_status write_and_rename(int fd, const char *beside, const writing *w, file_producer *produce, void *self)
{
    const char *path = w->path;
    strata_status status = write_durably(fd, path, w->soon, produce, self);
    if (close(fd) != 0 && errno != EINTR && status == STRATA_OK) { /* interrupted, Linux has closed it, and fsync came before */
        status = status_fail(STRATA_ERR_STORAGE, "%s: close: %s", path, strerror(errno));
    }
    if (status == STRATA_OK) status = put_aside(path, w->before);
    if (status == STRATA_OK && rename(beside, path) != 0) {
        status = status_fail(STRATA_ERR_STORAGE, "%s: rename: %s", path, strerror(errno));
    }
    if (status != STRATA_OK) (void)unlink(beside);
    return status == STRATA_OK && !w->soon ? sync_folder_of(path) : status;
}

static strata_status write_as(const writing *w, file_producer *produce, void *self)
{
    char beside[FILE_PATH];
    TRY(only_regular(w->path));
    int fd = open_beside(w->path, beside);
    if (fd < 0) return status_fail(STRATA_ERR_STORAGE, "%s: cannot be written: %s", w->path, strerror(errno));
    return write_and_rename(fd, beside, w, produce, self);
}

strata_status file_write_by(const char *path, file_producer *produce, void *self)
{
    return write_as(&(writing){ .path = path }, produce, self);
}

strata_status file_write_soon_by(const char *path, file_producer *produce, void *self)
{
    return write_as(&(writing){ .path = path, .soon = true }, produce, self);
}

/* What is there in one piece. */
typedef struct {
    const void *bytes;
    size_t size;
} whole;

static strata_status put_whole(void *self, file_sink *to)
{
    const whole *w = self;
    return file_put(to, w->bytes, w->size);
}

strata_status file_write_after(const char *path, const char *before, const void *bytes, size_t size)
{
    return write_as(&(writing){ .path = path, .before = before }, put_whole, &(whole){ bytes, size });
}

strata_status file_write(const char *path, const void *bytes, size_t size)
{
    return file_write_after(path, NULL, bytes, size);
}

strata_status file_make_folder(const char *path)
{
    char part[FILE_PATH];
    size_t length = strlen(path);
    if (length == 0 || length >= sizeof part)
        return status_fail(STRATA_ERR_STORAGE, "'%s' is no usable folder name: 1 to 4095 bytes are", text_cut(path));
    memcpy(part, path, length + 1);
    for (size_t c = 1; c <= length; c++) {
        if (part[c] != '/' && part[c] != '\0') continue;
        part[c] = '\0';
        int made = mkdir(part, 0777);
        if (made != 0 && errno != EEXIST) {
            return status_fail(STRATA_ERR_STORAGE, "%s: the folder cannot be made: %s", part, strerror(errno));
        }
        if (made == 0) TRY(sync_folder_of(part));
        part[c] = path[c];
    }
    struct stat s;
    if (stat(path, &s) != 0 || !S_ISDIR(s.st_mode)) return status_fail(STRATA_ERR_STORAGE, "%s: is not a folder", path);
    return STRATA_OK;
}

strata_status file_look(const char *path, bool *there)
{
    struct stat s;
    *there = stat(path, &s) == 0;
    if (*there || errno == ENOENT || errno == ENOTDIR) return STRATA_OK;
    return status_fail(blame_for(errno), "%.300s: cannot be looked at: %s", path, strerror(errno));
}

bool file_exists(const char *path)
{
    struct stat s;
    return stat(path, &s) == 0;
}

strata_status file_rename(const char *from, const char *to)
{
    if (rename(from, to) != 0) return status_fail(STRATA_ERR_STORAGE, "%s: rename to %s: %s", from, to, strerror(errno));
    return sync_folder_of(to);
}

strata_status file_remove(const char *path)
{
    if (unlink(path) == 0 || errno == ENOENT) return STRATA_OK;
    return status_fail(STRATA_ERR_STORAGE, "%s: cannot be removed: %s", path, strerror(errno));
}

/* As open_beside makes them: NAME.tmp.PROCESS.NUMBER. */
static bool is_beside(const char *name)
{
    static const char digits[] = "0123456789";
    const char *mark = strstr(name, beside_mark);
    if (mark == NULL) return false;
    const char *process = mark + strlen(beside_mark), *dot = process + strspn(process, digits);
    size_t number = *dot == '.' ? strspn(dot + 1, digits) : 0;
    return dot > process && number > 0 && dot[1 + number] == '\0';
}

void file_sweep(const char *folder)
{
    DIR *open_folder = opendir(folder);
    if (open_folder == NULL) return;
    for (const struct dirent *e = readdir(open_folder); e != NULL; e = readdir(open_folder)) {
        if (is_beside(e->d_name)) (void)unlinkat(dirfd(open_folder), e->d_name, 0);
    }
    (void)closedir(open_folder); /* only read */
}

/* ---- locks --------------------------------------------------------------------------------------------------------------------------- */

/* Is what the path names still what the descriptor is open on? The one who had the lock before may have removed the folder. */
static bool is_still(int fd, const char *folder)
{
    struct stat open_one, named;
    return fstat(fd, &open_one) == 0 && stat(folder, &named) == 0 && open_one.st_dev == named.st_dev && open_one.st_ino == named.st_ino;
}

/* Somebody who only looks whether it is locked has it for an instant: so a few times, over 50 ms. errno tells why not. */
static int lock_soon(int fd)
{
    const struct timespec instant = { .tv_nsec = 10 * 1000 * 1000 };
    for (int attempt = 0;; attempt++) {
        int locked = flock(fd, LOCK_EX | LOCK_NB);
        if (locked == 0 || (errno != EINTR && errno != EWOULDBLOCK) || (errno == EWOULDBLOCK && attempt >= 5)) return locked;
        if (errno == EWOULDBLOCK) (void)nanosleep(&instant, NULL);
    }
}

bool file_is_locked(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return false;
    bool taken = flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    close(fd);
    return taken;
}

strata_status file_lock_if_there(const char *folder, int *lock, bool *there)
{
    *lock = -1;
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    *there = fd >= 0 || errno != ENOENT;
    if (fd < 0 && !*there) return STRATA_OK;
    if (fd < 0) return status_fail(STRATA_ERR_STORAGE, "%s: the folder cannot be opened: %s", folder, strerror(errno));
    int locked = lock_soon(fd);
    bool taken = locked != 0 && errno == EWOULDBLOCK;
    *there = locked != 0 || is_still(fd, folder);
    if (locked == 0 && *there) *lock = fd;
    else close(fd);
    return taken ? status_fail(STRATA_ERR_BUSY, "%s: another process is at work there; wait until it has ended", folder) : STRATA_OK;
}

strata_status file_lock(const char *folder, int *lock)
{
    bool there;
    TRY(file_lock_if_there(folder, lock, &there));
    return there ? STRATA_OK : status_fail(STRATA_ERR_STORAGE, "%s: there is no such folder, or not any more", folder);
}

void file_unlock(int lock)
{
    if (lock >= 0) close(lock);
}
