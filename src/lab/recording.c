/* See recording.h. */
#include "recording.h"

#include "file.h"

strata_status recording_open(recording *r, const char *folder, const char *database, const strata_data *data)
{
    *r = (recording){ .folder = folder, .data = data, .lock = PTHREAD_MUTEX_INITIALIZER };
    TRY(file_make_folder(folder));
    return database != NULL ? store_open(database, STORE_READ_WRITE, &r->s) : STRATA_OK;
}

void recording_close(recording *r)
{
    store_close(r->s);
    r->s = NULL;
}

static void remember_failure(recording *r, strata_status status)
{
    (void)pthread_mutex_lock(&r->lock);
    if (r->failures++ == 0) {
        r->status = status;
        status_sentence_save(r->sentence);
    }
    (void)pthread_mutex_unlock(&r->lock);
}

bool recording_keep(recording *r, const char *maker, const strata_run *run, text *unsaid)
{
    char name[256];
    const strata_run_facts_t *f = strata_run_facts(run);
    const record_place to = { .s = r->s, .lock = &r->lock, .maker = maker, .folder = r->folder, .data = r->data };
    if (f->outcome != STRATA_OK && f->outcome != STRATA_ERR_DIVERGED) return false;
    strata_status status = strata_config_get(strata_run_config(run), "name", name, sizeof name);
    if (status == STRATA_OK) status = record_run(&to, name, run, unsaid);
    if (status == STRATA_OK) status = strata_checkpoint_remove(r->folder, f->id);
    if (status != STRATA_OK) remember_failure(r, status);
    return status == STRATA_OK;
}

strata_status recording_outcome(const recording *r)
{
    if (r->failures > 1) return status_fail(r->status, "%.900s; %ld more runs could not be saved either", r->sentence, r->failures - 1);
    return r->status != STRATA_OK ? status_fail(r->status, "%s", r->sentence) : STRATA_OK;
}

strata_status recording_check_stopped(const strata_run_facts_t *f)
{
    if (f->outcome != STRATA_STOPPED || f->updates == 0 || f->checkpoint == f->updates) return STRATA_OK;
    return status_fail(STRATA_ERR_STORAGE, "%s, and no checkpoint of it could be written; the newest is of update %ld", f->sentence,
                       f->checkpoint);
}
