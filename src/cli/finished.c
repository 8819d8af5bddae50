/* Reads finished runs back: see finished.h. Whatever is not as it was left makes the run count as not finished. */
#include "finished.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "file.h"
#include "run_folder.h"
#include "run_files.h"

/* What another build or machine may compute in other bits. */
static const char *const same[] = { "strata", "commit", "compiler", "flags", "cpu_level", "blas" };

static const char *const parts[] = { "train", "validation", "test" };

void finished_free(finished *f)
{
    if (f == NULL) return;
    json_free(f->record);
    free(f);
}

/* ---- run.json ------------------------------------------------------------------------------------------------------------------------ */

static bool read_score(const json_value *score, strata_score *out)
{
    bool there = json_as_real(json_get(score, "loss"), &out->loss) && json_as_real(json_get(score, "cost"), &out->cost)
                 && json_as_real(json_get(score, "accuracy"), &out->accuracy);
    return there && out->accuracy >= 0 && out->accuracy <= 1;
}

/* A record may come from somebody else: no word of it steers the terminal. */
static bool is_plain(const char *word)
{
    for (const char *c = word; c != NULL && *c != '\0'; c++) {
        if ((unsigned char)*c < ' ' || *c == 127) return false;
    }
    return word != NULL;
}

/* False when something is missing or of another kind, or the run did not end well. */
static bool read_facts(const json_value *record, strata_run_facts_t *f)
{
    int64_t seed, updates, threads;
    const char *const texts[] = { json_as_text(json_get(record, "id")), json_as_text(json_get(record, "backend")),
                                  json_as_text(json_get(record, "data")),
                                  json_as_text(json_get(record, "data_digest")), json_as_text(json_get(record, "model_digest")) };
    strata_score *const scores[] = { &f->train, &f->validation, &f->test };
    for (size_t t = 0; t < sizeof texts / sizeof *texts; t++) {
        if (!is_plain(texts[t])) return false;
    }
    for (size_t p = 0; p < sizeof parts / sizeof *parts; p++) {
        if (!read_score(json_get(record, parts[p]), scores[p])) return false;
    }
    if (!json_as_int(json_get(record, "seed"), &seed) || !json_as_int(json_get(record, "updates"), &updates)
        || !json_as_int(json_get(record, "threads"), &threads) || !json_as_real(json_get(record, "seconds"), &f->seconds) || updates < 0
        || threads < 0 || !(f->seconds >= 0)) {
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
    return json_get(record, "reason") == NULL && json_has_keys(json_get(record, "config"));
}

static strata_score read_two(const json_value *score)
{
    strata_score s = { NAN, NAN, NAN }; /* null is no number */
    (void)json_as_real(json_get(score, "loss"), &s.loss);
    (void)json_as_real(json_get(score, "accuracy"), &s.accuracy);
    return s;
}

/* Those that have a name. */
static void read_variants(finished *f)
{
    const json_value *list = json_get(f->record, "variants");
    size_t count = json_is_list(list) ? json_count(list) : 0;
    for (size_t q = 0; q < count && f->variants < FINISHED_VARIANTS; q++) {
        const json_value *one = json_at(list, q);
        const char *name = json_as_text(json_get(one, "name"));
        if (!is_plain(name)) continue;
        f->variant[f->variants++] = (strata_variant){ name, read_two(json_get(one, "validation")), read_two(json_get(one, "test")) };
    }
}

/* In what this program differs from the one that trained it; NULL: in nothing that may change bits. */
static const char *other_machine(const json_value *record)
{
    const char *other = NULL;
    json_value *here = run_folder_machine();
    for (size_t q = 0; q < sizeof same / sizeof *same && other == NULL; q++) {
        const char *mine = json_as_text(json_get(here, same[q])), *its = json_as_text(json_get(json_get(record, "machine"), same[q]));
        if (mine == NULL || its == NULL || strcmp(mine, its) != 0) other = same[q];
    }
    json_free(here);
    return other;
}

/* As run_folder_json has it: without what run.json has beyond that. */
static json_value *shown(const json_value *record)
{
    static const char *const beyond[] = { "data_form", "machine", "files", "digest" };
    json_value *root = json_new_object();
    const char *key;
    const json_value *value;
    for (size_t q = 0; (value = json_member(record, q, &key)) != NULL; q++) {
        bool keep = true;
        for (size_t b = 0; b < sizeof beyond / sizeof *beyond; b++) keep = keep && strcmp(key, beyond[b]) != 0;
        if (keep) json_put(root, key, json_clone(value));
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

/* Is each file still what the record says, and the model, whose own digest is looked at when it is opened, the run's? */
static bool has_files(const json_value *record, const char *folder, const char *id, text *path)
{
    const char *name;
    const json_value *file, *files = json_get(record, "files");
    strata_model *model = NULL;
    bool curves = false;
    if (path_of(path, folder, id, ".") != STRATA_OK) return false;
    for (size_t q = 0; (file = json_member(files, q, &name)) != NULL; q++) {
        int64_t bytes = 0;
        store_file_found found;
        const char *sha256 = json_as_text(json_get(file, "sha256"));
        if (sha256 == NULL || !json_as_int(json_get(file, "bytes"), &bytes)) return false;
        if (store_look_at_file(path->at, &(store_artifact){ name, bytes, sha256 }, &found) != STRATA_OK) return false;
        if (found.state != STORE_FILE_WHOLE) return false;
        curves = curves || strcmp(name, "curves.csv") == 0;
    }
    if (!curves || path_of(path, folder, id, "model.safetensors") != STRATA_OK) return false;
    if (strata_model_open(path->at, &model) != STRATA_OK) return false;
    bool intact = strcmp(strata_model_digest(model), json_as_text(json_get(record, "model_digest"))) == 0;
    strata_model_free(model);
    return intact;
}

/* Takes the record over, or says why it does not count. */
static strata_status judge(const json_value *record, const char *folder, const char *id, text *path, finished **out)
{
    void *made;
    strata_run_facts_t facts = { 0 };
    const char *other = other_machine(record);
    text why = { 0 };
    if (!read_facts(record, &facts) || strcmp(facts.id, id) != 0) text_add(&why, "run.json is not that of a finished run");
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
    if (other != NULL) (void)snprintf(f->other, sizeof f->other, ", by another build or machine (%s)", other);
    read_variants(f);
    if (read_facts(f->record, &f->facts)) {
        *out = f;
        return STRATA_OK;
    }
    finished_free(f);
    return status_fail(STRATA_ERR_MEMORY, "no memory to read a finished run");
}

static strata_status read_folder(const char *folder, const char *id, text *path, finished **out, bool *refused)
{
    run_record r;
    TRY(path_of(path, folder, id, "."));
    TRY(run_files_read(path->at, &r));
    strata_status status = STRATA_OK;
    if (r.found.state == STORE_FILE_WHOLE && r.signed_so) {
        status = judge(r.record, folder, id, path, out);
    } else if (r.found.state != STORE_FILE_MISSING) { /* it is written anew */
        text said = { 0 };
        const char *why = r.found.state == STORE_FILE_WHOLE ? "it has no digest, as older ones" : r.found.why;
        text_add(&said, "%s/%s/run.json: %s; training it anew", folder, id, why);
        if (said.at != NULL) message_print(said.at);
        text_free(&said);
    }
    *refused = *out == NULL && r.found.state != STORE_FILE_MISSING;
    run_files_free(&r);
    return status;
}

/* Where there is a store, a run is finished when that has it: one that was killed between its files and its rows goes on. */
static strata_status is_recorded(store *s, const char *id, bool *recorded)
{
    bool found;
    *recorded = true;
    return s != NULL ? store_find_run(s, id, &found, recorded) : STRATA_OK;
}

strata_status finished_find(const char *folder, store *s, const strata_config *config, const strata_data *data, finished **out,
                            bool *refused)
{
    char id[13];
    bool recorded;
    text path = { 0 };
    *out = NULL;
    *refused = false;
    if (strata_run_id(config, data, id) != STRATA_OK) return STRATA_OK; /* the training says why */
    TRY(is_recorded(s, id, &recorded));
    if (!recorded) return STRATA_OK;
    strata_status status = read_folder(folder, id, &path, out, refused);
    text_free(&path);
    return status;
}
