/* Where the data come from, in the order that the README promises. */
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "data_verbs.h"
#include "file.h"
#include "open_found.h"

static const char beside[] = "data/cifar-10-batches-bin";

strata_status open_data(const data_words *words, strata_data **out)
{
    text own = { 0 };
    const char *home;
    const data_choices chosen = { .test_path = words->test, .label = words->label, .test_share = words->test_share,
                                  .untested = words->untested, .unlabelled = words->unlabelled, .features = words->features };
    *out = NULL;
    if (!(words->test_share >= 0 && words->test_share < 1)) {
        return status_fail(STRATA_ERR_ARGUMENT, "--test-share %g is outside 0 .. 1", words->test_share);
    }
    strata_status status = data_home(&own, &home);
    if (status == STRATA_OK) status = data_open_what(words->what, &chosen, install_path("datasets"), home, out);
    text_free(&own);
    return status;
}

const char *data_choice(const char *what, const char **rule)
{
    const char *set = getenv("STRATA_DATA");
    *rule = "--data";
    if (what != NULL) return what;
    *rule = "$STRATA_DATA";
    if (set != NULL && set[0] != '\0') return set;
    *rule = beside;
    bool there; /* one that cannot be looked at is chosen, too: nobody shall get synthetic images for want of a permission */
    return file_look(beside, &there) != STRATA_OK || there ? beside : NULL;
}

static void say_found(const strata_data *data)
{
    const strata_data_facts *facts = strata_data_describe(data);
    (void)fprintf(stderr, "data: %s, from %s\n", facts->title, facts->source);
    if (facts->note[0] != '\0') (void)fprintf(stderr, "data: %s\n", facts->note);
}

static void say_none(void)
{
    (void)fprintf(stderr, "no CIFAR-10 found (--data WHAT, $STRATA_DATA or %s): drawing the SYNTHETIC set instead\n", beside);
}

/* quiet: nothing is said on stderr. */
static strata_status find(const data_words *words, bool quiet, strata_data **out)
{
    const char *rule;
    data_words chosen = *words;
    chosen.what = data_choice(words->what, &rule);
    if (chosen.what == NULL) {
        if (!quiet) say_none();
        TRY(strata_data_synthetic(1, 0, out));
    } else {
        TRY(open_data(&chosen, out));
    }
    if (!quiet) say_found(*out);
    return STRATA_OK;
}

strata_status find_data(const data_words *words, strata_data **out)
{
    return find(words, false, out);
}

/* What can be a name only is one of the catalogue, or wrong. */
static strata_status check_name(const char *what)
{
    catalogue c;
    bool there = false;
    if (strpbrk(what, "/.") != NULL || (file_look(what, &there) == STRATA_OK && there)) return STRATA_OK;
    TRY(catalogue_read(install_path("datasets"), &c));
    bool known = catalogue_named(&c, what) != NULL;
    strata_status status = known ? STRATA_OK : catalogue_unknown(&c, what);
    catalogue_free(&c);
    return status == STRATA_ERR_DATA ? STRATA_ERR_ARGUMENT : status;
}

strata_status find_lab_data(void *self, const char *what, strata_data **out)
{
    lab_data_words *own = self;
    if (what == NULL) {
        own->used = true;
        return find(&own->words, own->quiet, out);
    }
    TRY(check_name(what));
    TRY(open_data(&(data_words){ .what = what }, out));
    if (!own->quiet) say_found(*out);
    return STRATA_OK;
}

static void say_option(text *out, const char *name, const char *value)
{
    if (value == NULL) return;
    text_add(out, " %s ", name);
    text_add_word(out, value);
}

void data_words_say(text *out, const data_words *words)
{
    char share[32];
    text_from_double(words->test_share, share);
    say_option(out, "--data", words->what);
    say_option(out, "--test-data", words->test);
    say_option(out, "--test-share", words->test_share > 0 ? share : NULL);
    say_option(out, "--label", words->label);
}
