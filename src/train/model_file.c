/*
 * Models in files and in memory: the same bytes, by the same writer and the same reader.
 */
#include <stdlib.h>

#include "model.h"

/* ---- writing ------------------------------------------------------------------------------------------------------------------------- */

static strata_status save(const tensorwriter *writer, void *self)
{
    const char **path = self;
    return tensorwriter_save(writer, *path);
}

strata_status strata_model_save(const strata_model *model, const char *path)
{
    REQUIRE(model != NULL && path != NULL);
    return model_write(model, save, &path);
}

typedef struct {
    uint8_t *bytes;
    size_t size;
} block;

static strata_status take_bytes(const tensorwriter *writer, void *self)
{
    block *b = self;
    return tensorwriter_bytes(writer, &b->bytes, &b->size);
}

strata_status strata_model_to_memory(const strata_model *model, uint8_t **bytes, size_t *size)
{
    block b = { 0 };
    REQUIRE(bytes != NULL && size != NULL);
    *bytes = NULL;
    *size = 0;
    REQUIRE(model != NULL);
    TRY(model_write(model, take_bytes, &b));
    *bytes = b.bytes;
    *size = b.size;
    return STRATA_OK;
}

void strata_model_free_memory(uint8_t *bytes)
{
    free(bytes);
}

/* ---- reading ------------------------------------------------------------------------------------------------------------------------- */

strata_status strata_model_open(const char *path, strata_model **out)
{
    tensorfile *file;
    *out = NULL;
    REQUIRE(path != NULL);
    TRY(tensorfile_open(path, &file));
    strata_status status = model_read(file, out);
    if (status != STRATA_OK) status = status_fail_at(status, path);
    tensorfile_free(file);
    return status;
}

strata_status strata_model_from_memory(const uint8_t *bytes, size_t size, strata_model **out)
{
    tensorfile *file;
    REQUIRE(out != NULL);
    *out = NULL;
    REQUIRE(bytes != NULL);
    strata_status status = tensorfile_of(bytes, size, &file);
    if (status == STRATA_OK) {
        status = model_read(file, out);
        tensorfile_free(file);
    }
    return status == STRATA_OK ? STRATA_OK : status_fail_at(status, "a model in memory");
}
