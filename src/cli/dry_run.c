/* strata train --dry-run: what would be trained, and whether there is room for it. Nothing on disk is touched. */
#include <inttypes.h>
#include <string.h>

#include "cli.h"
#include "file.h"
#include "memory.h"

static bool is_there(const char *out, const char *id, const char *file)
{
    text path = { 0 };
    text_add(&path, "%s/%s/%s", out, id, file);
    bool there = !path.failed && file_exists(path.at);
    text_free(&path);
    return there;
}

/* What the folder has of a run. */
static const char *state_of(const char *out, const char *id)
{
    if (is_there(out, id, "run.json")) return "finished";
    return is_there(out, id, "checkpoint") || is_there(out, id, "checkpoint.previous") ? "begun" : "new";
}

static strata_status updates_and_parameters(const strata_config *config, long *updates, int64_t *parameters)
{
    strata_run_size size = { .size = sizeof size };
    TRY(strata_config_size(config, &size));
    *updates = size.updates;
    *parameters = (int64_t)size.parameters;
    return STRATA_OK;
}

json_value *need_json(const strata_need *n)
{
    json_value *root = json_new_object();
    json_put_int(root, "bytes", (int64_t)n->memory);
    json_put_int(root, "data", (int64_t)n->data);
    json_put_int(root, "parameters", (int64_t)n->parameters);
    json_put_int(root, "work", (int64_t)n->work);
    json_put_int(root, "checkpoints", (int64_t)n->checkpoints);
    json_put_int(root, "other", (int64_t)n->other);
    if (n->left != UINT64_MAX) json_put_int(root, "left", (int64_t)n->left);
    json_put_text(root, "limit", n->limit);
    json_put_bool(root, "fits", n->fits);
    json_put_int(root, "at_once", n->at_once);
    return root;
}

json_value *disk_json(const strata_need *n)
{
    json_value *root = json_new_object();
    json_put_int(root, "bytes", (int64_t)n->disk);
    json_put_int(root, "model", (int64_t)n->model_file);
    json_put_int(root, "checkpoint", (int64_t)n->checkpoint_file);
    return root;
}

static strata_status add_run(json_value *runs, const strata_config *config, const strata_data *data, const char *out)
{
    char id[13], seed[32];
    int64_t number = 0, parameters;
    long updates;
    TRY(strata_run_id(config, data, id));
    TRY(strata_config_get(config, "seed", seed, sizeof seed));
    TRY(updates_and_parameters(config, &updates, &parameters));
    (void)text_to_int64(seed, &number);
    json_value *run = json_new_object();
    json_put_text(run, "id", id);
    json_put_int(run, "seed", number);
    json_put_int(run, "updates", updates);
    json_put_int(run, "parameters", parameters);
    json_put_text(run, "state", state_of(out, id));
    json_append(runs, run);
    return STRATA_OK;
}

static strata_status print_json(const population *p, const strata_data *data, const char *folder, const strata_need *need)
{
    json_value *root = json_new_object(), *runs = json_new_list();
    strata_status status = STRATA_OK;
    for (long m = 0; m < p->members && status == STRATA_OK; m++) status = add_run(runs, p->member[m].config, data, folder);
    json_put(root, "runs", runs);
    json_put_text(root, "data", strata_data_describe(data)->kind);
    json_put(root, "config", config_json(p->member[0].config));
    json_put(root, "memory", need_json(need));
    json_put(root, "disk", disk_json(need));
    if (status == STRATA_OK) return json_print(root);
    json_free(root);
    return status;
}

static strata_status print_runs(const population *p, const strata_data *data, const char *out)
{
    printf("data: %s\n\n%-12s  %8s  %9s  %12s  %s\n", strata_data_describe(data)->kind, "id", "seed", "updates", "parameters", "state");
    for (long m = 0; m < p->members; m++) {
        char id[13], seed[32];
        int64_t parameters;
        long updates;
        TRY(strata_run_id(p->member[m].config, data, id));
        TRY(strata_config_get(p->member[m].config, "seed", seed, sizeof seed));
        TRY(updates_and_parameters(p->member[m].config, &updates, &parameters));
        printf("%-12s  %8s  %9ld  %12" PRId64 "  %s\n", id, seed, updates, parameters, state_of(out, id));
    }
    return STRATA_OK;
}

void need_print(const strata_need *n)
{
    char all[MEMORY_TEXT], data[MEMORY_TEXT], parameters[MEMORY_TEXT], work[MEMORY_TEXT], kept[MEMORY_TEXT];
    memory_say(n->memory, all);
    memory_say(n->data, data);
    memory_say(n->parameters, parameters);
    memory_say(n->work, work);
    memory_say(n->checkpoints, kept);
    printf("\nmemory: %s at the peak (data %s, parameters %s, work %s, checkpoints %s), with %d at once\n", all, data, parameters, work,
           kept, n->at_once);
    memory_say(n->left, all);
    if (n->left != UINT64_MAX) printf("there is: %s (%s)\n", all, n->limit);
    memory_say(n->model_file, parameters);
    memory_say(n->checkpoint_file, kept);
    memory_say(n->disk, all);
    printf("disk: %s at the most (a model %s, a checkpoint %s)\n", all, parameters, kept);
}

strata_status dry_run(const population *p, const strata_data *data, const keeping *keep)
{
    strata_need need = { .size = sizeof need };
    strata_status fits = population_need(p, data, keep, &need);
    if (fits != STRATA_OK && fits != STRATA_ERR_MEMORY) return fits;
    char sentence[STATUS_SENTENCE];
    status_sentence_save(sentence);
    if (keep->json) TRY(print_json(p, data, keep->folder, &need));
    else TRY(print_runs(p, data, keep->folder));
    if (!keep->json) need_print(&need);
    if (fits != STRATA_OK) status_sentence_load(sentence);
    return fits;
}
