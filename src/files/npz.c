/*
 * Archives of arrays by libzip, out of memory: the file is read once, so what was checked is what is unpacked. No member is larger
 * than its bytes can be made to, and a size is believed only when exactly so much comes out with the right checksum, which libzip
 * compares.
 */
#include "npz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "file.h"
#include "npy.h"
#include "text.h"

bool npz_is_head(const uint8_t *bytes, size_t size)
{
    return size >= 4 && memcmp(bytes, "PK\x03\x04", 4) == 0;
}

#if STRATA_ZIP
#include <zip.h>

enum { NPZ_PATH = 200, NPZ_RATIO = 1032, NPZ_SLACK = 1 << 12 }; /* deflate makes at most 1032 bytes of one */

typedef struct {
    char name[NPZ_NAME];
    size_t size;
} member;

struct npz {
    char path[NPZ_PATH];
    uint8_t *file; /* [file_size] */
    size_t file_size, count;
    zip_t *zip; /* reads out of `file` */
    member member[NPZ_MEMBERS];
};

static strata_status wrong(const npz *z, const char *name, const char *why)
{
    return status_fail(STRATA_ERR_DATA, "%s: its member '%s' %s; write it again with numpy.savez", z->path, text_cut(name), why);
}

static bool only_plain(const char *name, size_t length)
{
    for (size_t q = 0; q < length; q++) {
        unsigned char c = (unsigned char)name[q];
        if (c < ' ' || c == 0x7f || c == '/' || c == '\\' || c == ':') return false;
    }
    return true;
}

static strata_status take_name(npz *z, const char *name)
{
    size_t length = strlen(name);
    char *out = z->member[z->count].name;
    if (length < 5 || strcmp(name + length - 4, ".npy") != 0 || length - 4 >= NPZ_NAME || !only_plain(name, length)
        || name[0] == '.') {
        return wrong(z, name, "is no NAME.npy of at most 63 bytes without a folder");
    }
    memcpy(out, name, length - 4);
    out[length - 4] = '\0';
    for (size_t m = 0; m < z->count; m++) {
        if (strcmp(z->member[m].name, out) == 0) return wrong(z, name, "is there twice");
    }
    return STRATA_OK;
}

/* One entry of the directory. *together: bytes of the members before it, packed and not. */
static strata_status take_member(npz *z, size_t m, size_t together[2])
{
    zip_stat_t s;
    const zip_uint64_t all = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
    if (zip_stat_index(z->zip, m, ZIP_FL_ENC_RAW, &s) != 0 || (s.valid & all) != all) {
        return status_fail(STRATA_ERR_DATA, "%s: member %zu of its directory cannot be read; copy the file again", z->path, m);
    }
    TRY(take_name(z, s.name));
    if (s.encryption_method != ZIP_EM_NONE) return wrong(z, s.name, "is encrypted");
    if (s.comp_method != ZIP_CM_STORE && s.comp_method != ZIP_CM_DEFLATE) return wrong(z, s.name, "is neither stored nor deflated");
    if (s.comp_size > z->file_size - together[0]) return wrong(z, s.name, "is larger than the file, with those before it");
    bool stored = s.comp_method == ZIP_CM_STORE;
    bool could_be = stored ? s.size == s.comp_size : s.size <= s.comp_size * NPZ_RATIO + NPZ_SLACK;
    if (!could_be) return wrong(z, s.name, "claims a size that it cannot have");
    if (s.size > ARRAY_LIMIT - together[1]) return wrong(z, s.name, "is larger than what a data set may have, with those before it");
    together[0] += s.comp_size;
    together[1] += s.size;
    z->member[z->count++].size = s.size;
    return STRATA_OK;
}

/* *error is libzip's, and the caller's to end. */
static strata_status open_zip(npz *z, zip_error_t *error)
{
    zip_source_t *source = zip_source_buffer_create(z->file, z->file_size, 0, error);
    if (source != NULL) z->zip = zip_open_from_source(source, ZIP_RDONLY, error);
    if (z->zip != NULL) return STRATA_OK;
    zip_source_free(source);
    if (zip_error_code_zip(error) == ZIP_ER_MEMORY) return status_fail(STRATA_ERR_MEMORY, "no memory to open %s", z->path);
    return status_fail(STRATA_ERR_DATA, "%s: is no archive of arrays (npz): %s; copy the file again", z->path,
                       zip_error_strerror(error));
}

static strata_status take_directory(npz *z)
{
    size_t together[2] = { 0 };
    zip_error_t error;
    zip_error_init(&error);
    strata_status status = open_zip(z, &error);
    zip_error_fini(&error);
    TRY(status);
    zip_int64_t count = zip_get_num_entries(z->zip, 0);
    if (count < 1 || count > NPZ_MEMBERS) {
        return status_fail(STRATA_ERR_DATA, "%s: has %lld members, where 1 .. %d arrays are read", z->path, (long long)count,
                           NPZ_MEMBERS);
    }
    for (size_t m = 0; m < (size_t)count; m++) TRY(take_member(z, m, together));
    return STRATA_OK;
}

strata_status npz_open(const char *path, npz **out, char digest[DIGEST_TEXT])
{
    void *block;
    *out = NULL;
    TRY(alloc_zero(&block, 1, sizeof(npz), path));
    npz *z = block;
    (void)snprintf(z->path, sizeof z->path, "%s", path);
    strata_status status = file_read_all(path, ARRAY_LIMIT, &z->file, &z->file_size);
    if (status == STRATA_OK) status = digest_sha256(z->file, z->file_size, digest);
    if (status == STRATA_OK) status = take_directory(z);
    if (status != STRATA_OK) {
        npz_free(z);
        return status;
    }
    *out = z;
    return STRATA_OK;
}

/* Everything that comes, which must be as much as the directory says: only at the end does libzip compare the checksum. */
static strata_status unpack(const npz *z, size_t m, zip_file_t *from, uint8_t *to)
{
    uint8_t more;
    size_t size = z->member[m].size, done = 0;
    zip_int64_t got = 1;
    while (got > 0 && done < size) {
        got = zip_fread(from, to + done, size - done);
        if (got > 0) done += (size_t)got;
    }
    if (got >= 0 && done == size) got = zip_fread(from, &more, 1);
    if (got == 0 && done == size) return STRATA_OK;
    zip_error_t *error = zip_file_get_error(from);
    if (zip_error_code_zip(error) == ZIP_ER_MEMORY) return status_fail(STRATA_ERR_MEMORY, "no memory to unpack %s", z->path);
    return status_fail(STRATA_ERR_DATA, "%s: its member '%s.npy' %s after %zu of %zu bytes: %s; copy the file again", z->path,
                       z->member[m].name, got > 0 ? "goes on" : "ends", done, size,
                       got < 0 ? zip_error_strerror(error) : "its size is wrong");
}

static strata_status unpack_member(npz *z, size_t m, uint8_t *to)
{
    zip_file_t *from = zip_fopen_index(z->zip, m, 0);
    if (from != NULL) {
        strata_status status = unpack(z, m, from, to);
        (void)zip_fclose(from);
        return status;
    }
    zip_error_t *error = zip_get_error(z->zip);
    if (zip_error_code_zip(error) == ZIP_ER_MEMORY) return status_fail(STRATA_ERR_MEMORY, "no memory to unpack %s", z->path);
    return status_fail(STRATA_ERR_DATA, "%s: its member '%s.npy' cannot be read: %s; copy the file again", z->path, z->member[m].name,
                       zip_error_strerror(error));
}

strata_status npz_read(npz *z, size_t m, array *out)
{
    void *bytes;
    array a = { 0 };
    char what[NPZ_PATH + NPZ_NAME + 8];
    *out = a;
    REQUIRE(m < z->count);
    (void)snprintf(what, sizeof what, "%.120s: %s.npy", z->path, z->member[m].name);
    TRY(alloc_zero(&bytes, z->member[m].size + 1, 1, what));
    strata_status status = unpack_member(z, m, bytes);
    if (status == STRATA_OK) status = npy_parse(what, bytes, z->member[m].size, &a);
    if (status != STRATA_OK) {
        free(bytes);
        return status;
    }
    a.owned = bytes;
    *out = a;
    return STRATA_OK;
}

size_t npz_count(const npz *z)
{
    return z->count;
}

const char *npz_name(const npz *z, size_t m)
{
    return z->member[m].name;
}

void npz_free(npz *z)
{
    if (z == NULL) return;
    if (z->zip != NULL) zip_discard(z->zip);
    free(z->file);
    free(z);
}

/* ---- writing ------------------------------------------------------------------------------------------------------------------------- */

enum { NPZ_DATE = 1 << 5 | 1, NPZ_PIECE = 1 << 16 }; /* the first of January 1980: a file says nothing of when it was made */

static strata_status cannot_pack(zip_t *zip, const char *path)
{
    zip_error_t *error = zip_get_error(zip);
    if (zip_error_code_zip(error) == ZIP_ER_MEMORY) return status_fail(STRATA_ERR_MEMORY, "no memory to pack %.200s", path);
    return status_fail(STRATA_ERR_INTERNAL, "%.200s: cannot be packed: %s", path, zip_error_strerror(error));
}

static strata_status add_member(zip_t *zip, const char *path, const npz_member *m)
{
    char name[NPZ_NAME + 8];
    (void)snprintf(name, sizeof name, "%.*s.npy", NPZ_NAME, m->name);
    zip_source_t *source = zip_source_buffer(zip, m->bytes, m->size, 0);
    zip_int64_t at = source != NULL ? zip_file_add(zip, name, source, ZIP_FL_ENC_UTF_8) : -1;
    if (at < 0) {
        strata_status status = cannot_pack(zip, path);
        zip_source_free(source);
        return status;
    }
    bool good = zip_set_file_compression(zip, (zip_uint64_t)at, ZIP_CM_STORE, 0) == 0 &&
                zip_file_set_dostime(zip, (zip_uint64_t)at, 0, NPZ_DATE, 0) == 0;
    return good ? STRATA_OK : cannot_pack(zip, path);
}

/* The archive in `packed`, which outlives it. */
static strata_status pack(zip_t *zip, const char *path, const npz_member *members, size_t count)
{
    strata_status status = STRATA_OK;
    for (size_t m = 0; m < count && status == STRATA_OK; m++) status = add_member(zip, path, &members[m]);
    if (status == STRATA_OK && zip_close(zip) == 0) return STRATA_OK;
    if (status == STRATA_OK) status = cannot_pack(zip, path);
    zip_discard(zip);
    return status;
}

static strata_status put_packed(void *self, file_sink *to)
{
    zip_source_t *packed = self;
    uint8_t piece[NPZ_PIECE];
    zip_int64_t got;
    strata_status status = STRATA_OK;
    if (zip_source_open(packed) != 0) return status_fail(STRATA_ERR_INTERNAL, "a packed archive cannot be read: %s",
                                                         zip_error_strerror(zip_source_error(packed)));
    while (status == STRATA_OK && (got = zip_source_read(packed, piece, sizeof piece)) != 0) {
        status = got > 0 ? file_put(to, piece, (size_t)got) : status_fail(STRATA_ERR_INTERNAL, "a packed archive cannot be read: %s",
                                                                          zip_error_strerror(zip_source_error(packed)));
    }
    (void)zip_source_close(packed);
    return status;
}

strata_status npz_write(const char *path, const npz_member *members, size_t count)
{
    zip_t *zip = NULL;
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *packed = zip_source_buffer_create(NULL, 0, 0, &error);
    if (packed != NULL) {
        zip_source_keep(packed); /* once for the archive, once for reading it */
        zip = zip_open_from_source(packed, ZIP_CREATE | ZIP_TRUNCATE, &error);
        if (zip == NULL) zip_source_free(packed);
    }
    strata_status status = STRATA_OK;
    if (zip == NULL) status = status_fail(STRATA_ERR_MEMORY, "no memory to pack %.200s: %s", path, zip_error_strerror(&error));
    zip_error_fini(&error);
    if (status == STRATA_OK) status = pack(zip, path, members, count);
    if (status == STRATA_OK) status = file_write_by(path, put_packed, packed);
    zip_source_free(packed);
    return status;
}

#else

strata_status npz_open(const char *path, npz **out, char digest[DIGEST_TEXT])
{
    (void)digest;
    *out = NULL;
    return status_fail(STRATA_ERR_INTERNAL,
                       "%.200s: this build reads no archives of arrays; save each array with numpy.save, or install "
                       "libzip-dev and build again",
                       path);
}

size_t npz_count(const npz *z)
{
    (void)z;
    return 0;
}

const char *npz_name(const npz *z, size_t m)
{
    (void)z, (void)m;
    return "";
}

strata_status npz_read(npz *z, size_t m, array *out)
{
    (void)z, (void)m;
    *out = (array){ 0 };
    return status_fail(STRATA_ERR_INTERNAL, "this build reads no archives of arrays");
}

void npz_free(npz *z)
{
    (void)z;
}

strata_status npz_write(const char *path, const npz_member *members, size_t count)
{
    (void)members, (void)count;
    return status_fail(STRATA_ERR_INTERNAL, "%.200s: this build writes no archives of arrays; install libzip-dev and build again, or use "
                       "another kind of file", path);
}

#endif
