/*
 * The files of runs that are merged. A file appears under its name whole, with the bytes that were recorded, or not at all: what is read is
 * digested on its way, and a copy whose digest is another never gets the name. The disk is waited for once for all files of a folder, which
 * takes a fraction of the time; a power cut before that may spoil a file that no row speaks of yet, and the next merge, which looks at the
 * digests of what it finds, makes it anew.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "alloc.h"
#include "file.h"
#include "merge.h"
#include "stored_words.h"

enum { ID_DIGITS = 12, PIECE = 1 << 16 };

static const char below[] = "runs/";

static strata_status path_of(text *path, const char *folder, const char *name)
{
    path->length = 0;
    text_add(path, "%s/%s", folder, name);
    return path->failed ? stored_words_no_memory() : STRATA_OK;
}

/* ---- folders ------------------------------------------------------------------------------------------------------------------------- */

typedef strata_status folder_visitor(void *self, const char *path, const char *name);

/* Shows each folder of a run: DIR/runs/NAME. */
static strata_status each_folder(const char *folder, folder_visitor *visit, void *self)
{
    text path = { 0 };
    strata_status status = path_of(&path, folder, "runs");
    DIR *all = status == STRATA_OK ? opendir(path.at) : NULL;
    if (status == STRATA_OK && all == NULL && errno != ENOENT) {
        status = status_fail(STRATA_ERR_STORAGE, "%s: the folder cannot be read: %s", path.at, strerror(errno));
    }
    for (const struct dirent *e = all != NULL ? readdir(all) : NULL; e != NULL && status == STRATA_OK; e = readdir(all)) {
        if (e->d_name[0] == '.') continue;
        path.length = 0;
        text_add(&path, "%s/runs/%s", folder, e->d_name);
        status = path.failed ? stored_words_no_memory() : visit(self, path.at, e->d_name);
    }
    if (all != NULL) (void)closedir(all); /* only read */
    text_free(&path);
    return status;
}

static strata_status refuse_if_locked(void *unused, const char *path, const char *name)
{
    (void)unused;
    if (!file_is_locked(path)) return STRATA_OK;
    return status_fail(STRATA_ERR_BUSY, "%s: a process trains run %.*s at this moment; nothing was merged: wait until it has ended, or "
                       "stop it", path, ID_DIGITS, name);
}

strata_status runs_merge_refuse_if_trained(const char *folder)
{
    return each_folder(folder, refuse_if_locked, NULL);
}

typedef struct {
    store *from;
    long *count;
} counter;

static bool has_file(const char *folder, const char *name)
{
    text path = { 0 };
    bool has = path_of(&path, folder, name) == STRATA_OK && file_exists(path.at);
    text_free(&path);
    return has;
}

/* A run that was killed between its record and the end of its checkpoint has ended. */
static strata_status count_one(void *self, const char *path, const char *name)
{
    const counter *c = self;
    bool found, ended;
    if (!has_file(path, "checkpoint") && !has_file(path, "checkpoint.previous")) return STRATA_OK;
    TRY(store_find_run(c->from, name, &found, &ended));
    *c->count += !ended;
    return STRATA_OK;
}

strata_status runs_merge_count_unfinished(store *from, const char *folder, long *count)
{
    *count = 0;
    return each_folder(folder, count_one, &(counter){ from, count });
}

/* ---- one file ------------------------------------------------------------------------------------------------------------------------ */

typedef struct {
    const char *folder, *id, *out;
    runs_merged_folder *found;
    text source, target;
    uint8_t *piece;
    text target_folder;
    int lock;
} copier;

/* A store from elsewhere may say anything: a file lies in a folder below runs/, and in no other one. */
static bool is_place(const char *path)
{
    const char *name = path + sizeof below - 1, *slash;
    if (strncmp(path, below, sizeof below - 1) != 0 || (slash = strchr(name, '/')) == NULL) return false;
    return name[0] != '.' && slash > name && slash[1] != '.' && slash[1] != '\0' && strchr(slash + 1, '/') == NULL;
}

static strata_status is_not_as_recorded(const copier *c, const char *what)
{
    return status_fail(STRATA_ERR_DATA, "%.300s: %.300s; nothing was merged: strata runs verify %s says more, and strata runs rm %s --out "
                       "%s removes the run", c->source.at, what, c->folder, c->id, c->folder);
}

static strata_status look_at_file(void *self, const store_artifact *due)
{
    copier *c = self;
    store_file_found found;
    TRY(path_of(&c->source, c->folder, due->path));
    if (!is_place(due->path)) return is_not_as_recorded(c, "lies elsewhere than runs/ID/NAME");
    TRY(store_look_at_file(c->folder, due, &found));
    if (found.state != STORE_FILE_WHOLE) return is_not_as_recorded(c, found.why);
    c->found->files++;
    c->found->bytes += due->bytes;
    return STRATA_OK;
}

strata_status runs_merge_look_at_files(store *from, const char *folder, const char *id, runs_merged_folder *found)
{
    copier c = { .folder = folder, .id = id, .found = found };
    strata_status status = store_each_artifact(from, id, look_at_file, &c);
    text_free(&c.source);
    return status;
}

/* ---- copying ------------------------------------------------------------------------------------------------------------------------- */

typedef struct {
    copier *c;
    const store_artifact *due;
    file_sink *to;
    digest_state digest;
} stream;

static strata_status pass_on(void *self, const uint8_t *bytes, size_t size)
{
    stream *s = self;
    TRY(digest_add(&s->digest, bytes, size));
    return file_put(s->to, bytes, size);
}

/* Fails before the copy gets its name. */
static strata_status produce(void *self, file_sink *to)
{
    char digest[DIGEST_TEXT];
    stream *s = self;
    s->to = to;
    TRY(digest_begin(&s->digest));
    TRY(file_read_pieces(s->c->source.at, (size_t)s->due->bytes, s->c->piece, PIECE, pass_on, s));
    TRY(digest_end(&s->digest, digest));
    return strcmp(digest, s->due->sha256) == 0 ? STRATA_OK : is_not_as_recorded(s->c, "its bytes are not those that were recorded");
}

/* Does the file lie there already, of a merge that was ended before its rows were written? */
static strata_status is_there(const char *path, const store_artifact *due, bool *whole)
{
    size_t size = 0;
    char digest[DIGEST_TEXT] = "";
    TRY(file_look(path, whole));
    if (!*whole) return STRATA_OK;
    TRY(file_digest(path, &size, digest));
    *whole = (int64_t)size == due->bytes && strcmp(digest, due->sha256) == 0;
    return STRATA_OK;
}

/* The folder of the run is ours while its files come: whoever would train it there waits, and what a killed merge left of a file goes. */
static strata_status enter(copier *c, const store_artifact *due)
{
    text folder = { 0 };
    text_add(&folder, "%s/%.*s", c->out, (int)(strrchr(due->path, '/') - due->path), due->path);
    if (folder.failed) return stored_words_no_memory();
    bool same = c->target_folder.at != NULL && strcmp(c->target_folder.at, folder.at) == 0;
    if (same) return text_free(&folder), STRATA_OK;
    file_unlock(c->lock);
    c->lock = -1;
    text_free(&c->target_folder);
    c->target_folder = folder;
    if (mkdir(folder.at, 0777) != 0 && errno != EEXIST) {
        return status_fail(STRATA_ERR_STORAGE, "%s: the folder cannot be made: %s", folder.at, strerror(errno));
    }
    TRY(file_lock(folder.at, &c->lock));
    file_sweep(folder.at);
    return STRATA_OK;
}

static strata_status copy_file(void *self, const store_artifact *due)
{
    bool whole;
    copier *c = self;
    TRY(path_of(&c->source, c->folder, due->path));
    if (!is_place(due->path) || due->bytes < 0) return is_not_as_recorded(c, "lies elsewhere than runs/ID/NAME");
    TRY(path_of(&c->target, c->out, due->path));
    TRY(enter(c, due));
    TRY(is_there(c->target.at, due, &whole));
    return whole ? STRATA_OK : file_write_soon_by(c->target.at, produce, &(stream){ .c = c, .due = due });
}

strata_status runs_merge_copy_files(store *from, const char *folder, const char *id, const char *out)
{
    void *piece;
    TRY(alloc_zero(&piece, PIECE, 1, "a piece of a file"));
    copier c = { .folder = folder, .id = id, .out = out, .piece = piece, .lock = -1 };
    strata_status status = store_each_artifact(from, id, copy_file, &c);
    file_unlock(c.lock);
    free(piece);
    text_free(&c.source);
    text_free(&c.target);
    text_free(&c.target_folder);
    return status;
}

/* ---- the disk ------------------------------------------------------------------------------------------------------------------------ */

/* The file, and its folder when the last file of it has come. */
static strata_status sync_file(void *self, const store_artifact *due)
{
    copier *c = self;
    TRY(path_of(&c->target, c->out, due->path));
    TRY(file_sync(c->target.at));
    *strrchr(c->target.at, '/') = '\0';
    bool same = c->target_folder.at != NULL && strcmp(c->target_folder.at, c->target.at) == 0;
    if (same) return STRATA_OK;
    if (c->target_folder.at != NULL) TRY(file_sync(c->target_folder.at));
    c->target_folder.length = 0;
    text_add(&c->target_folder, "%s", c->target.at);
    return c->target_folder.failed ? stored_words_no_memory() : STRATA_OK;
}

strata_status runs_merge_sync_files(store *from, const char *id, const char *out)
{
    copier c = { .out = out };
    strata_status status = store_each_artifact(from, id, sync_file, &c);
    if (status == STRATA_OK && c.target_folder.at != NULL) status = file_sync(c.target_folder.at);
    text_free(&c.target);
    text_free(&c.target_folder);
    return status;
}
