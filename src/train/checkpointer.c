/* See checkpointer.h. Whoever has the lock may change the files of the folder, and nobody else. */
#include "checkpointer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "checkpoint.h"
#include "clock.h"
#include "file.h"
#include "sized.h"
#include "text.h"

static const char newest_name[] = "checkpoint", previous_name[] = "checkpoint.previous";

struct checkpointer {
    const strata_checkpoints *how;
    size_t member;
    text folder, newest, previous;
    int lock;
    checkpoint_room *room;
    double tried; /* when the last was written, or could not be */
    bool told;    /* that the last could not be written: of a full disk nobody wants to hear at every attempt */
    long asked;   /* for how many had been asked then */
};

static void tell(const checkpointer *k, const char *sentence)
{
    if (k->how->tell != NULL) k->how->tell(k->how->self, k->member, sentence);
}

static long asked(const strata_checkpoints *how)
{
    return how->requests != NULL ? how->requests(how->self) : 0;
}

static strata_status make_path(text *path, const char *folder, const char *id, const char *name)
{
    text_add(path, "%s/%s%s%s", folder, id, name[0] != '\0' ? "/" : "", name);
    return path->failed ? status_fail(STRATA_ERR_MEMORY, "no memory for the path of a checkpoint") : STRATA_OK;
}

/* ---- reading ------------------------------------------------------------------------------------------------------------------------- */

/* A checkpoint of this run. One descriptor for the digest and for what is made of it: the file is read once. *bytes is to be freed; out
 * lies inside it. */
static strata_status read_file(const char *path, const char *id, uint8_t **bytes, checkpoint *out)
{
    size_t size;
    TRY(file_read_all(path, CHECKPOINT_LIMIT, bytes, &size));
    strata_status status = checkpoint_read(*bytes, size, out);
    if (status == STRATA_OK && strcmp(out->id, id) != 0) status = status_fail(STRATA_ERR_DATA, "is a checkpoint of run %.12s", out->id);
    if (status == STRATA_OK) return STRATA_OK;
    free(*bytes);
    *bytes = NULL;
    return status_fail_at(status, path);
}

/* Renames it, and says so behind the sentence that is there. */
static strata_status set_aside(const checkpointer *k, const char *path, const char *suffix)
{
    char why[STATUS_SENTENCE], sentence[STATUS_SENTENCE];
    text aside = { 0 };
    status_sentence_save(why);
    text_add(&aside, "%s%s", path, suffix);
    for (int other = 2; !aside.failed && file_exists(aside.at); other++) { /* what was set aside before is never lost */
        aside.length = 0;
        text_add(&aside, "%s%s.%d", path, suffix, other);
    }
    strata_status status = aside.failed ? status_fail(STRATA_ERR_MEMORY, "no memory for a path") : file_rename(path, aside.at);
    if (status == STRATA_OK) {
        int length = snprintf(sentence, sizeof sentence, "%s; set aside as %s", why, aside.at);
        if (length > 0) tell(k, sentence);
    }
    text_free(&aside);
    return status;
}

static void tell_where(const checkpointer *k, const strata_run *run, const checkpoint *c)
{
    char sentence[STATUS_SENTENCE], log[96] = "";
    if (c->update > 0 && c->config.log_every != run->config.log_every) {
        (void)snprintf(log, sizeof log, "; its log of log_every=%ld is left behind", (long)c->config.log_every);
        if (c->config.log_every == 0) (void)snprintf(log, sizeof log, "; its log begins there");
    }
    (void)snprintf(sentence, sizeof sentence, "seed %llu: goes on from update %ld of %ld%s%s", (unsigned long long)run->facts.seed,
                   c->update, config_updates(&run->config),
                   c->update == 0 || checkpoint_same_build(c) ? "" : "; another build began it, so its last bits may be those of neither",
                   log);
    tell(k, sentence);
}

/* Puts the run where this file was. *found: it was there, whole, and of this run. */
static strata_status restore(checkpointer *k, const char *path, strata_run *run, bool *found)
{
    checkpoint c;
    uint8_t *bytes;
    *found = false;
    if (!file_exists(path)) return STRATA_OK;
    strata_status status = read_file(path, run->id, &bytes, &c);
    if (status == STRATA_OK) {
        status = checkpoint_portable(&c);
        if (status != STRATA_OK) status = status_fail_at(status, path);
    }
    if (status == STRATA_OK) {
        checkpoint_restore(&c, run);
        run->facts.checkpoint = c.update;
        *found = true;
        tell_where(k, run, &c);
    }
    free(bytes);
    return status == STRATA_ERR_DATA ? set_aside(k, path, ".damaged") : status;
}

/* What cannot be read now may be readable later: it is neither believed nor lost. The previous one will do, and the newest gets another
 * name, or the next checkpoint would push it over the previous one. Without a previous one, the user has to choose. */
static strata_status restore_without_newest(checkpointer *k, strata_run *run, bool *found)
{
    char why[STATUS_SENTENCE];
    status_sentence_save(why);
    strata_status status = restore(k, k->previous.at, run, found);
    status_sentence_load(why);
    if (status == STRATA_OK && *found) return set_aside(k, k->newest.at, ".unreadable");
    if (status != STRATA_OK && status != STRATA_ERR_STORAGE) return status;
    return status_fail(STRATA_ERR_STORAGE, "%.900s; make it readable, or remove it to start afresh", why);
}

static strata_status restore_newest(checkpointer *k, strata_run *run, bool *found)
{
    strata_status status = restore(k, k->newest.at, run, found);
    if (status == STRATA_ERR_STORAGE) return restore_without_newest(k, run, found);
    if (status == STRATA_OK && !*found) status = restore(k, k->previous.at, run, found);
    return status;
}

/* ---- the start ----------------------------------------------------------------------------------------------------------------------- */

static void tell_lost(checkpointer *k, const strata_run *run)
{
    char why[STATUS_SENTENCE], sentence[STATUS_SENTENCE], kept[64] = "none is kept";
    if (k->told) return;
    k->told = true;
    status_sentence_save(why);
    if (run->facts.checkpoint >= 0) (void)snprintf(kept, sizeof kept, "that of update %ld is kept", run->facts.checkpoint);
    int length = snprintf(sentence, sizeof sentence,
                          "seed %llu: no checkpoint of update %ld, %s: %s; it is tried again whenever one is due",
                          (unsigned long long)run->facts.seed, run->facts.updates, kept, why);
    if (length > 0) tell(k, sentence);
}

/* From here on the run can be finished. As with every other checkpoint, a disk that is full is said, and the training begins. */
static void keep_start(checkpointer *k, strata_run *run)
{
    size_t size;
    strata_status status = checkpoint_write_start(k->room, &size);
    if (status == STRATA_OK) status = file_write(k->newest.at, k->room->bytes, size);
    if (status == STRATA_OK) run->facts.checkpoint = 0;
    else tell_lost(k, run);
}

/* ---- a checkpointer -------------------------------------------------------------------------------------------------------------- */

/* A process that trained the same run may remove the folder before this one has its lock: a run that diverged leaves it empty. */
static strata_status make_and_lock(checkpointer *k)
{
    bool there = false;
    for (int attempt = 0; !there && attempt < 100; attempt++) {
        TRY(file_make_folder(k->folder.at));
        TRY(file_lock_if_there(k->folder.at, &k->lock, &there));
    }
    return there ? STRATA_OK : status_fail(STRATA_ERR_STORAGE, "%s: the folder is removed again and again", k->folder.at);
}

static strata_status start(checkpointer *k, strata_run *run)
{
    bool found;
    const char *folder = k->how->folder;
    TRY(make_path(&k->folder, folder, run->id, ""));
    TRY(make_path(&k->newest, folder, run->id, newest_name));
    TRY(make_path(&k->previous, folder, run->id, previous_name));
    TRY(make_and_lock(k));
    if (k->how->needed != NULL && !k->how->needed(k->how->self, k->member)) {
        return status_fail(STRATA_ERR_BUSY, "%s: another process has finished it", k->folder.at);
    }
    if (k->lock < 0) tell(k, "the file system has no locks: see to it that no other process trains into the same folder");
    file_sweep(k->folder.at);
    TRY(restore_newest(k, run, &found));
    TRY(checkpoint_room_create(run, k->how->owner, &k->room)); /* now that the file's bytes are gone, which were as many */
    k->tried = clock_seconds();
    k->asked = asked(k->how); /* all memory is there: from here on there is something to keep */
    if (!found) keep_start(k, run);
    return STRATA_OK;
}

strata_status checkpointer_open(strata_run *run, const strata_checkpoints *how, size_t member, checkpointer **out)
{
    void *made;
    *out = NULL;
    if (how == NULL) return STRATA_OK;
    TRY(alloc_zero(&made, 1, sizeof **out, "the checkpoints of a run"));
    checkpointer *k = made;
    *k = (checkpointer){ .how = how, .member = member, .lock = -1 };
    strata_status status = start(k, run);
    if (status == STRATA_OK) *out = k;
    else checkpointer_close(k);
    return status;
}

void checkpointer_close(checkpointer *k)
{
    if (k == NULL) return;
    if (k->lock >= 0) (void)rmdir(k->folder.at); /* fails when there is something in it, as it should */
    file_unlock(k->lock);
    checkpoint_room_free(k->room);
    text_free(&k->folder);
    text_free(&k->newest);
    text_free(&k->previous);
    free(k);
}

/* ---- writing ------------------------------------------------------------------------------------------------------------------------- */

void checkpointer_after_update(checkpointer *k, strata_run *run, double seconds, bool must)
{
    size_t size;
    if (k == NULL) return;
    long t = run->facts.updates, wanted = asked(k->how);
    double now = clock_seconds();
    bool due = (k->how->updates > 0 && t % k->how->updates == 0) || (k->how->seconds > 0 && now - k->tried >= k->how->seconds);
    if ((!due && !must && wanted == k->asked) || t == run->facts.checkpoint) return;
    k->tried = now;
    k->asked = wanted;
    strata_status status = checkpoint_write(k->room, run, seconds, &size);
    if (status == STRATA_OK) status = file_write_after(k->newest.at, k->previous.at, k->room->bytes, size);
    if (status != STRATA_OK) {
        tell_lost(k, run);
        return;
    }
    run->facts.checkpoint = t;
    k->told = false;
}

/* ---- for those who keep runs --------------------------------------------------------------------------------------------------------- */

/* The newest that is whole. When one cannot be read, and no other is whole, that is the reason, whichever of the two it is. */
static strata_status read_either(const char *newest, const char *previous, const char *id, uint8_t **bytes, checkpoint *out)
{
    char why[STATUS_SENTENCE];
    strata_status first = read_file(newest, id, bytes, out);
    if ((first != STRATA_ERR_DATA && first != STRATA_ERR_STORAGE) || !file_exists(previous)) return first;
    status_sentence_save(why);
    strata_status second = read_file(previous, id, bytes, out);
    if (second != STRATA_ERR_DATA || first != STRATA_ERR_STORAGE) return second;
    status_sentence_load(why);
    return first;
}

static strata_status describe(const checkpoint *c, strata_checkpoint_facts *out)
{
    strata_checkpoint_facts made = { .update = c->update, .updates = config_updates(&c->config), .seconds = c->seconds }, *facts = &made;
    (void)snprintf(facts->data_digest, sizeof facts->data_digest, "%.*s", DIGEST_TEXT - 1, c->data);
    (void)snprintf(facts->data_kind, sizeof facts->data_kind, "%.*s", (int)sizeof facts->data_kind - 1, c->kind);
    (void)snprintf(facts->owner, sizeof facts->owner, "%.*s", (int)sizeof facts->owner - 1, c->owner);
    if (checkpoint_portable(c) != STRATA_OK) (void)snprintf(facts->obstacle, sizeof facts->obstacle, "%.511s", strata_error());
    return sized_give("strata_checkpoint_facts", out, facts, sizeof made);
}

static strata_status busy(const char *folder)
{
    return status_fail(STRATA_ERR_BUSY, "%s: another process is at work there; wait until it has ended", folder);
}

strata_status strata_checkpoint_peek(const char *folder, const char *id, strata_checkpoint_facts *facts, strata_config **config)
{
    checkpoint c;
    uint8_t *bytes = NULL;
    text run = { 0 }, newest = { 0 }, previous = { 0 };
    *config = NULL;
    REQUIRE(folder != NULL && id != NULL && facts != NULL);
    strata_status status = make_path(&run, folder, id, "");
    if (status == STRATA_OK) status = make_path(&newest, folder, id, newest_name);
    if (status == STRATA_OK) status = make_path(&previous, folder, id, previous_name);
    /* Who trains it may be between the two renames of a checkpoint, so what is there then says nothing. */
    if (status == STRATA_OK && file_is_locked(run.at)) status = busy(run.at);
    if (status == STRATA_OK) status = read_either(newest.at, previous.at, id, &bytes, &c);
    if (status != STRATA_OK && !run.failed && file_is_locked(run.at)) status = busy(run.at);
    if (status == STRATA_OK) status = describe(&c, facts);
    if (status == STRATA_OK) status = strata_config_copy(&c.config, config);
    free(bytes);
    text_free(&run);
    text_free(&newest);
    text_free(&previous);
    return status;
}

static strata_status remove_files(const char *folder, const char *id)
{
    static const char *const names[] = { newest_name, previous_name };
    strata_status status = STRATA_OK;
    for (size_t q = 0; q < sizeof names / sizeof *names; q++) {
        text path = { 0 };
        strata_status removed = make_path(&path, folder, id, names[q]);
        if (removed == STRATA_OK) removed = file_remove(path.at);
        if (removed != STRATA_OK) status = removed;
        text_free(&path);
    }
    return status;
}

strata_status strata_checkpoint_remove(const char *folder, const char *id)
{
    REQUIRE(folder != NULL && id != NULL);
    strata_status status = remove_files(folder, id);
    text run = { 0 };
    if (make_path(&run, folder, id, "") == STRATA_OK) (void)rmdir(run.at); /* of a run that left nothing else */
    text_free(&run);
    return status;
}

strata_status strata_checkpoint_remove_idle(const char *folder, const char *id)
{
    int lock = -1;
    text run = { 0 };
    REQUIRE(folder != NULL && id != NULL);
    strata_status status = make_path(&run, folder, id, "");
    bool there = false;
    if (status == STRATA_OK) {
        status = file_lock_if_there(run.at, &lock, &there);
        if (status == STRATA_OK && there) status = strata_checkpoint_remove(folder, id);
        else if (status == STRATA_ERR_BUSY) status = STRATA_OK;
        file_unlock(lock);
    }
    text_free(&run);
    return status;
}
