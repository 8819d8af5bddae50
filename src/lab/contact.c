/* See contact.h. */
#include "contact.h"

#include <stdlib.h>

#include "alloc.h"
#include "sheet.h"

/* The examples that are drawn, and where. */
typedef struct {
    const void *values[CONTACT_CLASSES * CONTACT_ACROSS];
    int tile[CONTACT_CLASSES * CONTACT_ACROSS];
    int of_class[CONTACT_CLASSES];
    size_t count;
} chosen;

/* Stops when every class has its row. */
static strata_status choose(const strata_data *data, int classes, chosen *c)
{
    long all = strata_data_describe(data)->train_examples;
    for (long j = 0; j < all && c->count < (size_t)classes * CONTACT_ACROSS; j++) {
        const void *values;
        int label;
        TRY(strata_data_train_example(data, j, &values, &label));
        if (label >= classes || c->of_class[label] == CONTACT_ACROSS) continue;
        c->values[c->count] = values;
        c->tile[c->count++] = label * CONTACT_ACROSS + c->of_class[label]++;
    }
    return STRATA_OK;
}

strata_status contact_sheet(const strata_data *data, const char *path)
{
    void *made;
    sheet s;
    REQUIRE(data != NULL && path != NULL);
    const strata_form *form = strata_data_describe(data)->form;
    int classes = form->classes < CONTACT_CLASSES ? form->classes : CONTACT_CLASSES;
    TRY(sheet_new(form, classes * CONTACT_ACROSS, CONTACT_ACROSS, CONTACT_GAP, &s));
    strata_status status = alloc_zero(&made, 1, sizeof(chosen), "the images of a contact sheet");
    if (status == STRATA_OK) {
        chosen *c = made;
        status = choose(data, classes, c);
        if (status == STRATA_OK) status = sheet_draw_examples(&s, c->values, c->tile, c->count);
        free(c);
    }
    if (status == STRATA_OK) status = sheet_save(&s, path);
    sheet_free(&s);
    return status;
}
