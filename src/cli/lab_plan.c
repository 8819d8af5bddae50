/* strata lab --dry-run: the plan of a call, with what the store has of it, and what the rest needs. */
#include "lab_plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "headway.h"
#include "rehearse.h"

static long trainings(const rehearsal_row *row)
{
    return row->stored + row->shared + row->begun + row->fresh + row->waiting;
}

/* Of all cores that train at once. */
static double duration(const rehearsal *r)
{
    return r->need.at_once > 0 ? r->all.seconds / r->need.at_once : 0;
}

/* Whose data: where one of the experiments says which. */
static bool names_data(const rehearsal *r)
{
    for (size_t q = 0; q < r->count; q++) {
        if (r->row[q].names_data) return true;
    }
    return false;
}

static void print_row(const rehearsal_row *row, const char *name, bool data)
{
    printf("%-16s  ", name);
    if (data) printf("%-16s  ", row->data);
    printf("%9ld  %12ld  %5ld  %5ld  %7ld  %10ld", trainings(row), row->stored + row->shared, row->begun, row->fresh,
           row->waiting, row->updates);
    if (row->elsewhere > 0) printf("  %ld of other shards", row->elsewhere);
    if (row->lacks_data) printf("  cannot run: its data are not there");
    else if (row->check) printf("  a gradient check");
    if (row->waits_for[0] != '\0') printf("  at most; what waits starts from %s", row->waits_for);
    printf("\n");
}

/* What random searches come to, which their budgets bound. */
static void print_searches(const rehearsal *r)
{
    const char *before = "\n";
    for (size_t q = 0; q < r->count; q++) {
        if (r->row[q].search[0] == '\0') continue;
        printf("%s%s: %s\n", before, r->row[q].experiment, r->row[q].search);
        before = "";
    }
}

static void print_plan(const rehearsal *r)
{
    char words[HEADWAY_WORDS];
    bool data = names_data(r);
    printf("%-16s  ", "experiment");
    if (data) printf("%-16s  ", "data");
    printf("%9s  %12s  %5s  %5s  %7s  %10s\n", "trainings", "in the store", "begun", "new", "waiting", "updates");
    for (size_t q = 0; q < r->count; q++) print_row(&r->row[q], r->row[q].experiment, data);
    if (r->count > 1) print_row(&r->all, "all", data);
    print_searches(r);
    if (r->all.updates == 0) {
        printf("\nnothing is to be trained\n");
        return;
    }
    headway_words(duration(r), words);
    if (isnan(r->all.seconds)) printf("\ntime: unknown; no run in the store has such a net, bn and n_batch, of this processor\n");
    else printf("\ntime: about %.*s with %d at once, at the pace of the store's runs\n", (int)(strlen(words) - strlen(" left")), words,
                r->need.at_once);
    need_print(&r->need);
}

static json_value *row_json(const rehearsal_row *row)
{
    json_value *one = json_new_object();
    if (row->experiment[0] != '\0') json_put_text(one, "experiment", row->experiment);
    if (row->experiment[0] != '\0') json_put_text(one, "data", row->data);
    if (row->lacks_data) json_put_bool(one, "lacks_data", true);
    if (row->experiment[0] != '\0') json_put_bool(one, "check", row->check);
    json_put_int(one, "trainings", trainings(row));
    json_put_int(one, "stored", row->stored);
    json_put_int(one, "shared", row->shared);
    json_put_int(one, "begun", row->begun);
    json_put_int(one, "new", row->fresh);
    if (row->elsewhere > 0) json_put_int(one, "elsewhere", row->elsewhere);
    json_put_int(one, "waiting", row->waiting);
    if (row->waits_for[0] != '\0') json_put_text(one, "waits_for", row->waits_for);
    if (row->search[0] != '\0') json_put_text(one, "search", row->search);
    json_put_int(one, "updates", row->updates);
    json_put_real(one, "core_seconds", row->seconds);
    return one;
}

static strata_status print_json(const rehearsal *r)
{
    json_value *root = json_new_object(), *list = json_new_list();
    for (size_t q = 0; q < r->count; q++) json_append(list, row_json(&r->row[q]));
    json_put(root, "experiments", list);
    json_put(root, "all", row_json(&r->all));
    json_put_real(root, "seconds", duration(r));
    if (r->need.at_once > 0) json_put(root, "memory", need_json(&r->need));
    if (r->need.at_once > 0) json_put(root, "disk", disk_json(&r->need));
    return json_print(root);
}

static strata_status rehearse_and_print(const char *const *paths, size_t count, const lab_request *wanted, rehearsal *r, bool json)
{
    TRY(lab_rehearse(paths, count, NULL, wanted, r));
    if (json) TRY(print_json(r));
    else print_plan(r);
    return r->fits ? STRATA_OK : status_fail(STRATA_ERR_MEMORY, "there is not enough memory for one of these trainings");
}

strata_status lab_plan_print(const char *const *paths, size_t count, const strata_lab_request *request, bool json)
{
    lab_request wanted;
    TRY(lab_request_take(request, &wanted));
    rehearsal *r = calloc(1, sizeof *r);
    if (r == NULL) return status_fail(STRATA_ERR_MEMORY, "no memory for a plan");
    strata_status status = rehearse_and_print(paths, count, &wanted, r, json);
    free(r);
    return status;
}
