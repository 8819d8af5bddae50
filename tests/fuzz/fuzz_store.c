/*
 * The store: a sound one of a few runs, damaged as the input says, opened by the real opener and read by every real query. The first byte
 * says how: 0 reads, 1 writes a run too, 2 and 3 the same with a cut after as many 64 bytes as the next three say. Then steps: place (3),
 * how many, bytes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../answered.h"
#include "fuzz.h"
#include "runs.h"
#include "store.h"
#include "store_runs.h"

static uint8_t *sound;
static size_t sound_size;

static const strata_score score = { 1.5, 1.75, 0.5 };
static const store_env env[] = { { "cpu", "some" }, { "flags", "-O3" } };
static const strata_point points[] = { { 0, 0, 0.1, { 2, 2, 0.1 }, { 2, 2, 0.1 } }, { 9, 1, 0.2, { 1, 1, 0.5 }, { 1, 1, 0.5 } } };
static const store_layer_point layers[] = { { 9, 1, "dead_share", 0.25 } };
static const store_confusion confusion[] = { { STRATA_TEST_PART, 1, 2, 3 } };
static const store_mistake mistakes[] = { { STRATA_TEST_PART, 7, 1, 2, 0.9 } };
static const store_certainty certainty[] = { { STRATA_TEST_PART, 19, 2, 1 } };
static const store_artifact artifacts[] = { { "runs/a/m", 5, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" } };

static store_run a_run(const char *id, uint64_t seed)
{
    return (store_run){ .id = id, .name = "n", .seed = seed, .status = STORE_DONE, .config = "seed = 1\nbn = true\n", .backend = "cpu",
                        .threads = 1, .data_kind = "synthetic", .updates = 9, .seconds = 1, .created = "2024-05-01T12:00:00Z",
                        .version = "1", .score = { &score, NULL, &score }, .env = env, .env_count = 2, .point = points, .point_count = 2,
                        .layer_point = layers, .layer_point_count = 1, .confusion = confusion, .confusion_count = 1,
                        .mistake = mistakes, .mistake_count = 1, .certainty = certainty, .certainty_count = 1,
                        .artifact = artifacts, .artifact_count = 1 };
}

static void fill(store *s)
{
    static const store_experiment e = { .id = "e", .title = "t", .published = 0.5, .median = 0.5, .lowest = 0.4, .highest = 0.6,
                                        .part = STRATA_TEST_PART };
    const store_gradcheck g = { "central", "[5]", true, 0, 1, { .name = "W", .entries = 50, .checked = 50, .tolerance = 1e-6 } };
    store_run a = a_run("a", 1), b = a_run("b", 2);
    PROMISE(store_put_run(s, &a) == STRATA_OK && store_put_run(s, &b) == STRATA_OK);
    PROMISE(store_put_experiment(s, &e) == STRATA_OK && store_link(s, "e", "a", 0, "l") == STRATA_OK);
    PROMISE(store_link(s, "e", "b", 1, "l") == STRATA_OK && store_put_gradcheck(s, "e", &g, 1) == STRATA_OK);
    PROMISE(store_put_note(s, "e", "verdict", "none") == STRATA_OK);
}

static void make_sound(void)
{
    store *s;
    PROMISE(store_open(fuzz_path("sound"), STORE_READ_WRITE, &s) == STRATA_OK);
    fill(s);
    store_close(s);
    FILE *f = fopen(fuzz_path("sound"), "rb");
    PROMISE(f != NULL && fseek(f, 0, SEEK_END) == 0);
    sound_size = (size_t)ftell(f);
    sound = malloc(sound_size);
    PROMISE(sound != NULL && fseek(f, 0, SEEK_SET) == 0 && fread(sound, 1, sound_size, f) == sound_size && fclose(f) == 0);
}

/* ---- every reading ----------------------------------------------------------------------------------------------------------------- */

static strata_status take_run(void *self, const store_run *run, const char *label)
{
    PROMISE(run->status <= STORE_FAILED);
    return *(size_t *)self += strlen(run->id) + strlen(run->config) + strlen(label), STRATA_OK;
}

static strata_status take_experiment(void *self, const store_experiment *e)
{
    return *(size_t *)self += strlen(e->id) + strlen(e->title) + strlen(e->against), STRATA_OK;
}

static strata_status take_summary(void *self, const store_figure *row)
{
    return *(size_t *)self += strlen(row->experiment) + strlen(row->label), STRATA_OK;
}

static strata_status take_point(void *self, const strata_point *point)
{
    return *(size_t *)self += (size_t)point->update, STRATA_OK;
}

static strata_status take_layer(void *self, const store_layer_point *point)
{
    return *(size_t *)self += strlen(point->what), STRATA_OK;
}

static strata_status take_confusion(void *self, const store_confusion *cell)
{
    return *(size_t *)self += (size_t)cell->part, STRATA_OK;
}

static strata_status take_certainty(void *self, const store_certainty *bin)
{
    return *(size_t *)self += (size_t)bin->part, STRATA_OK;
}

static strata_status take_artifact(void *self, const store_artifact *artifact)
{
    return *(size_t *)self += strlen(artifact->path) + strlen(artifact->sha256), STRATA_OK;
}

static strata_status take_gradcheck(void *self, const store_gradcheck *row)
{
    return *(size_t *)self += strlen(row->method) + strlen(row->tensor.name), STRATA_OK;
}

static strata_status take_pair(void *self, const char *key, const char *value)
{
    return *(size_t *)self += strlen(key) + strlen(value), STRATA_OK;
}

static void read_run(store *s, const char *id, size_t *taken)
{
    bool found, ended;
    (void)fuzz_taken(store_find_run(s, id, &found, &ended));
    (void)fuzz_taken(store_each_point(s, id, take_point, taken));
    (void)fuzz_taken(store_each_layer_point(s, id, take_layer, taken));
    (void)fuzz_taken(store_each_confusion(s, id, take_confusion, taken));
    (void)fuzz_taken(store_each_certainty(s, id, take_certainty, taken));
    (void)fuzz_taken(store_each_artifact(s, id, take_artifact, taken));
    (void)fuzz_taken(store_each_env(s, id, take_pair, taken));
    (void)fuzz_taken(store_each_setting(s, id, take_pair, taken));
}

static void read_all(store *s)
{
    size_t taken = 0;
    bool found;
    text words = { 0 };
    (void)fuzz_taken(store_each_run(s, NULL, take_run, &taken));
    (void)fuzz_taken(store_each_run(s, "e", take_run, &taken));
    (void)fuzz_taken(store_each_experiment(s, take_experiment, &taken));
    (void)fuzz_taken(store_each_figure(s, NULL, take_summary, &taken));
    (void)fuzz_taken(store_each_gradcheck(s, "e", take_gradcheck, &taken));
    (void)fuzz_taken(store_note(s, "e", "verdict", &found, &words));
    read_run(s, "a", &taken);
    (void)fuzz_taken(answered(s, "SELECT * FROM run JOIN result ON run = id JOIN mistake USING (run)", &words));
    (void)fuzz_taken(answered(s, "SELECT * FROM prediction, paired", &words));
    text_free(&words);
}

static void use(store *s, bool write)
{
    store_run c = a_run("c", 3);
    read_all(s);
    if (write) (void)fuzz_taken(store_put_run(s, &c));
    store_close(s);
}

/* What strata runs does, which meets damage only where it reads. */
static void use_few(store *s)
{
    static const char *const ids[] = { "a", "b" };
    const store_condition where = { "seed", STORE_LESS, "9" };
    stored_runs list;
    stored_run run[2];
    runs_figures figures;
    runs_comparison difference;
    (void)fuzz_taken(runs_list(s, &(store_choice){ .where = &where, .conditions = 1, .sort = "bn" }, &list));
    bool both = fuzz_taken(runs_find_two(s, ids, run));
    if (both && fuzz_taken(runs_compare(&run[0], &run[1], &difference))) runs_comparison_free(&difference);
    (void)fuzz_taken(runs_summarise(s, NULL, &figures));
    runs_list_free(&list);
    runs_figures_free(&figures);
    for (int r = 0; r < 2; r++) runs_free(&run[r]);
    store_close(s);
}

/* ---- damage ------------------------------------------------------------------------------------------------------------------------ */

static size_t three(const uint8_t *at)
{
    return (size_t)at[0] | (size_t)at[1] << 8 | (size_t)at[2] << 16;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    store *s;
    if (sound == NULL) make_sound();
    if (size < 4) return 0;
    uint8_t *bytes = malloc(sound_size);
    PROMISE(bytes != NULL);
    memcpy(bytes, sound, sound_size);
    size_t at = 4, length = data[0] & 2 ? three(data + 1) * 64 % (sound_size + 1) : sound_size;
    while (at + 4 <= size) {
        size_t place = three(data + at) % sound_size, many = data[at + 3];
        for (at += 4; many > 0 && at < size && place < sound_size; many--) bytes[place++] = data[at++];
    }
    const char *path = fuzz_file("damaged", bytes, length);
    (void)unlink(fuzz_path("damaged-wal"));
    (void)unlink(fuzz_path("damaged-shm"));
    free(bytes);
    if (fuzz_taken(store_open(path, STORE_READ_FEW, &s))) use_few(s);
    bool taken = fuzz_taken(store_open(path, data[0] & 1 ? STORE_READ_WRITE : STORE_READ_ONLY, &s));
    PROMISE(taken == (s != NULL));
    if (taken) use(s, data[0] & 1);
    return 0;
}
