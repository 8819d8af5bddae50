/* The configurations of the golden digests, cut to seconds, and the levels that compute them. See golden.h. */
#include "golden.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mat.h"
#include "plan_file.h"
#include "run_list.h"
#include "setting.h"
#include "values.h"
#if STRATA_EMULATED
#include "kernels.h"
#endif

static void must(strata_status status)
{
    if (status == STRATA_OK) return;
    (void)fprintf(stderr, "golden digests: %s\n", strata_error());
    exit(1);
}

/* ---- cases ------------------------------------------------------------------------------------------------------------------------- */

/* What no experiment reaches, and what moving code about could change: odd tails of vectors and panels, one image, one unit, no hidden
 * layer, wide layers, the other precision, threads, other numbers in every formula, no update at all. */
enum { ALL = 0, KERNELS = 1, TILES = 2 };
static const struct {
    const char *name, *words;
    int levels;
    golden_data data;
} own[] = {
    { "own/linear", "hidden=[]", ALL | TILES, GOLDEN_IMAGES },
    { "own/linear bf16", "hidden=[] precision=bf16", KERNELS, GOLDEN_IMAGES },
    { "own/bf16", "precision=bf16", KERNELS | TILES, GOLDEN_IMAGES },
    { "own/bf16 odd", "hidden=[67,9] n_batch=37 precision=bf16", KERNELS | TILES, GOLDEN_IMAGES },
    { "own/bf16 without bn", "bn=false precision=bf16 n_batch=130", KERNELS | TILES, GOLDEN_IMAGES },
    { "own/wide", "hidden=[131,300] bn=false", KERNELS | TILES, GOLDEN_IMAGES },
    { "own/wide bn", "hidden=[131,300]", KERNELS | TILES, GOLDEN_IMAGES },
    { "own/wide bf16", "hidden=[131,300] precision=bf16", KERNELS, GOLDEN_IMAGES },
    { "own/threads", "threads=2 n_batch=300", ALL | TILES, GOLDEN_IMAGES },
    { "own/threads bf16", "threads=2 hidden=[131] precision=bf16", KERNELS | TILES, GOLDEN_IMAGES },
    { "own/odd", "hidden=[37,13] n_batch=33", ALL | TILES, GOLDEN_IMAGES },
    { "own/odd without bn", "hidden=[37,13] bn=false n_batch=33", ALL, GOLDEN_IMAGES },
    { "own/odd small", "hidden=[17,1,9] n_batch=7", ALL, GOLDEN_IMAGES },
    { "own/one unit", "hidden=[1]", ALL, GOLDEN_IMAGES },
    { "own/one image", "hidden=[50,30] bn=false n_batch=1", ALL, GOLDEN_IMAGES },
    { "own/two images", "hidden=[50,30] n_batch=2", ALL, GOLDEN_IMAGES },
    { "own/xavier", "hidden=[20,20] init=xavier seed=42", ALL, GOLDEN_IMAGES },
    { "own/eps", "hidden=[20,20] eps=0.1 alpha=0.5", ALL, GOLDEN_IMAGES },
    { "own/rates", "hidden=[20] eta_min=0.001 eta_max=0.3 lambda=0", ALL, GOLDEN_IMAGES },
    { "own/penalty", "hidden=[20] lambda=0.1 cycles=1", ALL, GOLDEN_IMAGES },
    { "own/deep", "hidden=[20,19,18,17,16,15,14,13,12,11,10,9,8,7,6,5]", ALL, GOLDEN_IMAGES },
    { "own/diagnose", "hidden=[30,20] diagnose=true cycles=1 evals=5 n_train=307 n_val=45", ALL, GOLDEN_IMAGES },
    { "own/no update", "hidden=[20] cycles=0", ALL, GOLDEN_IMAGES },
    { "own/table", "hidden=[20,9] diagnose=true", ALL, GOLDEN_TABLE },
    { "own/table linear", "hidden=[] n_batch=33", ALL, GOLDEN_TABLE },
    { "own/table wide", "hidden=[131] bn=false", KERNELS, GOLDEN_TABLE },
    { "own/grey", "hidden=[20,9] diagnose=true", ALL | TILES, GOLDEN_GREY },
    { "own/grey without bn", "hidden=[37] bn=false n_batch=33", ALL, GOLDEN_GREY },
    { "own/grey bf16", "hidden=[20] precision=bf16", KERNELS | TILES, GOLDEN_GREY },
};

static golden_case *add(golden_cases *all, const char *name)
{
    if (all->count == GOLDEN_CASES) {
        (void)fprintf(stderr, "golden digests: more than %d cases; raise GOLDEN_CASES\n", GOLDEN_CASES);
        exit(1);
    }
    golden_case *c = &all->list[all->count++];
    (void)snprintf(c->name, sizeof c->name, "%s", name);
    return c;
}

static void set_words(strata_config *config, const char *words)
{
    char copy[256], *rest;
    (void)snprintf(copy, sizeof copy, "%s", words);
    for (char *word = strtok_r(copy, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
        char *equals = strchr(word, '=');
        *equals = '\0';
        must(strata_config_set(config, word, equals + 1));
    }
}

static void add_own(golden_cases *all)
{
    for (size_t q = 0; q < sizeof own / sizeof *own; q++) {
        golden_case *c = add(all, own[q].name);
        c->kernels = (own[q].levels & KERNELS) != 0;
        c->tiles = (own[q].levels & TILES) != 0;
        c->data = own[q].data;
        must(strata_config_new(&c->config));
        set_words(c->config, own[q].words);
    }
}

/* The first, the middle and the last value of an axis. What a search decides is known after it alone: three digits of its own stand for
 * it. */
static void choose_values(const experiment *e, axis *a)
{
    if (a->of != NULL) must(values_add(e, a, 0.00301));
    must(values_make(e, a));
    if (a->values <= 3) return;
    memmove(a->value[1], a->value[a->values / 2], PLAN_WORD);
    memmove(a->value[2], a->value[a->values - 1], PLAN_WORD);
    a->values = 3;
}

static void add_experiment(golden_cases *all, const char *path)
{
    experiment e;
    must(plan_read(path, false, NULL, &e));
    for (size_t q = 0; q < e.axes; q++) choose_values(&e, &e.axis[q]);
    for (size_t q = 0; q < run_list_combinations(&e); q++) {
        char label[RUN_LABEL], name[PLAN_WORD + RUN_LABEL];
        strata_config *config;
        must(run_list_configure(&e, q, &config, label));
        (void)snprintf(name, sizeof name, "%s%s%s", e.id, label[0] != '\0' ? " " : "", label);
        golden_case *c = add(all, name);
        c->experiment = true;
        c->config = config;
    }
    plan_free(&e);
}

static int is_yaml(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);
    return length > 5 && strcmp(entry->d_name + length - 5, ".yaml") == 0;
}

void golden_make(const char *experiments, golden_cases *out)
{
    struct dirent **entry = NULL;
    *out = (golden_cases){ .yaml = STRATA_YAML };
    int count = out->yaml ? scandir(experiments, &entry, is_yaml, alphasort) : 0;
    if (count < 0 || (out->yaml && count == 0)) {
        (void)fprintf(stderr, "golden digests: %s has no experiments\n", experiments);
        exit(1);
    }
    for (int q = 0; q < count; q++) {
        char path[1024];
        (void)snprintf(path, sizeof path, "%s/%s", experiments, entry[q]->d_name);
        add_experiment(out, path);
        free(entry[q]);
    }
    free(entry);
    add_own(out);
}

void golden_free(golden_cases *cases)
{
    for (size_t q = 0; q < cases->count; q++) strata_config_free(cases->list[q].config);
    *cases = (golden_cases){ 0 };
}

/* ---- cut ---------------------------------------------------------------------------------------------------------------------------- */

/* Four updates an epoch (three in the definitions) and eight a cycle (six), so that every case crosses epochs. The definitions are plain
 * loops: they get a fifth of the images. A case may say otherwise, but for n_s. */
strata_config *golden_cut(const golden_case *c, const golden_level *level)
{
    strata_config *config, *fresh;
    bool fewer = level->limit == NULL;
    must(strata_config_new(&fresh));
    must(strata_config_copy(c->config, &config));
    bool chosen = config->n_train != fresh->n_train;
    if (!chosen) set_words(config, fewer ? "n_train=70 n_val=20" : "n_train=430 n_val=170");
    if (fewer && config->n_batch >= 100) set_words(config, "n_batch=20");
    if (config->evals == fresh->evals) set_words(config, "evals=1");
    if (config->threads == 0) set_words(config, "threads=1");
    set_words(config, fewer ? "n_s=3" : strcmp(level->name, "amx") == 0 ? "n_s=2" : "n_s=4");
    set_words(config, "name=run");
    must(strata_config_set(config, "backend", level->backend));
    strata_config_free(fresh);
    return config;
}

char *golden_settings(const strata_config *cut)
{
    text words = { 0 };
    const setting_list all = settings_all();
    for (const setting *row = setting_after(all, 0); row != NULL; row = setting_after(all, row->number)) { /* as golden.csv lists them */
        char value[400], usual[400];
        strata_config *fresh;
        must(strata_config_new(&fresh));
        must(strata_config_get(fresh, row->key, usual, sizeof usual));
        must(strata_config_get(cut, row->key, value, sizeof value));
        strata_config_free(fresh);
        if (strcmp(value, usual) != 0) text_add(&words, "%s%s=%s", words.length > 0 ? " " : "", row->key, value);
    }
    return words.at;
}

/* ---- levels ------------------------------------------------------------------------------------------------------------------------- */

const golden_level golden_levels[GOLDEN_LEVELS] = {
    { "ref64", NULL, "ref64", NULL },       { "ref32", NULL, "ref32", NULL },    { "generic", NULL, "cpu", "generic" },
    { "avx2", NULL, "cpu", "avx2" },        { "avx512", NULL, "cpu", "avx512" }, { "vnni", NULL, "cpu", "vnni" },
    { "amx", NULL, "cpu", "amx" },          { "neon", "avx2", "cpu", "neon" }, { "dotprod", "vnni", "cpu", "dotprod" },
};

/* The level that this build may use at most. */
static void no_limit(void)
{
    const char *last = NULL, *level;
    for (size_t l = 0; (level = mat_cpu_level_at(l)) != NULL; l++) last = level;
    must(mat_cpu_limit(last));
}

#if STRATA_EMULATED
static backend *replaced[2], before[2];

/* The library has no way to choose tiles in plain C, and needs none: here its tables of vnni get them, until golden_leave. */
static bool enter_tiles(void)
{
    if (mat_cpu_limit("vnni") != STRATA_OK || strcmp(mat_cpu_level(), "vnni") != 0) return false;
    replaced[0] = (backend *)(uintptr_t)mat_cpu();
    replaced[1] = (backend *)(uintptr_t)mat_cpu_bf16();
    for (int q = 0; q < 2; q++) before[q] = *replaced[q];
    mat_cpu_int8_emulated(replaced[0]);
    mat_cpu_int8_bf16_emulated(replaced[1]);
    return true;
}

void golden_leave(void)
{
    for (int q = 0; q < 2; q++) {
        if (replaced[q] != NULL) *replaced[q] = before[q];
        replaced[q] = NULL;
    }
    no_limit();
}
#else
static bool enter_tiles(void)
{
    return false;
}

void golden_leave(void)
{
    no_limit();
}
#endif

bool golden_enter(const golden_level *level)
{
    if (level->limit == NULL) return true;
    if (mat_cpu_limit(level->limit) == STRATA_OK && strcmp(mat_cpu_level(), level->limit) == 0) return true;
    return strcmp(level->limit, "amx") == 0 && enter_tiles();
}
