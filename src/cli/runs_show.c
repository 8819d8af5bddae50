/* strata runs show: everything that the store has of one run, for people and as a document. */
#include <math.h>
#include <string.h>

#include "cli.h"
#include "stored_run.h"

/* ---- text --------------------------------------------------------------------------------------------------------------------------- */

static bool starts_character(char c)
{
    return ((unsigned char)c & 0xc0) != 0x80;
}

int stored_text_width(const char *value)
{
    int width = 0;
    for (; *value != '\0'; value++) width += starts_character(*value);
    return width;
}

void stored_text_print(const char *value, int width, int most)
{
    bool cut = stored_text_width(value) > most;
    int shown = 0;
    while (*value != '\0') {
        if (starts_character(*value) && shown++ == most - 3 * cut) break;
        (void)putchar(text_take_visible(&value));
    }
    int printed = cut ? most : shown;
    printf("%s%*s", cut ? "..." : "", printed < width ? width - printed : 0, "");
}

/* ---- the document ------------------------------------------------------------------------------------------------------------------- */

static json_value *links_json(const stored_pairs *links)
{
    json_value *list = json_new_list();
    for (size_t l = 0; l < links->count; l++) {
        json_value *link = json_new_object();
        json_put_text(link, "experiment", links->at[l].key);
        json_put_text(link, "label", links->at[l].value);
        json_append(list, link);
    }
    return list;
}

static void put_scores(json_value *root, const store_run *run)
{
    for (int p = 0; p < STORE_PARTS; p++) {
        if (run->score[p] != NULL) json_put(root, stored_part[p], score_json(run->score[p]));
        else json_put_real(root, stored_part[p], (double)NAN); /* null */
    }
}

json_value *stored_run_json(const stored_run *r)
{
    const store_run *run = &r->run;
    json_value *root = json_new_object(), *results = json_new_object();
    put_scores(results, run);
    json_put_text(root, "id", run->id);
    json_put(root, "experiments", links_json(&r->links));
    json_put_text(root, "name", run->name);
    json_put_int(root, "seed", (int64_t)run->seed);
    json_put_text(root, "status", stored_status(run->status));
    json_put_text(root, "reason", run->reason);
    json_put_int(root, "updates", run->updates);
    json_put_real(root, "seconds", run->seconds);
    json_put(root, "results", results);
    json_put_text(root, "backend", run->backend);
    json_put_int(root, "threads", run->threads);
    json_put_text(root, "data", run->data_kind);
    json_put_text(root, "data_digest", run->data_digest);
    json_put_text(root, "model_digest", run->model_digest);
    json_put_text(root, "created", run->created);
    json_put_text(root, "version", run->version);
    return root;
}

/* Settings as this version reads them: in JSON types, and beside their defaults. One that it does not know is left as text. */
typedef struct {
    strata_config *config, *fallback;
} reading;

static strata_status reading_new(reading *r)
{
    *r = (reading){ NULL, NULL };
    TRY(strata_config_new(&r->config));
    return strata_config_new(&r->fallback);
}

static void reading_free(reading *r)
{
    strata_config_free(r->config);
    strata_config_free(r->fallback);
}

static const strata_setting *setting_of(const char *key)
{
    size_t count;
    const strata_setting *settings = strata_settings(&count);
    for (size_t q = 0; q < count; q++) {
        if (strcmp(settings[q].key, key) == 0) return &settings[q];
    }
    return NULL;
}

enum { VALUE = 1024 };

/* Is it another value than the default, and which is that? "" when this version does not know the setting. */
static bool differs(const reading *r, const stored_pair *setting, char fallback[VALUE])
{
    char value[VALUE];
    fallback[0] = '\0';
    if (strata_config_get(r->fallback, setting->key, fallback, VALUE) != STRATA_OK) return true;
    if (strata_config_set(r->config, setting->key, setting->value) != STRATA_OK) return true;
    return strata_config_get(r->config, setting->key, value, sizeof value) != STRATA_OK || strcmp(value, fallback) != 0;
}

static void put_setting(json_value *config, json_value *changed, const reading *r, const stored_pair *setting)
{
    char fallback[VALUE];
    const strata_setting *known = setting_of(setting->key);
    bool understood = known != NULL && strata_config_set(r->config, setting->key, setting->value) == STRATA_OK;
    if (understood) config_json_put(config, r->config, known);
    else json_put_text(config, setting->key, setting->value);
    if (differs(r, setting, fallback)) json_put_text(changed, setting->key, fallback);
}

static json_value *pairs_json(const stored_pairs *pairs)
{
    json_value *root = json_new_object();
    for (size_t q = 0; q < pairs->count; q++) json_put_text(root, pairs->at[q].key, pairs->at[q].value);
    return root;
}

static json_value *curve_json(const store_run *run)
{
    json_value *list = json_new_list();
    for (const strata_point *p = run->point; p < run->point + run->point_count; p++) {
        json_value *point = json_new_object();
        json_put_int(point, "update", p->update);
        json_put_real(point, "epoch", p->epoch);
        json_put_real(point, "eta", p->eta);
        json_put(point, "train", score_json(&p->train));
        json_put(point, "validation", score_json(&p->validation));
        json_append(list, point);
    }
    return list;
}

static json_value *artifacts_json(const stored_run *r)
{
    const store_run *run = &r->run;
    json_value *list = json_new_list();
    for (const store_artifact *a = run->artifact; a < run->artifact + run->artifact_count; a++) {
        json_value *artifact = json_new_object();
        json_put_text(artifact, "path", a->path);
        json_put_int(artifact, "bytes", a->bytes);
        json_put_text(artifact, "sha256", a->sha256);
        if (r->found != NULL) json_put_text(artifact, "state", store_file_words[r->found[a - run->artifact].state]);
        json_append(list, artifact);
    }
    return list;
}

strata_status stored_run_show_json(const stored_run *run)
{
    reading r;
    json_value *root = stored_run_json(run), *config = json_new_object(), *changed = json_new_object();
    strata_status status = reading_new(&r);
    for (size_t q = 0; status == STRATA_OK && q < run->settings.count; q++) put_setting(config, changed, &r, &run->settings.at[q]);
    reading_free(&r);
    json_put(root, "config", config);
    json_put(root, "not_default", changed);
    json_put(root, "env", pairs_json(&run->env));
    json_put(root, "artifacts", artifacts_json(run));
    json_put(root, "curve", curve_json(&run->run));
    if (status == STRATA_OK) return json_print(root);
    json_free(root);
    return status;
}

/* ---- for people --------------------------------------------------------------------------------------------------------------------- */

enum { LINE = 4000 };

static void print_fact(const char *name, const char *value)
{
    if (value[0] == '\0') return;
    printf("  %-9s ", name);
    stored_text_print(value, 0, LINE);
    printf("\n");
}

static void print_facts(const stored_run *r)
{
    const store_run *run = &r->run;
    print_fact("run", run->id);
    print_fact("status", stored_status(run->status));
    print_fact("reason", run->reason);
    print_fact("created", run->created);
    printf("  %-9s %ld in %.1f s, %zu points\n", "updates", run->updates, run->seconds, run->point_count);
    print_fact("backend", run->backend);
    printf("  %-9s %d\n", "threads", run->threads);
    print_fact("strata", run->version);
    print_fact("data", run->data_kind);
    print_fact("", run->data_digest);
    print_fact("model", run->model_digest);
}

static int key_width(const stored_pairs *pairs)
{
    int widest = 0;
    for (size_t q = 0; q < pairs->count; q++) {
        int width = stored_text_width(pairs->at[q].key);
        widest = width > widest ? width : widest;
    }
    return widest;
}

static void print_pairs(const char *title, const stored_pairs *pairs)
{
    int width = key_width(pairs);
    if (pairs->count == 0) return;
    printf("\n%s\n", title);
    for (size_t q = 0; q < pairs->count; q++) {
        const stored_pair *pair = &pairs->at[q];
        bool alone = pair->value[0] == '\0';
        printf("  ");
        stored_text_print(pair->key, alone ? 0 : width, LINE);
        printf("%s", alone ? "" : "  ");
        stored_text_print(pair->value, 0, LINE);
        printf("\n");
    }
}

static strata_status print_settings(const stored_pairs *settings)
{
    reading r;
    int width = key_width(settings);
    strata_status status = reading_new(&r);
    if (status == STRATA_OK && settings->count > 0) printf("\nsettings (* not the default)\n");
    for (size_t q = 0; status == STRATA_OK && q < settings->count; q++) {
        char fallback[VALUE];
        const stored_pair *setting = &settings->at[q];
        bool other = differs(&r, setting, fallback);
        printf("%c ", other ? '*' : ' ');
        stored_text_print(setting->key, width, LINE);
        printf("  ");
        stored_text_print(setting->value, 0, LINE);
        if (other) printf("%s%s%s", fallback[0] != '\0' ? "  (default " : "  (unknown to this version", fallback, ")");
        printf("\n");
    }
    reading_free(&r);
    return status;
}

static void print_results(const store_run *run)
{
    bool any = false;
    for (int p = 0; p < STORE_PARTS; p++) any = any || run->score[p] != NULL;
    if (!any) return;
    printf("\n%-12s  %8s  %8s  %10s\n", "results", "loss", "cost", "accuracy %");
    for (int p = 0; p < STORE_PARTS; p++) {
        const strata_score *s = run->score[p];
        if (s == NULL) printf("  %-10s  not evaluated\n", stored_part[p]);
        else printf("  %-10s  %8.4f  %8.4f  %10s\n", stored_part[p], s->loss, s->cost, percent_of(s->accuracy).words);
    }
}

/* A file that is no longer what the run wrote is told at the end of its line. */
static void print_artifacts(const stored_run *r)
{
    const store_run *run = &r->run;
    if (run->artifact_count > 0) printf("\nfiles\n");
    for (const store_artifact *a = run->artifact; a < run->artifact + run->artifact_count; a++) {
        printf("  %.12s  %10lld bytes  ", a->sha256, (long long)a->bytes);
        stored_text_print(a->path, 0, LINE);
        const store_file_found *f = r->found != NULL ? &r->found[a - run->artifact] : NULL;
        if (f != NULL && f->state != STORE_FILE_WHOLE) {
            printf("  %s: ", store_file_words[f->state]);
            stored_text_print(f->why, 0, LINE);
        }
        printf("\n");
    }
}

strata_status stored_run_show(const stored_run *run)
{
    print_facts(run);
    print_pairs("experiments", &run->links);
    TRY(print_settings(&run->settings));
    print_results(&run->run);
    print_pairs("environment", &run->env);
    print_artifacts(run);
    return STRATA_OK;
}
