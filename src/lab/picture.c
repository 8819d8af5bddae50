/* See picture.h; sheet.h says how the images lie. */
#include "picture.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "alloc.h"
#include "model.h"
#include "sheet.h"

/* ---- weights ------------------------------------------------------------------------------------------------------------------------- */

/* The weights of one unit as pixels. */
static strata_status unit_input(const float *w, int features, int unit, uint8_t *planes)
{
    float largest = 0;
    for (int e = 0; e < features; e++) {
        if (!isfinite(w[e])) {
            return status_fail(STRATA_ERR_DATA, "unit %d has a weight that is %g: no picture shows that; train with a smaller eta_max",
                               unit + 1, (double)w[e]);
        }
        largest = fmaxf(largest, fabsf(w[e]));
    }
    for (int e = 0; e < features; e++) planes[e] = (uint8_t)lroundf(128 + 127 * (largest > 0 ? w[e] / largest : 0));
    return STRATA_OK;
}

static strata_status draw_units(const sheet *s, const float *W, int units)
{
    void *planes;
    int features = s->form.features;
    TRY(alloc_zero(&planes, (size_t)features, 1, "the weights of a unit"));
    strata_status status = STRATA_OK;
    for (int u = 0; u < units && status == STRATA_OK; u++) {
        status = unit_input(W + (size_t)u * (size_t)features, features, u, planes);
        if (status == STRATA_OK) sheet_draw(s, u, planes);
    }
    free(planes);
    return status;
}

/* Of images of a million pixels, fewer units: their weights are in memory at once. */
static int units_drawn(int rows, int features)
{
    int most = PICTURE_WEIGHTS / features < PICTURE_UNITS ? PICTURE_WEIGHTS / features : PICTURE_UNITS;
    return rows < most ? rows : most;
}

/* What a row of W_1 looks at: an image, or a patch of one, whose numbers lie in the same way. */
static strata_form seen_by(const strata_model *model, int cols)
{
    strata_form form = *strata_model_form(model);
    int side = (int)model->config.patch;
    if (side == 0) return form;
    form.height = form.width = side;
    form.features = cols;
    return form;
}

strata_status picture_weights(const strata_model *model, const char *path)
{
    static const char tensor[] = "layer1.W";
    int rows, cols;
    void *W;
    sheet s;
    REQUIRE(model != NULL && path != NULL);
    TRY(strata_model_tensor(model, tensor, &rows, &cols, NULL));
    strata_form form = seen_by(model, cols);
    int units = units_drawn(rows, form.features);
    TRY(sheet_new(&form, units, PICTURE_UNITS_ACROSS, PICTURE_UNITS_GAP, &s));
    strata_status status = alloc_zero(&W, (size_t)units * (size_t)cols, sizeof(float), tensor);
    if (status == STRATA_OK) {
        status = model_tensor_rows(model, tensor, units, &rows, &cols, W);
        if (status == STRATA_OK) status = draw_units(&s, W, units);
        free(W);
    }
    if (status == STRATA_OK) status = sheet_save(&s, path);
    sheet_free(&s);
    return status;
}

/* ---- mistakes ------------------------------------------------------------------------------------------------------------------------ */

static strata_status draw_mistakes(const sheet *s, const strata_data *data, const strata_mistake *list, int count)
{
    const void *values[PICTURE_MISTAKES];
    int tile[PICTURE_MISTAKES];
    for (int m = 0; m < count; m++) {
        TRY(strata_data_test_example(data, list[m].image, &values[m], NULL));
        tile[m] = m;
    }
    return sheet_draw_examples(s, values, tile, (size_t)count);
}

strata_status picture_mistakes(const strata_data *data, const strata_mistake *list, size_t count, const char *path)
{
    sheet s;
    REQUIRE(data != NULL && list != NULL && count >= 1 && path != NULL);
    int drawn = count < PICTURE_MISTAKES ? (int)count : PICTURE_MISTAKES;
    TRY(sheet_new(strata_data_describe(data)->form, drawn, PICTURE_MISTAKES_ACROSS, PICTURE_MISTAKES_GAP, &s));
    strata_status status = draw_mistakes(&s, data, list, drawn);
    if (status == STRATA_OK) status = sheet_save(&s, path);
    sheet_free(&s);
    return status;
}
