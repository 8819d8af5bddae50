/* strata data: is this folder CIFAR-10, what is in it, a synthetic set for where there is none, and what the catalogue has. */
#include <string.h>

#include "cli.h"
#include "data_verbs.h"
#include "file.h"

typedef struct {
    const char *verb, *folder, *from, *home, *picture;
    data_words words;
    long seed, stall;
    bool json, help;
} request;

static strata_status take_word(void *self, const char *word)
{
    request *r = self;
    if (r->verb == NULL) r->verb = word;
    else if (r->folder == NULL) r->folder = word;
    else return status_fail(STRATA_ERR_ARGUMENT, "'%s' is one word too many: strata data %s DIR", word, r->verb);
    return STRATA_OK;
}

/* The options say what is read: the word behind the verb is what --data says elsewhere. */
static data_words words_of(const request *r)
{
    data_words words = r->words;
    words.what = r->folder;
    words.untested = true;
    return words;
}

static strata_status info(const request *r)
{
    const data_words words = words_of(r);
    return data_info(&words, r->json, r->picture);
}

/* Is this the synthetic set of the seed that --seed names? */
static strata_status compare_with_drawn(const request *r, const strata_data *data, bool *same)
{
    strata_data *drawn;
    TRY(strata_data_synthetic((uint64_t)r->seed, 0, &drawn));
    *same = strcmp(strata_data_describe(drawn)->digest, strata_data_describe(data)->digest) == 0;
    strata_data_free(drawn);
    return STRATA_OK;
}

/* As info, but a set that nobody vouches for is an error. */
static strata_status verify(const request *r)
{
    strata_data *data;
    bool taken;
    const data_words words = words_of(r);
    TRY(data_verify_set(r->folder, r->json, &taken));
    if (taken) return STRATA_OK;
    TRY(open_data(&words, &data));
    const strata_data_facts *facts = strata_data_describe(data);
    bool vouched = facts->known;
    strata_status status = data_tell(data, r->json, false);
    if (status == STRATA_OK && !vouched && strcmp(facts->kind, "synthetic") == 0) status = compare_with_drawn(r, data, &vouched);
    if (status == STRATA_OK && !vouched) {
        status = status_fail(STRATA_ERR_DATA, "%s: %s", r->folder,
                             strcmp(facts->kind, "synthetic") == 0
                                 ? "is not the synthetic set of this seed (--seed N); draw it again"
                                 : "the form is that of CIFAR-10 but the digests are not; fetch the official files again");
    }
    strata_data_free(data);
    return status;
}

/* No file of the official names is replaced: it could be the real one. */
static strata_status refuse_to_replace(const request *r, const strata_data_facts *facts)
{
    for (int f = 0; f <= 6; f++) {
        text path = { 0 };
        text_add(&path, "%s/%s", r->folder, f < 6 ? facts->file_names[f] : "batches.meta.txt");
        bool there = true;
        strata_status status = path.failed ? STRATA_OK : file_look(path.at, &there);
        text_free(&path);
        TRY(status);
        if (!there) continue;
        return status_fail(STRATA_ERR_ARGUMENT, "%s: holds %s already, which will not be replaced; name another folder", r->folder,
                           f < 6 ? facts->file_names[f] : "batches.meta.txt");
    }
    return STRATA_OK;
}

static strata_status synth(const request *r)
{
    strata_data *data;
    TRY(strata_data_synthetic((uint64_t)r->seed, 0, &data));
    strata_status status = refuse_to_replace(r, strata_data_describe(data));
    if (status == STRATA_OK) status = strata_data_write(data, r->folder);
    strata_data_free(data);
    if (status == STRATA_OK) (void)fprintf(stderr, "60,000 SYNTHETIC images (seed %ld) written to %s\n", r->seed, r->folder);
    return status;
}

static strata_status ls(const request *r)
{
    if (r->folder == NULL) return data_ls(r->json);
    return status_fail(STRATA_ERR_ARGUMENT, "'%s' is one word too many: strata data ls", r->folder);
}

static strata_status bring(const request *r)
{
    return data_fetch(&(data_fetch_request){ .what = r->folder, .from = r->from, .home = r->home, .stall = r->stall, .json = r->json });
}

static const struct {
    const char *name;
    strata_status (*run)(const request *r);
    bool alone; /* takes no folder */
} verbs[] = { { "verify", verify, false }, { "info", info, false }, { "synth", synth, false }, { "ls", ls, true },
            { "fetch", bring, false } };

static strata_status run_verb(const request *r)
{
    enum { VERBS = sizeof verbs / sizeof *verbs };
    const char *names[VERBS];
    for (int v = 0; v < VERBS; v++) names[v] = verbs[v].name;
    if (r->verb == NULL) return status_fail(STRATA_ERR_ARGUMENT, "strata data verify DIR | info WHAT | synth DIR | ls | fetch NAME");
    for (int v = 0; v < VERBS; v++) {
        if (strcmp(r->verb, verbs[v].name) != 0) continue;
        bool lacks = r->folder == NULL && !verbs[v].alone;
        if (lacks && verbs[v].run == bring) return status_fail(STRATA_ERR_ARGUMENT, "a name is missing: strata data ls lists them");
        if (lacks) return status_fail(STRATA_ERR_ARGUMENT, "a folder is missing: strata data %s DIR", r->verb);
        return verbs[v].run(r);
    }
    const char *near = text_nearest(r->verb, names, VERBS);
    if (near != NULL) return status_fail(STRATA_ERR_ARGUMENT, "strata data %s is unknown; did you mean %s?", text_shown(r->verb), near);
    return status_fail(STRATA_ERR_ARGUMENT, "strata data %s is unknown; %s", text_shown(r->verb), text_known(names, VERBS));
}

strata_status cmd_data(char **argv)
{
    request r = { .seed = 1 };
    const option options[] = {
        { "--seed", OPTION_WHOLE, &r.seed, "N", "of the synthetic set that synth draws and verify compares with (1)" },
        { "--from", OPTION_TEXT, &r.from, "FILE", "fetch: the archive, or the folder with the files, that lies here already" },
        { "--home", OPTION_TEXT, &r.home, "DIR", "fetch: into DIR/NAME, not $STRATA_HOME/NAME or ~/.local/share/strata/NAME" },
        { "--stall", OPTION_WHOLE, &r.stall, "S", "fetch: give an address up after S seconds without data (60)" },
        { "--picture", OPTION_TEXT, &r.picture, "FILE", "info: draws the first ten images of each class into a PNG file" },
        { "--test-data", OPTION_TEXT, &r.words.test, "FILE", "info: the test data, where the data have none" },
        { "--test-share", OPTION_REAL, &r.words.test_share, "S", "info: or the share of the examples to test on, as 0.2" },
        { "--label", OPTION_TEXT, &r.words.label, "COLUMN", "info: of a table, the column with the classes" },
        { "--json", OPTION_FLAG, &r.json, "", "one JSON document on stdout" },
        { "--help", OPTION_FLAG, &r.help, "", "this text" },
    };
    TRY(options_read(argv, options, sizeof options / sizeof *options, take_word, &r));
    if (!r.help) return run_verb(&r);
    printf("usage: strata data verify DIR    checks every byte, tells official CIFAR-10 from other files of the same form\n"
           "       strata data verify NAME   compares the files of a public data set with the published digests\n"
           "       strata data info WHAT     what is in any data: form, classes, values, examples that are there twice\n"
           "       strata data synth DIR     writes 50,000 + 10,000 synthetic images in the same layout\n"
           "       strata data ls            public data sets, and where they lie or how they come\n"
           "       strata data fetch NAME    brings one of these, checked byte for byte; goes on where it was stopped\n\n");
    options_print(options, sizeof options / sizeof *options);
    return STRATA_OK;
}
