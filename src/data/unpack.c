/* See unpack.h. One pass over the archive; every byte that is in it is counted, also those of members that nobody wants. */
#include "unpack.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "digest.h"
#include "file.h"
#include "library.h"
#include "text.h"

#if STRATA_ARCHIVE
#include <archive.h>
#include <archive_entry.h>

/* What of libarchive is called. */
#define ARCHIVE_CALLS(X)                                                                                                          \
    X(archive_read_new) X(archive_read_support_filter_gzip) X(archive_read_support_format_tar) X(archive_read_support_format_zip) \
    X(archive_read_open_filename) X(archive_read_next_header) X(archive_read_data) X(archive_read_free) X(archive_errno)          \
    X(archive_error_string) X(archive_entry_pathname) X(archive_entry_pathname_utf8) X(archive_entry_hardlink)                    \
    X(archive_entry_filetype) X(archive_entry_is_encrypted)
typedef struct {
#define ARCHIVE_MEMBER(name) __typeof__(&name) name;
    ARCHIVE_CALLS(ARCHIVE_MEMBER)
#undef ARCHIVE_MEMBER
} archive_calls;

static const library_call calls[] = {
#define ARCHIVE_CALL(name) { #name, offsetof(archive_calls, name) },
    ARCHIVE_CALLS(ARCHIVE_CALL)
#undef ARCHIVE_CALL
};

static strata_status load(archive_calls *lib)
{
    return library_load("libarchive.so.13", "libarchive13", calls, sizeof calls / sizeof *calls, lib);
}

enum { PIECE = 1 << 16 };

typedef struct {
    const unpack_request *r;
    const char *folder;
    archive_calls lib;
    struct archive *archive;
    bool *found;   /* [r->files] */
    uint64_t most; /* bytes that may still come */
    /* Of the member that is being written: */
    const part_due *due;
    char member[160]; /* its name as it is in the archive, for sentences */
} unpacking;

/* libarchive's failure: the system's, where it has a number of the system. */
static strata_status failed(const unpacking *u, const char *where)
{
    int reason = u->lib.archive_errno(u->archive);
    const char *why = u->lib.archive_error_string(u->archive);
    strata_status status = reason == ENOMEM ? STRATA_ERR_MEMORY : reason == EIO || reason == EACCES ? STRATA_ERR_STORAGE : STRATA_ERR_DATA;
    return status_fail(status, "%.300s: %s%s%s", u->r->archive, where, where[0] != '\0' ? ": " : "", why != NULL ? why : "cannot be read");
}

static strata_status refused(const unpacking *u, const char *why)
{
    return status_fail(STRATA_ERR_DATA, "%.300s: its member %s %s, so nothing of it is taken", u->r->archive, text_shown(u->member), why);
}

/* The next piece of the member, at most PIECE bytes; *got 0: its end. Bytes that a sparse member has not are zeros, which count too. */
static strata_status next_piece(unpacking *u, uint8_t *piece, size_t *got)
{
    la_ssize_t read = u->lib.archive_read_data(u->archive, piece, PIECE);
    *got = read > 0 ? (size_t)read : 0;
    if (read < 0) return failed(u, u->member);
    if (*got > u->most) return refused(u, "makes it longer than it may be (a bomb?)");
    u->most -= *got;
    return going_on(&u->r->go) ? STRATA_OK : status_fail(STRATA_STOPPED, "stopped while unpacking %.300s", u->r->archive);
}

static strata_status check_end(const unpacking *u, uint64_t size, digest_state *d)
{
    char digest[DIGEST_TEXT];
    TRY(digest_end(d, digest));
    if (u->due->size != 0 && size != u->due->size) {
        return status_fail(STRATA_ERR_DATA, "%.300s: its member %s has %llu bytes where %llu are due", u->r->archive, u->member,
                           (unsigned long long)size, (unsigned long long)u->due->size);
    }
    if (u->due->sha256 == NULL || strcmp(digest, u->due->sha256) == 0) return STRATA_OK;
    return status_fail(STRATA_ERR_DATA, "%.300s: its member %s has the SHA-256 %s where %s is due", u->r->archive, u->member, digest,
                       u->due->sha256);
}

static strata_status put_member(void *self, file_sink *to)
{
    unpacking *u = self;
    uint8_t piece[PIECE];
    digest_state d;
    uint64_t size = 0, most = u->due->size != 0 ? u->due->size : UNPACK_FILE_MOST;
    TRY(digest_begin(&d));
    for (size_t got = 1; got > 0;) {
        TRY(next_piece(u, piece, &got));
        if (got > most - size) return refused(u, "is longer than it should be");
        size += got;
        TRY(file_put(to, piece, got));
        TRY(digest_add(&d, piece, got));
    }
    return check_end(u, size, &d);
}

static strata_status write_member(unpacking *u)
{
    text path = { 0 };
    text_add(&path, "%s/%s", u->folder, u->due->name);
    strata_status status = path.failed ? status_fail(STRATA_ERR_MEMORY, "no memory for a path") : file_write_by(path.at, put_member, u);
    text_free(&path);
    return status;
}

/* Also what nobody wants has to be unpacked to get behind it. */
static strata_status pass_over(unpacking *u)
{
    uint8_t piece[PIECE];
    for (size_t got = 1; got > 0;) TRY(next_piece(u, piece, &got));
    return STRATA_OK;
}

/* ".." anywhere, and a name from the root, lead out of the folder; so might a backslash or a control character, elsewhere. */
static bool leads_out(const char *name)
{
    if (name[0] == '/') return true;
    for (const char *at = name; *at != '\0'; at++) {
        if ((unsigned char)*at < 0x20 || *at == '\\' || *at == 0x7f) return true;
    }
    for (const char *part = name; part != NULL; part = strchr(part, '/')) {
        part += *part == '/';
        if (strncmp(part, "..", 2) == 0 && (part[2] == '/' || part[2] == '\0')) return true;
    }
    return false;
}

/* Which of the files that are due is this, TOP/NAME or ./TOP/NAME? r->files: none. */
static size_t which_file(const unpacking *u, const char *name)
{
    const unpack_request *r = u->r;
    size_t top = strlen(r->top);
    while (strncmp(name, "./", 2) == 0) name += 2;
    if (top > 0 && (strncmp(name, r->top, top) != 0 || name[top] != '/')) return r->files;
    if (top > 0) name += top + 1;
    size_t f = 0;
    while (f < r->files && strcmp(name, r->file[f].name) != 0) f++;
    return f;
}

/* A member that is no file and no folder, or has no name that can be read, is found in no honest archive of data. */
static strata_status look_at_member(unpacking *u, struct archive_entry *entry, const char *name)
{
    mode_t kind = u->lib.archive_entry_filetype(entry);
    if (name == NULL) return refused(u, "has a name that cannot be read");
    if (leads_out(name)) return refused(u, "has a name that leads out of the folder");
    if (u->lib.archive_entry_hardlink(entry) != NULL || kind == AE_IFLNK) return refused(u, "is a link");
    if (kind != AE_IFREG && kind != AE_IFDIR) return refused(u, "is no regular file");
    return u->lib.archive_entry_is_encrypted(entry) ? refused(u, "is encrypted") : STRATA_OK;
}

static strata_status take_member(unpacking *u, struct archive_entry *entry)
{
    const char *name = u->lib.archive_entry_pathname(entry);
    if (name == NULL) name = u->lib.archive_entry_pathname_utf8(entry);
    u->member[0] = '\0';
    if (name != NULL) strncat(u->member, name, sizeof u->member - 1);
    TRY(look_at_member(u, entry, name));
    size_t f = which_file(u, name);
    if (u->lib.archive_entry_filetype(entry) == AE_IFDIR || f == u->r->files) return pass_over(u);
    if (u->found[f]) return refused(u, "is there twice");
    u->found[f] = true;
    u->due = &u->r->file[f];
    return write_member(u);
}

static strata_status take_all(unpacking *u)
{
    for (int members = 0;; members++) {
        struct archive_entry *entry;
        int code = u->lib.archive_read_next_header(u->archive, &entry);
        if (code == ARCHIVE_EOF) break;
        if (code != ARCHIVE_OK && code != ARCHIVE_WARN) return failed(u, ""); /* a warning: the name is in no language of this locale */
        if (members == UNPACK_MEMBERS_MOST) return status_fail(STRATA_ERR_DATA, "%.300s: has over %d members", u->r->archive, members);
        TRY(take_member(u, entry));
    }
    for (size_t f = 0; f < u->r->files; f++) {
        if (u->found[f]) continue;
        return status_fail(STRATA_ERR_DATA, "%.300s: has no member %s%s%s; is it the right archive?", u->r->archive, u->r->top,
                           u->r->top[0] != '\0' ? "/" : "", u->r->file[f].name);
    }
    return STRATA_OK;
}

static uint64_t most_of(const unpack_request *r)
{
    uint64_t most = UNPACK_MORE;
    for (size_t f = 0; f < r->files; f++) most += r->file[f].size != 0 ? r->file[f].size : UNPACK_FILE_MOST;
    return r->most != 0 ? r->most : most;
}

static strata_status open_archive(unpacking *u)
{
    u->archive = u->lib.archive_read_new();
    if (u->archive == NULL) return status_fail(STRATA_ERR_MEMORY, "no memory for libarchive");
    bool known = u->lib.archive_read_support_filter_gzip(u->archive) == ARCHIVE_OK &&
                 u->lib.archive_read_support_format_tar(u->archive) == ARCHIVE_OK &&
                 u->lib.archive_read_support_format_zip(u->archive) == ARCHIVE_OK;
    if (!known) return status_fail(STRATA_ERR_MEMORY, "no memory for libarchive");
    return u->lib.archive_read_open_filename(u->archive, u->r->archive, PIECE) == ARCHIVE_OK ? STRATA_OK : failed(u, "");
}

strata_status unpack(const unpack_request *r, const char *folder)
{
    REQUIRE(r->files > 0 && r->files <= UNPACK_MEMBERS_MOST);
    unpacking u = { .r = r, .folder = folder, .most = most_of(r) };
    void *found;
    TRY(alloc_zero(&found, r->files, sizeof *u.found, "the files of an archive"));
    u.found = found;
    strata_status status = load(&u.lib);
    if (status == STRATA_OK) status = open_archive(&u);
    if (status == STRATA_OK) status = take_all(&u);
    if (u.archive != NULL) (void)u.lib.archive_read_free(u.archive); /* only read */
    free(found);
    return status;
}

bool unpack_available(void)
{
    archive_calls lib;
    return load(&lib) == STRATA_OK;
}

#else

strata_status unpack(const unpack_request *r, const char *folder)
{
    (void)folder;
    return status_fail(STRATA_ERR_INTERNAL, "%.300s: this program was built without libarchive: install libarchive-dev and build again, or "
                                            "unpack it by other means and name the folder with --data", r->archive);
}

bool unpack_available(void)
{
    return false;
}

#endif
