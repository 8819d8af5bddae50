/* Reads finished runs back: see finished.h. Whatever is not as strata train leaves it makes the run count as not finished. */
#include "finished.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "file.h"

enum { RECORD_LIMIT = 1 << 20 };

/* What another build or machine may compute in other bits. */
static const char *const same[] = { "strata", "commit", "compiler", "flags", "cpu_level", "blas" };

static const char *const parts[] = { "train", "validation", "test" };

void finished_free(finished *f)
{
    if (f == NULL) return;
    doc_free(f->record);
    free(f);
}

/* ---- run.json ------------------------------------------------------------------------------------------------------------------------ */

static bool read_score(const doc *score, strata_score *out)
{
    return doc_real(doc_get(score, "loss"), &out->loss) && doc_real(doc_get(score, "cost"), &out->cost)
           && doc_real(doc_get(score, "accuracy"), &out->accuracy);
}

/* False when something is missing or of another kind, or the run did not end well. */
static bool read_facts(const doc *record, strata_run_facts_t *f)
{
    int64_t seed, updates, threads;
    const char *const texts[] = { doc_text(doc_get(record, "id")), doc_text(doc_get(record, "backend")), doc_text(doc_get(record, "data")),
                                  doc_text(doc_get(record, "data_digest")), doc_text(doc_get(record, "model_digest")) };
    strata_score *const scores[] = { &f->train, &f->validation, &f->test };
    for (size_t t = 0; t < sizeof texts / sizeof *texts; t++) {
        if (texts[t] == NULL) return false;
    }
    for (size_t p = 0; p < sizeof parts / sizeof *parts; p++) {
        if (!read_score(doc_get(record, parts[p]), scores[p])) return false;
    }
    if (!doc_int(doc_get(record, "seed"), &seed) || !doc_int(doc_get(record, "updates"), &updates)
        || !doc_int(doc_get(record, "threads"), &threads) || !doc_real(doc_get(record, "seconds"), &f->seconds)) {
        return false;
    }
    f->seed = (uint64_t)seed;
    f->updates = (long)updates;
    f->threads = (int)threads;
    f->id = texts[0];
    f->backend = texts[1];
    f->data_kind = texts[2];
    f->data_digest = texts[3];
    f->outcome = STRATA_OK;
    f->sentence = "";
    return doc_get(record, "reason") == NULL && doc_is_object(doc_get(record, "config"));
}

/* In what this program differs from the one that trained it; NULL: in nothing that may change bits. */
static const char *other_machine(const doc *record)
{
    const char *other = NULL;
    doc *here = machine_doc();
    for (size_t q = 0; q < sizeof same / sizeof *same && other == NULL; q++) {
        const char *mine = doc_text(doc_get(here, same[q])), *its = doc_text(doc_get(doc_get(record, "machine"), same[q]));
        if (mine == NULL || its == NULL || strcmp(mine, its) != 0) other = same[q];
    }
    doc_free(here);
    return other;
}

/* As run_doc has it: without what run.json has beyond that. */
static doc *shown(const doc *record)
{
    static const char *const beyond[] = { "machine", "files" };
    doc *root = doc_new_object();
    const char *key;
    const doc *value;
    for (size_t q = 0; (value = doc_member(record, q, &key)) != NULL; q++) {
        bool keep = true;
        for (size_t b = 0; b < sizeof beyond / sizeof *beyond; b++) keep = keep && strcmp(key, beyond[b]) != 0;
        if (keep) doc_put(root, key, doc_copy(value));
    }
    return root;
}

/* ---- the folder ---------------------------------------------------------------------------------------------------------------------- */

static strata_status path_of(text *path, const char *folder, const char *id, const char *file)
{
    path->length = 0;
    text_add(path, "%s/%s/%s", folder, id, file);
    return path->failed ? status_fail(STRATA_ERR_MEMORY, "no memory for the path of %s", file) : STRATA_OK;
}

/* Is the model in this file the one of the record, and is there a curve? */
static bool has_files(const doc *record, const char *folder, const char *id, text *path)
{
    strata_model *model = NULL;
    if (path_of(path, folder, id, "curves.csv") != STRATA_OK || !file_exists(path->at)) return false;
    if (path_of(path, folder, id, "model.safetensors") != STRATA_OK || strata_model_open(path->at, &model) != STRATA_OK) return false;
    bool intact = strcmp(strata_model_digest(model), doc_text(doc_get(record, "model_digest"))) == 0;
    strata_model_free(model);
    return intact;
}

/* Takes the record over, or says why it does not count. */
static strata_status judge(const doc *record, const char *folder, const char *id, text *path, finished **out)
{
    void *made;
    strata_run_facts_t facts = { 0 };
    const char *other = NULL;
    text why = { 0 };
    if (!read_facts(record, &facts) || strcmp(facts.id, id) != 0) text_add(&why, "run.json is not that of a finished run");
    else if ((other = other_machine(record)) != NULL) text_add(&why, "another build or machine trained it (%s)", other);
    else if (!has_files(record, folder, id, path)) text_add(&why, "its files are not what run.json says");
    if (why.length > 0) {
        text said = { 0 };
        text_add(&said, "%s/%s: %s; training it anew", folder, id, why.at);
        if (said.at != NULL) message_print(said.at);
        text_free(&said);
        text_free(&why);
        return STRATA_OK;
    }
    TRY(alloc_zero(&made, 1, sizeof **out, "a finished run"));
    finished *f = made;
    f->record = shown(record);
    if (read_facts(f->record, &f->facts)) {
        *out = f;
        return STRATA_OK;
    }
    finished_free(f);
    return status_fail(STRATA_ERR_MEMORY, "no memory to read a finished run");
}

static strata_status read_folder(const char *folder, const char *id, text *path, finished **out)
{
    uint8_t *bytes;
    size_t size;
    doc *record;
    TRY(path_of(path, folder, id, "run.json"));
    if (!file_exists(path->at)) return STRATA_OK;
    strata_status status = file_read_all(path->at, RECORD_LIMIT, &bytes, &size);
    if (status == STRATA_OK) status = doc_read((const char *)bytes, size, &record);
    free(bytes);
    if (status == STRATA_ERR_MEMORY) return status;
    if (status != STRATA_OK) { /* it is written anew */
        message_print(strata_error());
        return STRATA_OK;
    }
    status = judge(record, folder, id, path, out);
    doc_free(record);
    return status;
}

strata_status finished_find(const char *folder, const strata_config *config, const strata_data *data, finished **out)
{
    char id[13];
    text path = { 0 };
    *out = NULL;
    if (strata_run_id(config, data, id) != STRATA_OK) return STRATA_OK; /* the training says why */
    strata_status status = read_folder(folder, id, &path, out);
    text_free(&path);
    return status;
}
