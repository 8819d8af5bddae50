/* strata predict: what shall be classified, as rows of the model's own form. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "file.h"
#include "gz.h"
#include "image.h"
#include "predict.h"

enum { SHAPE_WORDS = 64, PICTURE_MOST = 1 << 26 }; /* bytes of a PNG file */

static bool is_picture(const char *path)
{
    uint8_t head[IMAGE_MAGIC];
    return image_is_png(head, gz_head(path, head, sizeof head));
}

/* ---- pictures ------------------------------------------------------------------------------------------------------------------------ */

/* Colour after colour, as an example has them. */
static void take_planes(const uint8_t *pixels, image_shape shape, uint8_t *out)
{
    size_t area = (size_t)shape.width * (size_t)shape.height, channels = (size_t)shape.channels;
    for (size_t c = 0; c < channels; c++) {
        for (size_t e = 0; e < area; e++) out[c * area + e] = pixels[e * channels + c];
    }
}

static strata_status read_picture(const char *path, image_shape shape, uint8_t *pixels, uint8_t *out)
{
    uint8_t *bytes;
    size_t size;
    TRY(file_read_all(path, PICTURE_MOST, &bytes, &size));
    strata_status status = image_read(path, bytes, size, shape, pixels);
    free(bytes);
    if (status == STRATA_OK) take_planes(pixels, shape, out);
    return status;
}

static strata_status read_pictures(const strata_form *f, const predict_inputs *inputs, predict_rows *out)
{
    void *pixels;
    size_t d = (size_t)f->features;
    const image_shape shape = { f->width, f->height, f->channels };
    if (f->height == 0 || f->element != STRATA_BYTES) {
        return status_fail(STRATA_ERR_DATA, "%s: is a picture, and the model takes rows of %d %s; name a file of such", inputs->path[0],
                           f->features, f->element == STRATA_BYTES ? "bytes" : "numbers");
    }
    TRY(alloc_zero(&out->own, inputs->paths, d, "the pictures"));
    TRY(alloc_zero(&pixels, 1, d, "a picture"));
    strata_status status = STRATA_OK;
    for (size_t j = 0; j < inputs->paths && status == STRATA_OK; j++) {
        status = read_picture(inputs->path[j], shape, pixels, (uint8_t *)out->own + j * d);
    }
    free(pixels);
    out->count = (long)inputs->paths;
    out->values = out->own;
    out->file = inputs->path;
    return status;
}

/* ---- data ---------------------------------------------------------------------------------------------------------------------------- */

static const char *shape_words(const strata_form *f, char out[SHAPE_WORDS])
{
    if (f->height > 0) (void)snprintf(out, SHAPE_WORDS, "%d features (%d x %d x %d)", f->features, f->height, f->width, f->channels);
    else (void)snprintf(out, SHAPE_WORDS, "%d features", f->features);
    return out;
}

static strata_status check_shape(const strata_form *due, const strata_form *f, const predict_inputs *inputs)
{
    char has[SHAPE_WORDS], takes[SHAPE_WORDS];
    bool images = due->height > 0 && f->height > 0;
    bool same = !images || (due->height == f->height && due->width == f->width && due->channels == f->channels);
    if (due->features == f->features && same) return STRATA_OK;
    bool one_more = f->features == due->features + 1 && f->height == 0 && inputs->label == NULL;
    return status_fail(STRATA_ERR_DATA, "%s: has %s, and the model takes %s; %s", inputs->path[0], shape_words(f, has),
                       shape_words(due, takes), one_more ? "is one of them the label? --label COLUMN leaves a column of a table out"
                                : "it needs what the model was trained on, in the same order");
}

/* Numbers as a table has them, for a model of bytes. */
static strata_status take_bytes(const char *path, const float *x, size_t rows, size_t d, void **out)
{
    TRY(alloc_zero(out, rows, d, "the rows as bytes"));
    uint8_t *to = *out;
    for (size_t e = 0; e < rows * d; e++) {
        if (!(x[e] >= 0 && x[e] <= 255 && x[e] == floorf(x[e]))) {
            return status_fail(STRATA_ERR_DATA, "%s: row %zu, feature %zu is %g, and the model takes bytes: whole numbers, 0 to 255", path,
                               e / d + 1, e % d + 1, (double)x[e]);
        }
        to[e] = (uint8_t)x[e];
    }
    return STRATA_OK;
}

static strata_status fit(const strata_model *model, const predict_inputs *inputs, predict_rows *out)
{
    const strata_form *due = strata_model_form(model);
    const strata_data_facts *facts = strata_data_describe(out->data);
    TRY(check_shape(due, facts->form, inputs));
    out->count = facts->test_examples;
    TRY(strata_data_test_example(out->data, 0, &out->values, NULL));
    if (due->element == facts->form->element) return STRATA_OK;
    if (due->element == STRATA_FLOATS) {
        return status_fail(STRATA_ERR_DATA, "%s: has bytes, and the model was trained on numbers; save it as numbers, scaled as those were",
                           inputs->path[0]);
    }
    TRY(take_bytes(inputs->path[0], out->values, (size_t)out->count, (size_t)due->features, &out->own));
    out->values = out->own;
    return STRATA_OK;
}

static strata_status read_data(const strata_model *model, const predict_inputs *inputs, predict_rows *out)
{
    const data_words words = { .what = inputs->path[0], .label = inputs->label, .unlabelled = true,
                               .features = strata_model_form(model)->features };
    TRY(open_data(&words, &out->data));
    const char *note = strata_data_describe(out->data)->note;
    if (note[0] != '\0') {
        (void)fprintf(stderr, "data: ");
        message_print(note);
    }
    return fit(model, inputs, out);
}

/* ---- either -------------------------------------------------------------------------------------------------------------------------- */

strata_status predict_rows_read(const strata_model *model, const predict_inputs *inputs, predict_rows *out)
{
    size_t pictures = 0;
    *out = (predict_rows){ 0 };
    for (size_t q = 0; q < inputs->paths; q++) pictures += is_picture(inputs->path[q]);
    if (pictures < inputs->paths && inputs->paths > 1) {
        size_t q = 0;
        while (is_picture(inputs->path[q])) q++;
        return status_fail(STRATA_ERR_ARGUMENT, "%s: is no PNG picture; several inputs are pictures, a file of data stands alone",
                           inputs->path[q]);
    }
    if (pictures > 0 && inputs->label != NULL) {
        return status_fail(STRATA_ERR_ARGUMENT, "--label %s: a picture has no columns", text_shown(inputs->label));
    }
    strata_status status = pictures > 0 ? read_pictures(strata_model_form(model), inputs, out) : read_data(model, inputs, out);
    if (status != STRATA_OK) predict_rows_free(out);
    return status;
}

void predict_rows_free(predict_rows *rows)
{
    strata_data_free(rows->data);
    free(rows->own);
    *rows = (predict_rows){ 0 };
}
