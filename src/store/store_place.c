/* Where a store may lie: what is refused before SQLite sees it, folders that may not be written, disks that are shared over a network. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/statfs.h>
#endif

#include "store_rows.h"

/* SQLite would wait on a FIFO for ever, and take an empty path for a database of its own: refused before it sees them. */
strata_status store_check_path(const char *path, store_mode mode)
{
    struct stat f;
    if (path[0] == '\0') return status_fail(STRATA_ERR_STORAGE, "the path of the store is empty; name a file");
    bool there = stat(path, &f) == 0;
    if (!there && errno != ENOENT) {
        return status_fail(STRATA_ERR_STORAGE, "%.300s: the store cannot be looked at: %s", path, strerror(errno));
    }
    if (there && !S_ISREG(f.st_mode)) return status_fail(STRATA_ERR_STORAGE, "%s: is not a regular file, so no store; name a file", path);
    if (there && access(path, R_OK) != 0) {
        return status_fail(STRATA_ERR_STORAGE, "%.300s: the store may not be read: %s", path, strerror(errno));
    }
    if (there || mode == STORE_READ_WRITE) return STRATA_OK;
    return status_fail(STRATA_ERR_STORAGE, "%s: there is no store here to read; name one, or run an experiment first", path);
}

/* ---- folders that may not be written ------------------------------------------------------------------------------------------------ */

const char store_log_advice[] = "its newest rows lie in the file -wal beside it, which can be read by who may write that folder: copy "
                                "both to one of your own, or wait until the process that writes there has ended";

static bool may_write_beside(const char *path)
{
    text folder = { 0 };
    const char *slash = strrchr(path, '/');
    if (slash != NULL) text_add(&folder, "%.*s", slash == path ? 1 : (int)(slash - path), path);
    bool may = folder.failed || access(folder.at != NULL ? folder.at : ".", W_OK) == 0;
    text_free(&folder);
    return may;
}

/* Does a log with something in it lie beside the file? One that cannot be looked at may have. */
static bool has_log(const char *path)
{
    static const char *const ends[] = { "-wal", "-journal" };
    bool any = false;
    for (size_t e = 0; e < sizeof ends / sizeof *ends; e++) {
        text log = { 0 };
        struct stat f = { 0 };
        text_add(&log, "%s%s", path, ends[e]);
        if (log.failed) any = true;
        else if (stat(log.at, &f) == 0) any = any || f.st_size > 0;
        else any = any || errno != ENOENT;
        text_free(&log);
    }
    return any;
}

static bool take_mark(const char *path, store_mark *mark)
{
    struct stat f;
    *mark = (store_mark){ 0 };
    if (stat(path, &f) != 0) return false;
    *mark = (store_mark){ (int64_t)f.st_ino, (int64_t)f.st_size, (int64_t)f.st_mtim.tv_sec, (int64_t)f.st_mtim.tv_nsec };
    return true;
}

store_way store_choose_way(const char *path, store_mark *mark)
{
    *mark = (store_mark){ 0 };
    if (may_write_beside(path)) return STORE_WAY_USUAL;
    bool marked = take_mark(path, mark); /* first: what changes after this is seen */
    return !marked || has_log(path) ? STORE_WAY_WITH_LOG : STORE_WAY_UNCHANGING;
}

strata_status store_check_unchanged(const char *path, const store_mark *mark)
{
    store_mark now;
    bool same = take_mark(path, &now) && !has_log(path);
    same = same && now.inode == mark->inode && now.size == mark->size;
    if (same && now.seconds == mark->seconds && now.nanoseconds == mark->nanoseconds) return STRATA_OK;
    return status_fail(STRATA_ERR_STORAGE, "%.300s: was written to while it was read, and in a folder that may not be written nobody can "
                       "wait for that; try again", path);
}

/* "file:" and a path in which nothing has a meaning. An absolute path comes behind an empty name of a machine. */
void store_add_address(text *out, const char *path, store_way way)
{
    bool address = way == STORE_WAY_UNCHANGING;
    text_add(out, "%s%s", address ? "file:" : "", path[0] != '/' ? "./" : address ? "//" : "");
    if (!address) text_add(out, "%s", path);
    for (const char *c = path; address && *c != '\0'; c++) {
        if (strchr("%?#", *c) != NULL) text_add(out, "%%%02x", (unsigned)(unsigned char)*c);
        else text_add(out, "%c", *c);
    }
    if (address) text_add(out, "?immutable=1");
}

/* ---- networks ------------------------------------------------------------------------------------------------------------------------ */

/* WAL lets readers and one writer work at once through memory they share, which machines on a network do not. */
bool store_on_network(const char *path)
{
#ifdef __linux__
    static const unsigned long magic[] = { 0x6969 /* NFS */, 0x517b /* SMB */, 0xff534d42 /* CIFS */, 0xfe534d42 /* SMB 2 */,
                                           0x01021997 /* 9P */, 0x5346414f /* AFS */, 0x00c36400 /* Ceph */ };
    struct statfs f;
    if (statfs(path, &f) != 0) return false;
    for (size_t m = 0; m < sizeof magic / sizeof *magic; m++) {
        if (((unsigned long)f.f_type & 0xffffffff) == magic[m]) return true;
    }
#else
    (void)path;
#endif
    return false;
}
