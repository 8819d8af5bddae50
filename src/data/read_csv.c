/* One pass fills the examples; labels are numbered as they come, and sorted at the end. */
#include "read_csv.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv_plan.h"
#include "gz.h"
#include "text.h"
#include "widened.h"

enum { HEAD = 4096 };

bool read_csv_recognises(const char *path)
{
    char head[HEAD + 1] = "";
    size_t size = gz_head(path, (uint8_t *)head, HEAD);
    return csv_table_looks(head, size, size == HEAD);
}

/* ---- values -------------------------------------------------------------------------------------------------------------------------- */

static strata_status refuse_value(const csv_table *t, size_t column)
{
    char value[64], why[400];
    const csv_field *f = &t->rows.field[column];
    (void)csv_field_text(f, value, sizeof value);
    if (f->length == 0) return csv_plan_refuse(t, column, "is empty; give it a value, or remove the row or the column");
    const char *next = "; every value is a finite number";
    if (csv_table_word(f)) next = "; is it a column of texts, take it by one-hot: [NAME] in a description";
    if (t->rows.separator == ';' && strchr(value, ',') != NULL) next = "; numbers have a decimal point";
    (void)snprintf(why, sizeof why, "%s is no number that a feature can have%s", text_shown(value), next);
    return csv_plan_refuse(t, column, why);
}

static strata_status take_label(csv_plan *p, size_t n, size_t column, uint16_t *label)
{
    csv_table *t = &p->table[n];
    const csv_field *f = &t->rows.field[column];
    size_t number = 0;
    if (t->classes == 0) {
        TRY(csv_plan_number(t, column, &p->classes, &number));
    } else {
        for (size_t e = 0; e < f->length && number < t->classes; e++) {
            number = f->at[e] >= '0' && f->at[e] <= '9' ? 10 * number + (size_t)(f->at[e] - '0') : t->classes;
        }
        if (f->length == 0 || number >= t->classes) {
            return csv_plan_refuse(t, column, "is not the number of a class, from 0, of those that line 1 names; fetch the file again");
        }
    }
    *label = (uint16_t)number;
    return STRATA_OK;
}

/* The row that was read last becomes example j. */
static strata_status take_row(csv_plan *p, size_t n, size_t j, examples *out)
{
    csv_table *t = &p->table[n];
    const csv_column *column = p->column[n];
    float *x = out->floats + j * p->features;
    for (size_t c = 0; c < t->columns; c++) {
        size_t number;
        if (column[c].kind == CSV_FEATURE) {
            float *value = &x[column[c].feature];
            if (!csv_table_number(&t->rows.field[c], value) || !isfinite(*value)) return refuse_value(t, c);
        } else if (column[c].kind == CSV_ONE_HOT) {
            categories *texts = &p->one_hot[column[c].categories];
            TRY(csv_plan_number(t, c, texts, &number));
            x[column[c].feature + texts->rank[number]] = 1;
        } else if (column[c].kind == CSV_LABEL) {
            TRY(take_label(p, n, c, &out->label[j]));
        }
    }
    return STRATA_OK;
}

static strata_status take_rows(csv_plan *p, size_t n, size_t first, examples *out)
{
    csv_table *t = &p->table[n];
    for (size_t j = 0; j < t->count; j++) {
        bool more;
        TRY(csv_rows_next(&t->rows, &more));
        TRY(take_row(p, n, first + j, out));
    }
    return STRATA_OK;
}

/* ---- classes ------------------------------------------------------------------------------------------------------------------------- */

static strata_status name_listed(const csv_table *t, examples *out)
{
    out->class_name = calloc(t->classes, sizeof *out->class_name);
    if (out->class_name == NULL) return status_fail(STRATA_ERR_MEMORY, "no memory for the names of classes");
    out->form.classes = (int)t->classes;
    for (size_t c = 0; c < t->classes; c++) {
        size_t room = t->class_name[c].length + 1;
        out->class_name[c] = calloc(room, 1);
        if (out->class_name[c] == NULL) return status_fail(STRATA_ERR_MEMORY, "no memory for the names of classes");
        (void)csv_field_text(&t->class_name[c], out->class_name[c], room);
    }
    return STRATA_OK;
}

static strata_status name_classes(csv_plan *p, examples *out)
{
    const csv_table *t = &p->table[0];
    char place[400], column[CSV_COLUMN_TEXT];
    if (out->label == NULL) return STRATA_OK;
    if (t->classes > 0) return name_listed(t, out);
    TRY(categories_sort(&p->classes));
    csv_table_column(t, p->label, column);
    (void)snprintf(place, sizeof place, "%.200s: %s", t->path, column);
    strata_status status = categories_check_label(&p->classes, out->train + out->test);
    if (status != STRATA_OK) return status_fail_at(status, place);
    for (size_t j = 0; j < out->train + out->test; j++) out->label[j] = (uint16_t)p->classes.rank[out->label[j]];
    out->class_name = categories_names(&p->classes);
    if (out->class_name == NULL) return status_fail(STRATA_ERR_MEMORY, "no memory for the names of classes");
    out->form.classes = (int)p->classes.classes;
    return STRATA_OK;
}

/* ---- what is said -------------------------------------------------------------------------------------------------------------------- */

static void say(const csv_plan *p, examples *out)
{
    const csv_table *t = &p->table[0];
    char label[CSV_COLUMN_TEXT] = "";
    const char *form = t->classes > 0 ? "the first line is scikit-learn's" : t->head != NULL ? "the first line has names"
        : "no line with names was found";
    const char *what = p->label == t->columns ? "" : p->column[0][p->label].kind == CSV_LABEL ? "; label: " : "; left out: ";
    const char *test = p->tables < 2 ? "" : p->by_name ? "; the test table has names, too" : p->table[1].head != NULL
        ? "; the test table alone has names; columns go by their order" : "; columns of the test table go by their order";
    if (p->label < t->columns) csv_table_column(t, p->label, label);
    (void)snprintf(out->note, sizeof out->note, "%s: %zu columns, %zu features%s%s%s%s", form, t->columns, p->features, what, label,
                   t->rows.separator == ',' ? "" : t->rows.separator == ';' ? "; between them ';'" : "; between them tabs", test);
}

static strata_status fill(csv_plan *p, bool labelled, examples *out)
{
    size_t test = p->tables == 2 ? p->table[1].count : 0;
    out->form = (strata_form){ .element = STRATA_FLOATS, .features = (int)p->features };
    TRY(widened_check(p->table[0].path, p->table[0].count + test, p->features, SIZE_MAX));
    TRY(examples_take(out, p->table[0].count, test, labelled));
    for (size_t n = 0, first = 0; n < p->tables; first += p->table[n++].count) {
        TRY(take_rows(p, n, first, out));
        examples_note_file(out, p->table[n].path, p->table[n].digest);
    }
    TRY(name_classes(p, out));
    say(p, out);
    return STRATA_OK;
}

strata_status read_csv(const data_request *request, examples *out)
{
    csv_plan p;
    TRY(csv_plan_make(request, &p));
    strata_status status = fill(&p, !request->unlabelled, out);
    csv_plan_free(&p);
    if (status != STRATA_OK) examples_free(out);
    return status;
}
