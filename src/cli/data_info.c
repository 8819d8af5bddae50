/* strata data info: what is in a data set, and what one should know before training on it. */
#include <string.h>

#include "cli.h"
#include "contact.h"
#include "data_verbs.h"

enum { CLASSES_SHOWN = 100, NAME_SHOWN = 24, FILE_LEAST = 18 };

static const char *element_word(const strata_form *f)
{
    return f->element == STRATA_FLOATS ? "float" : "byte";
}

/* ---- JSON ---------------------------------------------------------------------------------------------------------------------------- */

static json_value *counts_json(const long *counts, int classes)
{
    json_value *list = json_new_list();
    for (int c = 0; c < classes; c++) json_append_int(list, counts[c]);
    return list;
}

static json_value *files_json(const strata_data_facts *facts)
{
    json_value *list = json_new_list();
    int classes = facts->form->classes;
    for (int f = 0; f < facts->files; f++) {
        json_value *file = json_new_object();
        json_put_text(file, "name", facts->file_names[f]);
        json_put_text(file, "sha256", facts->file_digests[f]);
        if (facts->counts != NULL) json_put(file, "images_per_class", counts_json(facts->counts + f * classes, classes));
        json_append(list, file);
    }
    return list;
}

static json_value *form_json(const strata_data_facts *facts)
{
    const strata_form *f = facts->form;
    json_value *form = json_new_object(), *names = json_new_list();
    json_put_text(form, "element", element_word(f));
    json_put_int(form, "features", f->features);
    if (f->height > 0) {
        json_value *image = json_new_list();
        json_append_int(image, f->height);
        json_append_int(image, f->width);
        json_append_int(image, f->channels);
        json_put(form, "image", image);
    }
    for (int c = 0; c < f->classes; c++) json_append_text(names, facts->class_names[c]);
    json_put(form, "classes", names);
    json_put(form, "training_per_class", counts_json(facts->part_counts, f->classes));
    json_put(form, "test_per_class", counts_json(facts->part_counts + f->classes, f->classes));
    return form;
}

static json_value *inspection_json(const strata_data_inspection *i)
{
    json_value *root = json_new_object();
    json_put_real(root, "least", i->least);
    json_put_real(root, "most", i->most);
    json_put_int(root, "constant_features", i->constant_features);
    json_put_int(root, "twins_in_training", i->twins_in_training);
    json_put_int(root, "twins_of_training", i->twins_of_training);
    json_put_int(root, "twins_in_test", i->twins_in_test);
    json_put_int(root, "twins_of_another_class", i->twins_of_another_class);
    return root;
}

static strata_status print_json(const strata_data_facts *facts, const strata_data_inspection *seen)
{
    json_value *root = json_new_object();
    json_put_text(root, "kind", facts->kind);
    json_put_text(root, "title", facts->title);
    json_put_text(root, "source", facts->source);
    json_put_text(root, "digest", facts->digest);
    json_put(root, "files", files_json(facts));
    json_put(root, "form", form_json(facts));
    if (seen != NULL) json_put(root, "inspection", inspection_json(seen));
    return json_print(root);
}

/* ---- text ---------------------------------------------------------------------------------------------------------------------------- */

/* CIFAR-10's six files have as many images of a class as the training part or less: a column for each. */
static void print_six_files(const strata_data_facts *facts)
{
    int classes = facts->form->classes;
    printf("\n%-12s", "images of");
    for (int f = 0; f < facts->files; f++) printf("  %8.7s%c", f < 5 ? "batch_" : "test", f < 5 ? '1' + f : ' ');
    printf("\n");
    for (int c = 0; c < classes; c++) {
        printf("%-12s", facts->class_names[c]);
        for (int f = 0; f < facts->files; f++) printf("  %9ld", facts->counts[f * classes + c]);
        printf("\n");
    }
}

static void print_parts(const strata_data_facts *facts)
{
    int classes = facts->form->classes, shown = classes > CLASSES_SHOWN ? CLASSES_SHOWN : classes;
    printf("\n%-*s  %9s  %9s\n", NAME_SHOWN, "examples of", "training", "test");
    for (int c = 0; c < shown; c++) {
        printf("%-*.*s  %9ld  %9ld\n", NAME_SHOWN, NAME_SHOWN, facts->class_names[c], facts->part_counts[c],
               facts->part_counts[classes + c]);
    }
    if (shown < classes) printf("and %d classes more; --json has them all\n", classes - shown);
    printf("%-*s  %9ld  %9ld\n", NAME_SHOWN, "in all", facts->train_examples, facts->test_examples);
}

static void print_form(const strata_data_facts *facts)
{
    const strata_form *f = facts->form;
    printf("\n%d classes; ", f->classes);
    const char *colour = f->channels == 3 ? "colour" : "grey";
    if (f->height > 0) printf("images of %d x %d, %s, of %ss\n", f->height, f->width, colour, element_word(f));
    else printf("%d features, %ss\n", f->features, element_word(f));
}

static void print_inspection(const strata_data_facts *facts, const strata_data_inspection *i)
{
    printf("\nvalues     %.6g .. %.6g\n", i->least, i->most);
    printf("constant   %ld of %d features are equal in all training examples", i->constant_features, facts->form->features);
    if (i->constant_features > 0) printf(", the first of them number %ld", i->first_constant + 1);
    printf("\ntwice      %ld test examples are also among the training examples; %ld repeat in training, %ld in test",
           i->twins_of_training, i->twins_in_training, i->twins_in_test);
    if (i->twins_of_another_class > 0) printf("; %ld of these have another label", i->twins_of_another_class);
    printf("\n");
    for (int c = 0; c < facts->form->classes; c++) {
        if (facts->part_counts[c] == 0) printf("missing    no training example is of class %s\n", facts->class_names[c]);
    }
}

strata_status data_tell(const strata_data *data, bool json, bool whole)
{
    const strata_data_facts *facts = strata_data_describe(data);
    strata_data_inspection seen = { .size = sizeof seen };
    if (whole) TRY(strata_data_inspect(data, &seen));
    if (json) return print_json(facts, whole ? &seen : NULL);
    printf("%s: %s\n%s\ndigest %s\n\n", facts->source, facts->kind, facts->title, facts->digest);
    int width = FILE_LEAST;
    for (int f = 0; f < facts->files; f++) width = (int)strlen(facts->file_names[f]) > width ? (int)strlen(facts->file_names[f]) : width;
    printf("%-*s  %-64s\n", width, "file", "SHA-256");
    for (int f = 0; f < facts->files; f++) printf("%-*s  %s\n", width, facts->file_names[f], facts->file_digests[f]);
    if (facts->note[0] != '\0') printf("\n%s\n", facts->note);
    if (facts->counts != NULL) {
        print_six_files(facts);
    } else {
        print_form(facts);
        print_parts(facts);
    }
    if (whole) print_inspection(facts, &seen);
    return STRATA_OK;
}

strata_status data_info(const data_words *words, bool json, const char *picture)
{
    strata_data *data;
    TRY(open_data(words, &data));
    strata_status status = data_tell(data, json, true);
    if (status == STRATA_OK && picture != NULL) status = contact_sheet(data, picture);
    strata_data_free(data);
    return status;
}
