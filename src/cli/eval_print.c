/* strata eval for people: one model's scores, a table of several, confusion matrices. */
#include <inttypes.h>
#include <string.h>

#include "eval.h"
#include "runs_print.h"

enum { NAME_MOST = 60, REMARK_MOST = 1000, CLASS_WIDTH = 6 };

void eval_print_one(const evaluated *e, const strata_data *data)
{
    static const char *const origins[] = { "", ", OTHER DATA than it was trained on", ", not said whether it was trained on them" };
    printf("model: %s   digest: %.12s   data: %s%s\n\n", e->path, e->digest, strata_data_describe(data)->kind, origins[e->origin]);
    printf("%-10s  %8s  %8s  %10s\n", "part", "loss", "cost", "accuracy %");
    for (int q = 0; q < EVAL_PARTS; q++) {
        const strata_score *s = &e->score[q];
        printf("%-10s  %8.4f  %8.4f  %10s\n", eval_part_words[q], s->loss, s->cost, percent_of(s->accuracy).words);
    }
}

void eval_remark(const evaluated *e, text *out)
{
    if (e->status != STRATA_OK) {
        text_add(out, "%s", e->sentence);
        return;
    }
    if (e->twin != NULL) text_add(out, "the same parameters as %s", e->twin);
    const char *between = out->length > 0 ? "; " : "";
    if (e->origin == EVAL_OTHER_DATA) text_add(out, "%strained on other data", between);
    if (e->origin == EVAL_DATA_NOT_SAID) text_add(out, "%sdoes not say its data", between);
}

static int name_width(const evaluated_list *list)
{
    int widest = (int)strlen("model");
    for (size_t m = 0; m < list->count; m++) {
        int width = stored_text_width(list->at[m].name.at);
        widest = width > widest ? width : widest;
    }
    return widest < NAME_MOST ? widest : NAME_MOST;
}

static int net_width(const evaluated_list *list)
{
    size_t widest = strlen("net");
    for (size_t m = 0; m < list->count; m++) {
        size_t width = strlen(list->at[m].net);
        widest = width > widest ? width : widest;
    }
    return (int)widest;
}

static void print_numbers(const evaluated *e, int width, bool remarked)
{
    printf("  %6s  %7.4f  %12s  %6s  %10" PRIu64 "  %.12s  %*s", percent_of(e->score[STRATA_TEST_PART].accuracy).words,
           e->score[STRATA_TEST_PART].loss, percent_of(e->score[STRATA_VALIDATION_PART].accuracy).words,
           percent_of(e->score[STRATA_TRAIN_PART].accuracy).words, e->parameters, e->digest, remarked ? -width : 0, e->net);
}

static void print_row(const evaluated *e, int name, int net)
{
    text remark = { 0 };
    eval_remark(e, &remark);
    bool remarked = remark.length > 0;
    stored_text_print(e->name.at, name, NAME_MOST);
    if (e->status == STRATA_OK) print_numbers(e, net, remarked);
    if (remarked) printf("  ");
    if (remarked) stored_text_print(remark.at, 0, REMARK_MOST);
    printf("\n");
    text_free(&remark);
}

void eval_print_table(const evaluated_list *list, const strata_data *data)
{
    int name = name_width(list), net = net_width(list);
    if (data != NULL) printf("data: %s\n\n", strata_data_describe(data)->kind);
    printf("%-*s  %6s  %7s  %12s  %6s\n", name, "", "test", "test", "validation", "train");
    printf("%-*s  %6s  %7s  %12s  %6s  %10s  %-12s  %-*s  %s\n", name, "model", "acc %", "loss", "acc %", "acc %", "parameters", "digest",
           net, "net", "remarks");
    for (size_t m = 0; m < list->count; m++) print_row(&list->at[m], name, net);
}

static void print_confusion(const evaluated *e, const strata_data *data)
{
    const char *const *names = strata_data_describe(data)->class_names;
    int classes = strata_data_describe(data)->form->classes;
    printf("\n");
    stored_text_print(e->name.at, 0, NAME_MOST);
    printf(": test examples, one row for what they are, one column for what was guessed\n\n%-10s", "");
    for (int c = 0; c < classes; c++) printf(" %*.*s", CLASS_WIDTH, CLASS_WIDTH, names[c]);
    printf("\n");
    for (int truth = 0; truth < classes; truth++) {
        printf("%-10s", names[truth]);
        for (int c = 0; c < classes; c++) printf(" %*ld", CLASS_WIDTH, e->guesses.confusion[(size_t)truth * (size_t)classes + (size_t)c]);
        printf("\n");
    }
}

void eval_print_confusions(const evaluated_list *list, const strata_data *data)
{
    for (size_t m = 0; m < list->count; m++) {
        if (list->at[m].status == STRATA_OK) print_confusion(&list->at[m], data);
    }
}
