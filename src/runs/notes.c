/* What people write beside a run: a line of words that any terminal may be given. */
#include <string.h>

#include "runs.h"
#include "store_change.h"

/* A terminal is given '?' for what it would obey. */
static bool has_control(const char *words)
{
    while (*words != '\0') {
        const char *at = words;
        if (text_take_visible(&words) != *at) return true;
    }
    return false;
}

static strata_status check_words(const char *words)
{
    size_t length = strlen(words);
    if (words[strspn(words, " ")] == '\0') return status_fail(STRATA_ERR_ARGUMENT, "a note needs words");
    if (length > RUNS_NOTE_MOST) {
        return status_fail(STRATA_ERR_ARGUMENT, "a note of %zu bytes is too long: %d at most", length, RUNS_NOTE_MOST);
    }
    if (has_control(words)) {
        return status_fail(STRATA_ERR_ARGUMENT, "a note is one line, and this one has a line break or another control character");
    }
    return STRATA_OK;
}

strata_status runs_note(store *s, const char *id, const char *words)
{
    text whole;
    TRY(check_words(words));
    strata_status status = runs_find_id(s, id, &whole);
    if (status == STRATA_OK) status = store_note_run(s, whole.at, words);
    text_free(&whole);
    return status;
}

strata_status runs_drop_notes(store *s, const char *id)
{
    text whole;
    strata_status status = runs_find_id(s, id, &whole);
    if (status == STRATA_OK) status = store_drop_run_notes(s, whole.at);
    text_free(&whole);
    return status;
}
