/*
 * Models that strata eval was asked about, one struct each: what they are, their scores, and why there are none. eval_model.c fills them,
 * eval_names.c names them, eval_print.c, eval_json.c and eval_csv.c show them.
 */
#ifndef STRATA_CLI_EVAL_H
#define STRATA_CLI_EVAL_H

#include "cli.h"

enum { EVAL_PARTS = 3, EVAL_DIGEST = 65, EVAL_NET = 420 };
extern const char *const eval_part_words[EVAL_PARTS]; /* "train", "validation", "test"; numbers are those of strata_part */

/* Was a model trained on the data that it is evaluated on? */
typedef enum { EVAL_SAME_DATA, EVAL_OTHER_DATA, EVAL_DATA_NOT_SAID } eval_origin;

typedef struct {
    int *guess;         /* [test examples]: the class guessed of each */
    long *confusion;    /* [classes * classes]: test examples of class truth that were guessed to be of guess, [truth * classes + guess] */
    float *probability; /* [test examples]: of that class */
} eval_guesses;

typedef struct {
    const char *path;     /* as given */
    text name;            /* the shortest that tells it from the others */
    strata_status status; /* not STRATA_OK: sentence says why, and nothing below is there */
    char sentence[STATUS_SENTENCE];
    char digest[EVAL_DIGEST], data_digest[EVAL_DIGEST];
    char net[EVAL_NET]; /* "[50,50] bn" */
    uint64_t parameters;
    bool verified; /* its file has a digest of all it says */
    eval_origin origin;
    strata_score score[EVAL_PARTS];
    json_value *config;
    eval_guesses guesses; /* NULL where they were not asked for */
    const char *twin;     /* name of the first model that has the same parameters; NULL: none before it */
} evaluated;

typedef struct {
    evaluated *at;
    size_t count, failed;
} evaluated_list;

/* What to find out. */
typedef struct {
    data_words data;
    bool guesses; /* what is guessed of every test example, too */
} eval_order;

/* ---- eval_model.c -------------------------------------------------------------------------------------------------------------------- */

/* Evaluates all models of the list, whose paths are set. What is wrong with one of several is in its struct; what is wrong with the only
 * one, or with the data, is returned. The caller frees *data, also after a failure, and the list. */
strata_status eval_all(const eval_order *order, evaluated_list *list, strata_data **data);
void eval_free(evaluated_list *list);

/* Opens the model at a path: the file itself, or the model in a folder. What the run.json beside it does not know is refused. */
strata_status eval_open_model(const char *path, strata_model **model);

/* Is a result's path the file at `input`, or the model in that folder, so that writing would replace what is read? */
bool eval_is_read(const char *path, const char *input);

/* Which class a test example is of. */
int eval_truth(const strata_data *data, long example);

/* ---- eval_names.c -------------------------------------------------------------------------------------------------------------------- */

/* Names all models of the list, and says who has the parameters of one before. */
strata_status eval_name(evaluated_list *list);

/* The best accuracy on the test images first, those without one last, else in the order that they were in. */
void eval_sort(evaluated_list *list);

/* ---- eval_print.c -------------------------------------------------------------------------------------------------------------------- */

/* One model: scores of all parts. */
void eval_print_one(const evaluated *e, const strata_data *data);

/* Several: a table. */
void eval_print_table(const evaluated_list *list, const strata_data *data);

void eval_print_confusions(const evaluated_list *list, const strata_data *data);

/* What is to be said of a row beside its numbers, "" for nothing. */
void eval_remark(const evaluated *e, text *out);

/* ---- eval_json.c --------------------------------------------------------------------------------------------------------------------- */

json_value *eval_one_json(const evaluated *e, const strata_data *data, bool confusion);
json_value *eval_list_json(const evaluated_list *list, const strata_data *data, bool confusion);

/* ---- eval_csv.c ---------------------------------------------------------------------------------------------------------------------- */

/* The table, one row a model, on stdout. */
strata_status eval_print_csv(const evaluated_list *list);

/* STRATA_ERR_ARGUMENT when the path is that of one of the models. */
strata_status eval_check_predictions(const char *path, const evaluated_list *list);

/* Every test image of every model, one row each. */
strata_status eval_save_predictions(const char *path, const evaluated_list *list, const strata_data *data);

#endif
