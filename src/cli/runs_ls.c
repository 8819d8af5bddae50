/* strata runs ls: the runs of a store as a table for people, as CSV or as JSON. */
#include <string.h>

#include "runs_print.h"
#include "runs_verbs.h"

enum { LABEL = 40, COLUMNS = 5 };
enum { ID, MEMBER, DATA, CREATED, NOTES }; /* the columns that are as wide as what they hold */

static const char *const titles[COLUMNS] = { "id", "experiment: label", "data", "created", "notes" };

/* What a run has in these columns, but for those that stand in it as they are. */
typedef struct {
    text member, notes;
    const char *at[COLUMNS];
} cells;

static strata_status fill(cells *c, const stored_run *run)
{
    c->member.length = c->notes.length = 0;
    TRY(runs_say_links(run, &c->member));
    TRY(runs_say_notes(run, &c->notes));
    c->at[ID] = run->run.id;
    c->at[MEMBER] = c->member.at;
    c->at[DATA] = run->run.data_name[0] != '\0' ? run->run.data_name : run->run.data_kind;
    c->at[CREATED] = run->run.created;
    c->at[NOTES] = c->notes.at;
    return STRATA_OK;
}

static void widen(int widths[COLUMNS], const char *const *at)
{
    for (int w = 0; w < COLUMNS; w++) {
        int width = stored_text_width(at[w]);
        if (width > widths[w]) widths[w] = width < LABEL ? width : LABEL;
    }
}

static void print_accuracy(const strata_score *score, int width)
{
    if (score == NULL) printf("  %*s", width, "-");
    else printf("  %*s", width, percent_of(score->accuracy).words);
}

/* The last column of a line has no blanks behind it. */
static void print_end(const cells *c, const int widths[COLUMNS])
{
    bool notes = c->at[NOTES][0] != '\0';
    stored_text_print(c->at[CREATED], notes ? widths[CREATED] : 0, LABEL);
    if (notes) printf("  ");
    stored_text_print(c->at[NOTES], 0, LABEL);
    printf("\n");
}

/* The first columns, and the data where the runs of the list differ in them (a width that is not 0). */
static void print_start(const char *const at[COLUMNS], const int widths[COLUMNS])
{
    stored_text_print(at[ID], widths[ID], LABEL);
    printf("  ");
    stored_text_print(at[MEMBER], widths[MEMBER], LABEL);
    if (widths[DATA] > 0) printf("  ");
    if (widths[DATA] > 0) stored_text_print(at[DATA], widths[DATA], LABEL);
}

static void print_titles(const int widths[COLUMNS], bool notes)
{
    static const char *const nothing[COLUMNS] = { "", "", "", "", "" };
    print_start(nothing, widths);
    printf("  %6s  %-8s  %7s  %7s  %6s  %10s  %6s\n", "", "", "", "", "train", "validation", "test");
    print_start(titles, widths);
    printf("  %6s  %-8s  %7s  %7s  %6s  %10s  %6s  %-5s  ", "seed", "status", "updates", "seconds", "acc %", "acc %", "acc %", "maker");
    print_end(&(const cells){ .at = { [CREATED] = titles[CREATED], [NOTES] = notes ? titles[NOTES] : "" } }, widths);
}

static void print_run(const stored_run *r, const cells *c, const int widths[COLUMNS])
{
    const store_run *run = &r->run;
    print_start(c->at, widths);
    printf("  %6llu  %-8s  %7ld  %7.1f", (unsigned long long)run->seed, runs_status_word(run->status), run->updates, run->seconds);
    print_accuracy(run->score[STRATA_TRAIN_PART], 6);
    print_accuracy(run->score[STRATA_VALIDATION_PART], 10);
    print_accuracy(run->score[STRATA_TEST_PART], 6);
    printf("  ");
    stored_text_print(run->maker, 5, 5);
    printf("  ");
    print_end(c, widths);
}

static bool data_differ(const stored_runs *runs)
{
    bool differ = false;
    for (size_t r = 1; r < runs->count; r++) differ = differ || strcmp(runs->at[r].run.data_digest, runs->at[0].run.data_digest) != 0;
    return differ;
}

static strata_status print_runs(const stored_runs *runs)
{
    bool notes = false;
    cells c = { .at = { NULL } };
    strata_status status = STRATA_OK;
    int widths[COLUMNS];
    for (int w = 0; w < COLUMNS; w++) widths[w] = stored_text_width(titles[w]);
    for (size_t r = 0; r < runs->count && status == STRATA_OK; r++) {
        status = fill(&c, &runs->at[r]);
        if (status == STRATA_OK) widen(widths, c.at);
        notes = notes || runs->at[r].notes.count > 0;
    }
    if (!data_differ(runs)) widths[DATA] = 0;
    if (status == STRATA_OK) print_titles(widths, notes);
    for (size_t r = 0; r < runs->count && status == STRATA_OK; r++) {
        status = fill(&c, &runs->at[r]);
        if (status == STRATA_OK) print_run(&runs->at[r], &c, widths);
    }
    text_free(&c.member);
    text_free(&c.notes);
    return status;
}

static strata_status print_csv(const stored_runs *runs)
{
    text csv = { 0 };
    strata_status status = runs_list_csv(runs, &csv);
    if (status == STRATA_OK) printf("%s", csv.at);
    text_free(&csv);
    return status;
}

static strata_status print(const runs_verb_request *r, const char *path, const stored_runs *runs)
{
    if (r->json) return json_print(runs_list_json(runs));
    if (r->csv) return print_csv(runs);
    if (runs->count > 0) return print_runs(runs);
    if (r->where.count > 0) printf("no run in %s meets all conditions\n", path);
    else if (r->experiment != NULL) printf("no runs of %s in %s yet\n", r->experiment, path);
    else printf("no runs in %s yet; strata lab EXPERIMENT.yaml ... makes some\n", path);
    return STRATA_OK;
}

static strata_status choose_and_print(const runs_verb_request *r, const char *path, store *s, const store_choice *choice)
{
    stored_runs runs;
    strata_status status = r->csv ? runs_list_with_settings(s, choice, &runs) : runs_list(s, choice, &runs);
    if (status == STRATA_OK) status = print(r, path, &runs);
    runs_list_free(&runs);
    return status;
}

strata_status runs_verb_ls(const runs_verb_request *r, const char *path, store *s)
{
    runs_condition read[OPTION_LIST_MOST];
    store_condition where[OPTION_LIST_MOST];
    size_t count = 0;
    bool descending = r->sort != NULL && r->sort[0] == '-';
    strata_status status = STRATA_OK;
    for (; count < r->where.count && status == STRATA_OK; count++) {
        status = runs_condition_read(r->where.at[count], &read[count]);
        where[count] = read[count].condition;
    }
    const store_choice choice = { .experiment = r->experiment, .where = where, .conditions = count, .descending = descending,
                                  .sort = descending ? r->sort + 1 : r->sort, .limit = r->limit };
    if (status == STRATA_OK) status = choose_and_print(r, path, s, &choice);
    for (size_t c = 0; c < count; c++) runs_condition_free(&read[c]);
    return status;
}
