/* Where a store may lie: what is refused before SQLite sees it, and disks that are shared over a network. */
#include <sys/stat.h>
#ifdef __linux__
#include <sys/statfs.h>
#endif

#include "store_rows.h"

/* SQLite would wait on a FIFO for ever, and take an empty path for a database of its own: refused before it sees them. */
strata_status store_check_path(const char *path, store_mode mode)
{
    struct stat f;
    if (path[0] == '\0') return status_fail(STRATA_ERR_STORAGE, "the path of the store is empty; name a file");
    if (stat(path, &f) == 0) {
        if (S_ISREG(f.st_mode)) return STRATA_OK;
        return status_fail(STRATA_ERR_STORAGE, "%s: is not a regular file, so no store; name a file", path);
    }
    if (mode == STORE_READ_WRITE) return STRATA_OK;
    return status_fail(STRATA_ERR_STORAGE, "%s: there is no store here to read; name one, or run an experiment first", path);
}

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
