/* The public call of strata/export.h: the table of kinds, and what is checked before one of them writes. */
#include "strata/export.h"

#include <string.h>

#include "kind.h"
#include "sized.h"
#include "text.h"

static const strata_export_kind kinds[] = {
    { "onnx", ".onnx", NULL, "ONNX, opset 13: the examples as they lie in the data go in, probabilities come out" },
    { "c", ".c", ".h", "C99 without dependencies but the mathematical library: one .c and one .h" },
    { "torch", ".py", ".pt.safetensors", "PyTorch: the state dict of an nn.Sequential, and a script that builds and loads it" },
    { "npz", ".npz", NULL, "NumPy: every tensor by its name in the model file, and the settings as a text" },
};

enum { KINDS = sizeof kinds / sizeof *kinds };

static export_writer *const writers[KINDS] = { export_onnx, export_c, export_torch, export_npz };

const strata_export_kind *strata_export_kinds(size_t *count)
{
    *count = KINDS;
    return kinds;
}

static strata_status find_kind(const char *word, size_t *out)
{
    const char *names[KINDS];
    for (size_t q = 0; q < KINDS; q++) {
        names[q] = kinds[q].name;
        if (strcmp(word, names[q]) == 0) return *out = q, STRATA_OK;
    }
    const char *near = text_nearest(word, names, KINDS);
    if (near != NULL) return status_fail(STRATA_ERR_ARGUMENT, "unknown kind of file '%s'; did you mean '%s'?", text_cut(word), near);
    return status_fail(STRATA_ERR_ARGUMENT, "unknown kind of file '%s'; %s", text_cut(word), text_known(names, KINDS));
}

static strata_status check_file(const char *file, const strata_export_kind *kind)
{
    size_t length = strlen(file), end = strlen(kind->end);
    if (length > end && strcmp(file + length - end, kind->end) == 0 && file[length - end - 1] != '/') return STRATA_OK;
    return status_fail(STRATA_ERR_ARGUMENT, "%s: the name of a file of kind %s ends in %s", text_shown(file), kind->name, kind->end);
}

/* Letters, digits and '_' of ASCII alone, whatever the locale calls a letter; not too long for a compiler. */
static strata_status check_name(const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    enum { FIRST = 52, MOST = 40 };
    size_t length = strlen(name);
    const char *first = name[0] != '\0' ? strchr(letters, name[0]) : NULL;
    if (first != NULL && first - letters < FIRST && length <= MOST && strspn(name, letters) == length) return STRATA_OK;
    return status_fail(STRATA_ERR_ARGUMENT, "the name %s: letters, digits and '_', a letter first, %d at most", text_shown(name),
                       (int)MOST);
}

strata_status strata_export(const strata_model *model, const strata_export_request *given)
{
    strata_export_request request;
    size_t kind = 0;
    graph *net;
    text also = { 0 };
    REQUIRE(model != NULL);
    TAKE_SIZED(strata_export_request, given, &request);
    REQUIRE(request.kind != NULL && request.file != NULL);
    const char *name = request.name != NULL ? request.name : "net";
    TRY(find_kind(request.kind, &kind));
    TRY(check_file(request.file, &kinds[kind]));
    TRY(check_name(name));
    TRY(graph_create(model, &net));
    if (kinds[kind].also != NULL) {
        text_add(&also, "%.*s%s", (int)(strlen(request.file) - strlen(kinds[kind].end)), request.file, kinds[kind].also);
    }
    const export_job job = { net, request.file, also.at, name };
    strata_status status = also.failed ? status_fail(STRATA_ERR_MEMORY, "no memory for the path of a file") : writers[kind](&job);
    text_free(&also);
    graph_free(net);
    return status;
}
