/* See part.h. Every call of the system is checked, fsync and close included. */
#include "part.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "digest.h"
#include "file.h"

static strata_status failed(const part_file *p, const char *what)
{
    return status_fail(STRATA_ERR_STORAGE, "%.300s: %s at byte %llu: %s", p->beside.at, what, (unsigned long long)p->size, strerror(errno));
}

static strata_status find_end(part_file *p)
{
    struct stat s;
    if (fstat(p->fd, &s) != 0) return failed(p, "it cannot be looked at");
    if (!S_ISREG(s.st_mode)) return status_fail(STRATA_ERR_STORAGE, "%.300s: is not a regular file; remove it", p->beside.at);
    p->size = (uint64_t)s.st_size;
    return lseek(p->fd, 0, SEEK_END) < 0 ? failed(p, "its end cannot be found") : STRATA_OK;
}

static void let_go(part_file *p)
{
    if (p->fd >= 0) close(p->fd);
    p->fd = -1;
    text_free(&p->beside);
}

strata_status part_open(const char *path, part_file *out)
{
    *out = (part_file){ .path = path, .fd = -1 };
    text_add(&out->beside, "%s.part", path);
    if (out->beside.failed) {
        text_free(&out->beside);
        return status_fail(STRATA_ERR_MEMORY, "no memory for a path");
    }
    out->fd = open(out->beside.at, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666);
    strata_status status = out->fd < 0
        ? status_fail(STRATA_ERR_STORAGE, "%.300s: cannot be written: %s", out->beside.at, strerror(errno))
        : find_end(out);
    if (status != STRATA_OK) let_go(out);
    return status;
}

void part_close(part_file *p)
{
    if (p->fd >= 0 && p->size == 0) (void)unlink(p->beside.at); /* one that stays does no harm */
    let_go(p);
}

strata_status part_begin_anew(part_file *p)
{
    if (ftruncate(p->fd, 0) != 0 || lseek(p->fd, 0, SEEK_SET) < 0) return failed(p, "it cannot be begun anew");
    p->size = 0;
    return STRATA_OK;
}

strata_status part_add(part_file *p, const void *bytes, size_t size)
{
    for (const uint8_t *at = bytes; size > 0;) {
        ssize_t put = write(p->fd, at, size);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return failed(p, "writing");
        at += put;
        size -= (size_t)put;
        p->size += (uint64_t)put;
    }
    return STRATA_OK;
}

strata_status part_check(const char *path, const part_due *due)
{
    size_t size;
    char digest[DIGEST_TEXT];
    TRY(file_digest(path, &size, digest));
    if (due->size != 0 && size != due->size)
        return status_fail(STRATA_ERR_DATA, "%s: has %zu bytes where %llu are due", due->name, size, (unsigned long long)due->size);
    if (due->sha256 != NULL && strcmp(digest, due->sha256) != 0)
        return status_fail(STRATA_ERR_DATA, "%s: its SHA-256 is %s where %s is due", due->name, digest, due->sha256);
    return STRATA_OK;
}

/* Whether it is durable is known only after fsync and close. */
static strata_status write_through(part_file *p)
{
    int synced = fsync(p->fd);
    while (synced != 0 && errno == EINTR) synced = fsync(p->fd);
    strata_status status = synced == 0 ? STRATA_OK : failed(p, "fsync");
    int closed = close(p->fd);
    if (closed != 0 && errno != EINTR && status == STRATA_OK) status = failed(p, "close");
    p->fd = -1;
    return status;
}

strata_status part_finish(part_file *p, const part_due *due)
{
    strata_status status = write_through(p);
    if (status == STRATA_OK) status = part_check(p->beside.at, due);
    if (status == STRATA_OK) status = file_rename(p->beside.at, p->path);
    text_free(&p->beside);
    return status;
}
