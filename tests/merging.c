/* See merging.h. */
#include "merging.h"

#include <math.h>

#include "file.h"

const char *const merging_ids[4] = { "aaaa00000001", "bbbb00000002", "cccc00000003", "dddd00000004" };
const char *const merging_both[2] = { "a", "b" }, *const merging_turned[2] = { "b", "a" };

/* A run with rows in every table. */
void merging_put(store *s, const char *dir, int which)
{
    static const char *const classes[] = { "cat", "dog" };
    static salted r;
    store_run run = *salt_run(&r, which, 3 + which);
    const store_dataset data = { .digest = which < 2 ? "d1" : "d2", .name = "pets", .kind = "pets", .title = "Pets.",
                                 .form = { .element = STRATA_BYTES, .features = 4, .classes = 2 }, .train = 9, .test = 1,
                                 .class_name = classes };
    r.env[0] = (store_env){ "cpu_level", "avx2" };
    run.id = merging_ids[which];
    run.seed = (uint64_t)which;
    run.config = "hidden = [5]\nlambda = 0.1\nname = n\n";
    run.created = "2026-01-01T00:00:00Z";
    run.data_digest = data.digest;
    run.data_kind = data.kind;
    run.dataset = &data;
    run.model_digest = sha;
    foldered_put(s, dir, &run);
}

/* An experiment as each shard writes it. */
void merging_define(store *s, const char *id)
{
    static const char *const axis[] = { "lambda" };
    CHECK_OK(store_put_experiment(s, &(store_experiment){ .id = id, .title = "Title", .source = "there", .published = 0.5, .median = NAN,
                                                          .lowest = NAN, .highest = 0.75, .claim = "a claim", .against = "", .ord = 2 }));
    CHECK_OK(store_put_axes(s, id, axis, 1));
    CHECK_OK(store_put_note(s, id, "quick", "no"));
    CHECK_OK(store_put_note(s, id, "setting", "lambda"));
    CHECK_OK(store_put_note(s, id, "planned", "4"));
}

void merging_check_gradients(store *s, const char *id)
{
    const store_gradcheck row = { .method = "central", .hidden = "[5]", .lambda = 0.5, .layer = 1,
                                  .tensor = { .name = "W", .entries = 9 } };
    CHECK_OK(store_put_gradcheck(s, id, &row, 1));
    CHECK_OK(store_put_note(s, id, "checked", "c0ffee"));
}

void merging_link(store *s, const char *experiment, int which)
{
    CHECK_OK(store_link(s, experiment, merging_ids[which], which, "lambda=0.1"));
}

/* Two shards of one laboratory: runs 0 and 1, and 2 and 3. */
void merging_two_folders(void)
{
    store *a = foldered_store("a"), *b = foldered_store("b");
    for (int r = 0; r < 2; r++) merging_put(a, "a", r);
    for (int r = 2; r < 4; r++) merging_put(b, "b", r);
    merging_define(a, "e");
    merging_define(b, "e");
    merging_define(b, "f");
    merging_check_gradients(a, "e");
    for (int r = 0; r < 2; r++) merging_link(a, "e", r);
    for (int r = 2; r < 4; r++) merging_link(b, "e", r);
    merging_link(b, "f", 3);
    CHECK_OK(store_fill_setting(b, "f", "momentum", "0.9"));
    store_close(a);
    store_close(b);
}

strata_status merging_with(const char *const *dirs, size_t count, bool dry, runs_merged *out)
{
    char path[4][PATH], target[PATH];
    const char *folders[4];
    for (size_t d = 0; d < count; d++) {
        (void)snprintf(path[d], PATH, "%s", in_folder(dirs[d]));
        folders[d] = path[d];
    }
    (void)snprintf(target, PATH, "%s", in_folder("out"));
    strata_status status = runs_merge(folders, count, target, dry, out);
    for (size_t d = 0; d < count && d < out->count; d++) out->folder[d].folder = dirs[d]; /* path is gone */
    return status;
}



strata_status merging_run(void)
{
    runs_merged out;
    strata_status status = merging_with(merging_both, 2, false, &out);
    runs_merged_free(&out);
    return status;
}

bool merging_out_is_there(void)
{
    return file_exists(in_folder("out"));
}
