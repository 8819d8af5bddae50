/* See fetch.h. */
#include "fetch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "file.h"
#include "text.h"
#include "unpack.h"

typedef struct {
    const fetch_set *set;
    const fetch_request *r;
    text place, work, made; /* HOME/NAME, HOME/NAME.fetch, and HOME/NAME.fetch/.made, which becomes the first */
} fetching;

static bool is_plain(const char *name)
{
    return name != NULL && name[0] != '\0' && name[0] != '.' && strchr(name, '/') == NULL && strlen(name) < 200;
}

static strata_status check_request(const fetch_set *set, const fetch_request *r)
{
    REQUIRE(is_plain(set->name) && set->files > 0 && r->home != NULL && r->home[0] != '\0');
    REQUIRE(set->archive.due.name == NULL || is_plain(set->archive.due.name));
    for (size_t f = 0; f < set->files; f++) REQUIRE(is_plain(set->file[f].due.name));
    return STRATA_OK;
}

static strata_status join(text *path, const char *folder, const char *name)
{
    *path = (text){ 0 };
    text_add(path, "%s/%s", folder, name);
    if (!path->failed) return STRATA_OK;
    text_free(path);
    return status_fail(STRATA_ERR_MEMORY, "no memory for a path");
}

/* ---- what is there ------------------------------------------------------------------------------------------------------------------- */

static strata_status check_in(const char *folder, const part_due *due)
{
    text path;
    TRY(join(&path, folder, due->name));
    strata_status status = part_check(path.at, &(part_due){ path.at, due->size, due->sha256 });
    text_free(&path);
    return status;
}

/* Is the set there? One that is not whole is no one's to replace but its owner's. */
static strata_status look(const fetching *f, bool *there)
{
    TRY(file_look(f->place.at, there));
    for (size_t q = 0; q < f->set->files && *there; q++) {
        strata_status status = check_in(f->place.at, &f->set->file[q].due);
        if (status == STRATA_ERR_DATA) {
            char sentence[STATUS_SENTENCE];
            status_sentence_save(sentence);
            return status_fail(STRATA_ERR_DATA, "%.300s is there but not whole (%.400s); remove that folder and fetch again", f->place.at,
                               sentence);
        }
        TRY(status);
    }
    return STRATA_OK;
}

/* Removes a folder that holds files alone, as far as it can be: what remains is removed by the next fetch. */
static void remove_folder(const char *path)
{
    DIR *folder = opendir(path);
    if (folder == NULL) return;
    for (const struct dirent *e = readdir(folder); e != NULL; e = readdir(folder)) (void)unlinkat(dirfd(folder), e->d_name, 0);
    (void)closedir(folder); /* only read */
    (void)rmdir(path);
}

/* ---- from where ---------------------------------------------------------------------------------------------------------------------- */

/* A file into the folder of the work, unless it is there from before. */
static strata_status get(const fetching *f, const fetch_file *file, text *path)
{
    TRY(join(path, f->work.at, file->due.name));
    bool there;
    strata_status status = file_look(path->at, &there);
    if (status == STRATA_OK && there && file->due.sha256 != NULL && part_check(path->at, &file->due) == STRATA_OK) return STRATA_OK;
    if (status == STRATA_OK && file->addresses == 0)
        status = status_fail(STRATA_ERR_DATA, "%s: no address of it is known; fetch it by other means and name it with --from",
                             file->due.name);
    if (status == STRATA_OK) {
        download_request request = { .address = file->address, .addresses = file->addresses, .path = path->at, .due = file->due };
        status = download(&request, &f->r->how);
    }
    if (status != STRATA_OK) text_free(path);
    return status;
}

static strata_status unpack_from(const fetching *f, const char *archive)
{
    void *memory;
    TRY(alloc_zero(&memory, f->set->files, sizeof(part_due), "the files of an archive"));
    part_due *due = memory;
    for (size_t q = 0; q < f->set->files; q++) due[q] = f->set->file[q].due;
    unpack_request request = { .archive = archive, .top = f->set->top != NULL ? f->set->top : "", .file = due, .files = f->set->files,
                               .go = f->r->how.go };
    strata_status status = unpack(&request, f->made.at);
    free(memory);
    return status;
}

static strata_status take_archive(const fetching *f)
{
    text path;
    if (f->r->from != NULL) {
        TRY(part_check(f->r->from, &(part_due){ f->r->from, f->set->archive.due.size, f->set->archive.due.sha256 }));
        return unpack_from(f, f->r->from);
    }
    TRY(get(f, &f->set->archive, &path));
    strata_status status = unpack_from(f, path.at);
    text_free(&path);
    return status;
}

/* A file is copied piece by piece, and what was read is checked once more. */
typedef struct {
    const char *path;
    const going *go;
} copying;

static strata_status put_copy(void *self, file_sink *to)
{
    enum { PIECE = 1 << 16 };
    const copying *c = self;
    uint8_t piece[PIECE];
    strata_status status = STRATA_OK;
    int fd = open(c->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) return status_fail(STRATA_ERR_STORAGE, "%.300s: cannot be opened: %s", c->path, strerror(errno));
    for (ssize_t got = 1; got != 0 && status == STRATA_OK;) {
        got = read(fd, piece, sizeof piece);
        if (got > 0) status = file_put(to, piece, (size_t)got);
        else if (got < 0 && errno != EINTR) status = status_fail(STRATA_ERR_STORAGE, "%.300s: reading: %s", c->path, strerror(errno));
        if (status == STRATA_OK && !going_on(c->go)) status = status_fail(STRATA_STOPPED, "stopped while copying %.300s", c->path);
    }
    close(fd);
    return status;
}

static strata_status copy_file(const fetching *f, const part_due *due)
{
    text from, to;
    TRY(check_in(f->r->from, due));
    TRY(join(&from, f->r->from, due->name));
    strata_status status = join(&to, f->made.at, due->name);
    if (status == STRATA_OK) {
        status = file_write_by(to.at, put_copy, &(copying){ from.at, &f->r->how.go });
        if (status == STRATA_OK) status = part_check(to.at, due);
        text_free(&to);
    }
    text_free(&from);
    return status;
}

static strata_status copy_all(const fetching *f)
{
    for (size_t q = 0; q < f->set->files; q++) TRY(copy_file(f, &f->set->file[q].due));
    return STRATA_OK;
}

static strata_status move_file(const fetching *f, const fetch_file *file)
{
    text from, to;
    TRY(join(&from, f->work.at, file->due.name));
    strata_status status = join(&to, f->made.at, file->due.name);
    if (status == STRATA_OK) {
        status = file_rename(from.at, to.at);
        text_free(&to);
    }
    text_free(&from);
    return status;
}

/* All are there before the first is moved: until then a fetch that is stopped has them all. */
static strata_status take_files(const fetching *f)
{
    for (size_t q = 0; q < f->set->files; q++) {
        text path;
        TRY(get(f, &f->set->file[q], &path));
        text_free(&path);
    }
    for (size_t q = 0; q < f->set->files; q++) TRY(move_file(f, &f->set->file[q]));
    return STRATA_OK;
}

/* ---- the whole ----------------------------------------------------------------------------------------------------------------------- */

/* The folder of the work is locked. */
static strata_status make(const fetching *f, bool *made)
{
    bool there;
    *made = false;
    TRY(look(f, &there)); /* another process may have made it meanwhile */
    if (there) return STRATA_OK;
    remove_folder(f->made.at);
    TRY(file_make_folder(f->made.at));
    if (f->set->archive.due.name != NULL) TRY(take_archive(f));
    else TRY(f->r->from != NULL ? copy_all(f) : take_files(f));
    TRY(file_rename(f->made.at, f->place.at));
    *made = true;
    return STRATA_OK;
}

/* Who had it locked removes it in the end: then it is made again. */
static strata_status lock_work(const fetching *f, int *lock)
{
    bool there = false;
    for (int attempt = 0; attempt < 10 && !there; attempt++) {
        TRY(file_make_folder(f->work.at));
        strata_status status = file_lock_if_there(f->work.at, lock, &there);
        if (status == STRATA_ERR_BUSY)
            return status_fail(STRATA_ERR_BUSY, "%s is being fetched by another process (%.300s is locked); wait until it has ended",
                               f->set->name, f->work.at);
        TRY(status);
    }
    return there ? STRATA_OK : status_fail(STRATA_ERR_STORAGE, "%.300s: the folder is removed again and again", f->work.at);
}

/* Where the set is there, the work is over, whoever was at it. */
static strata_status work(const fetching *f, bool *made)
{
    int lock;
    TRY(lock_work(f, &lock));
    strata_status status = make(f, made);
    remove_folder(f->made.at);
    if (status == STRATA_OK) remove_folder(f->work.at);
    else (void)rmdir(f->work.at); /* unless something has come */
    file_unlock(lock);
    return status;
}

static strata_status name_places(fetching *f)
{
    text_add(&f->place, "%s/%s", f->r->home, f->set->name);
    text_add(&f->work, "%s/%s.fetch", f->r->home, f->set->name);
    text_add(&f->made, "%s/%s.fetch/.made", f->r->home, f->set->name);
    bool failed = f->place.failed || f->work.failed || f->made.failed;
    return failed ? status_fail(STRATA_ERR_MEMORY, "no memory for a path") : STRATA_OK;
}

strata_status fetch(const fetch_set *set, const fetch_request *r, char **path, bool *new_one)
{
    *path = NULL;
    *new_one = false;
    TRY(check_request(set, r));
    fetching f = { .set = set, .r = r };
    bool there = false;
    strata_status status = name_places(&f);
    if (status == STRATA_OK) status = look(&f, &there);
    if (status == STRATA_OK && (!there || file_exists(f.work.at))) status = work(&f, new_one);
    if (status == STRATA_ERR_BUSY && there) status = STRATA_OK; /* the other process is about to end */
    if (status == STRATA_OK) *path = f.place.at;
    else text_free(&f.place);
    text_free(&f.work);
    text_free(&f.made);
    return status;
}
