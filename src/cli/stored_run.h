/*
 * Runs of the store with memory of their own, for the commands that show them: what store.h shows a visitor is gone when the visitor
 * returns.
 */
#ifndef STRATA_CLI_STORED_RUN_H
#define STRATA_CLI_STORED_RUN_H

#include "json.h"
#include "store.h"

typedef store_env stored_pair; /* key and value */

typedef struct {
    stored_pair *at;
    size_t count, room;
} stored_pairs;

typedef struct {
    store_run run; /* all its texts, scores, points, env and artifacts belong to this struct; the other lists are empty */
    stored_pairs links; /* experiment and label, in the order of experiments */
    stored_pairs settings;
    struct stored_words *words; /* what stored_run_free frees */
    stored_pairs env;
    strata_point *point;
    store_artifact *artifact;
    store_file_found *found; /* of each artifact, once stored_run_look has looked; else NULL */
    size_t point_room, artifact_room;
} stored_run;

typedef struct {
    stored_run *at;
    size_t count, room;
} stored_runs;

/* All runs, the newest last, or those of one experiment: without settings, env, points and artifacts. An experiment that the store does not
 * have is STRATA_ERR_ARGUMENT, with the nearest that it has. Free *out in any case. */
strata_status stored_runs_read(store *s, const char *experiment, stored_runs *out);
void stored_runs_free(stored_runs *runs);

/* The run of this id, or the only one whose id starts so (4 characters or more), with all that belongs to it, as it was at one moment.
 * STRATA_ERR_ARGUMENT when there is none or several. Free *out in any case. */
strata_status stored_run_find(store *s, const char *id, stored_run *out);
void stored_run_free(stored_run *run);

/* Looks at the run's files, which lie below the folder of the store of this path. */
strata_status stored_run_look(stored_run *run, const char *store_path);

extern const char *const stored_part[STORE_PARTS]; /* "train", ... */
const char *stored_status(store_status status);    /* "done", ... */

/* ---- runs_show.c -------------------------------------------------------------------------------------------------------------------- */

/* What stored_runs_read reads, as an object. A part that was never evaluated is null. */
json_value *stored_run_json(const stored_run *run);

/* On stdout: text from a store may hold anything, so control characters are shown as "?". At most `most` characters of it, the last three
 * of which are "..." when it is longer, and blanks up to `width`. A character is one of UTF-8. */
void stored_text_print(const char *value, int width, int most);
int stored_text_width(const char *value);

strata_status stored_run_show(const stored_run *run);
strata_status stored_run_show_json(const stored_run *run);

/* ---- runs_diff.c -------------------------------------------------------------------------------------------------------------------- */

strata_status stored_runs_diff(const stored_run *a, const stored_run *b);
strata_status stored_runs_diff_json(const stored_run *a, const stored_run *b);

#endif
