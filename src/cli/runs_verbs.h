/* The verbs of strata runs: what was asked for, and who answers. */
#ifndef STRATA_CLI_RUNS_VERBS_H
#define STRATA_CLI_RUNS_VERBS_H

#include "cli.h"
#include "runs.h"

enum { RUNS_VERB_WORDS = 1000 };

typedef struct {
    const char *verb, *out, *store, *experiment, *sort;
    option_list where;
    long limit;
    const char *id[RUNS_VERB_WORDS]; /* the words behind the verb */
    int ids;
    bool csv, dry, remove, json, help;
} runs_verb_request;

/* A verb over the store of this path. */
typedef strata_status runs_verb_function(const runs_verb_request *r, const char *path, store *s);
runs_verb_function runs_verb_ls;                                   /* runs_ls.c */
runs_verb_function runs_verb_rm, runs_verb_prune, runs_verb_note; /* runs_change.c */

/* Two runs, of one store or of two. path: the store of a run that is named by its id alone. */
strata_status runs_verb_diff(const runs_verb_request *r, const char *path);

/* The folders that r names become one: r->out. */
strata_status runs_verb_merge(const runs_verb_request *r); /* runs_merge.c */

/* Opens a store, which must be there. */
strata_status runs_verb_open(const char *path, store_mode mode, store **out);

#endif
