/* strata eval as CSV: the table, and what every model guesses of every test image. */
#include <inttypes.h>

#include "csv.h"
#include "eval.h"
#include "file.h"

/* ---- the table ----------------------------------------------------------------------------------------------------------------------- */

/* The cells of a model that was not evaluated are left out, down to the remark. */
static void add_row(text *csv, const evaluated *e)
{
    text remark = { 0 };
    csv_add(csv, e->name.at);
    for (int q = EVAL_PARTS - 1; q >= 0; q--) {
        const strata_score *s = &e->score[q];
        const double numbers[] = { s->accuracy, s->loss, s->cost };
        for (int n = 0; n < 3; n++) {
            text_add(csv, ",");
            if (e->status == STRATA_OK) csv_add_number(csv, numbers[n]);
        }
    }
    if (e->status == STRATA_OK) text_add(csv, ",%" PRIu64 ",\"%s\",%s,", e->parameters, e->net, e->digest);
    else text_add(csv, ",,,,");
    eval_remark(e, &remark);
    if (remark.length > 0) csv_add(csv, remark.at);
    text_add(csv, "\n");
    csv->failed |= remark.failed;
    text_free(&remark);
}

strata_status eval_print_csv(const evaluated_list *list)
{
    text csv = { 0 };
    text_add(&csv, "model,test_accuracy,test_loss,test_cost,validation_accuracy,validation_loss,validation_cost,train_accuracy,train_loss,"
                   "train_cost,parameters,net,digest,remarks\n");
    for (size_t m = 0; m < list->count; m++) add_row(&csv, &list->at[m]);
    strata_status status = csv.failed ? status_fail(STRATA_ERR_MEMORY, "no memory for a table of %zu models", list->count) : STRATA_OK;
    if (status == STRATA_OK) printf("%s", csv.at);
    text_free(&csv);
    return status;
}

/* ---- every test image ---------------------------------------------------------------------------------------------------------------- */

strata_status eval_check_predictions(const char *path, const evaluated_list *list)
{
    for (size_t m = 0; m < list->count; m++) {
        if (!eval_is_read(path, list->at[m].path)) continue;
        return status_fail(STRATA_ERR_ARGUMENT, "--predictions %s: this is the model itself, which will not be replaced; name another file",
                           path);
    }
    return STRATA_OK;
}

typedef struct {
    const evaluated_list *list;
    const strata_data *data;
} predictions;

static strata_status put(file_sink *to, text *rows)
{
    size_t length = rows->length;
    rows->length = 0;
    return rows->failed ? status_fail(STRATA_ERR_MEMORY, "no memory for what was guessed") : file_put(to, rows->at, length);
}

static strata_status put_model(const evaluated *e, const strata_data *data, bool named, text *rows, file_sink *to)
{
    const char *const *names = strata_data_describe(data)->class_names;
    for (long j = 0; j < strata_data_describe(data)->test_examples; j++) {
        if (named) csv_add(rows, e->name.at);
        text_add(rows, "%s%ld,", named ? "," : "", j);
        csv_add(rows, names[eval_truth(data, j)]);
        text_add(rows, ",");
        csv_add(rows, names[e->guesses.guess[j]]);
        text_add(rows, ",");
        csv_add_number(rows, (double)e->guesses.probability[j]);
        text_add(rows, "\n");
        if (rows->length > 1 << 16) TRY(put(to, rows));
    }
    return STRATA_OK;
}

static strata_status produce(void *self, file_sink *to)
{
    const predictions *p = self;
    bool named = p->list->count > 1;
    text rows = { 0 };
    text_add(&rows, "%sindex,truth,guess,probability\n", named ? "model," : "");
    strata_status status = STRATA_OK;
    for (size_t m = 0; m < p->list->count && status == STRATA_OK; m++) {
        if (p->list->at[m].status == STRATA_OK) status = put_model(&p->list->at[m], p->data, named, &rows, to);
    }
    if (status == STRATA_OK && rows.length > 0) status = put(to, &rows);
    text_free(&rows);
    return status;
}

strata_status eval_save_predictions(const char *path, const evaluated_list *list, const strata_data *data)
{
    return file_write_by(path, produce, &(predictions){ list, data });
}
