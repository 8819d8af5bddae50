/*
 * Model files. Four tiny trained models are saved, read with a parser of a few lines that shares no code with strata, opened again, and
 * damaged in every way that docs/model-file.md says is refused. Whatever the bytes, opening gives STRATA_ERR_DATA with the path in its
 * sentence and no model, or a sound model. The damaged files derive from `good`, the file of the first recipe without its digest:
 * test_damage.c has those with one.
 */
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmocka_strata.h"
#include "model.h"
#include "small.h"
#include "undigested.h"

#if defined(__has_feature) /* clang */
#define WITH_ASAN __has_feature(address_sanitizer)
#elif defined(__SANITIZE_ADDRESS__)
#define WITH_ASAN 1
#else
#define WITH_ASAN 0
#endif

enum { MODELS = 4, HEADER_MOST = 1 << 20 };

/* A file in memory: `header` bytes of JSON from bytes + 8 on, then the elements. */
typedef struct {
    uint8_t *bytes;
    size_t size, header;
} image;

static const char *const recipes[MODELS][4] = { { "hidden=[7,5]" },                      { "hidden=[7,5]", "bn=false", "backend=ref32" },
                                                { "hidden=[7,5]", "backend=ref64" },     { "hidden=[]", "backend=ref64" } };

static char folder[64], path[96];
static strata_run *runs[MODELS];
static image good;

/* ---- files ------------------------------------------------------------------------------------------------------------------------ */

static void spell(const void *bytes, size_t size)
{
    FILE *f = fopen(path, "wb");
    assert_true(f != NULL && fwrite(bytes, 1, size, f) == size && fclose(f) == 0);
}

static uint64_t little_endian(const uint8_t *at, int bytes)
{
    uint64_t x = 0;
    while (bytes-- > 0) x = x * 256 + at[bytes];
    return x;
}

static image slurp(void)
{
    struct stat s = { 0 };
    FILE *from = fopen(path, "rb");
    (void)stat(path, &s);
    image f = { malloc((size_t)s.st_size), (size_t)s.st_size, 0 };
    assert_true(f.bytes != NULL && from != NULL && fread(f.bytes, 1, f.size, from) == f.size && fclose(from) == 0);
    f.header = (size_t)little_endian(f.bytes, 8);
    assert_true(8 + f.header <= f.size);
    return f;
}

static image saved(int m)
{
    CHECK_OK(strata_model_save(strata_run_model(runs[m]), path));
    return slurp();
}

static int train_all(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/strata-model-XXXXXX");
    if (mkdtemp(folder) == NULL) return 1;
    (void)snprintf(path, sizeof path, "%s/model.safetensors", folder);
    for (int m = 0; m < MODELS; m++) {
        strata_config *c = small_config(recipes[m]);
        if (strata_config_set(c, "n_s", "4") + strata_config_set(c, "cycles", "1") != STRATA_OK) return 1;
        if (strata_train(1, (const strata_config *const[]){ c }, small_data(), 1, NULL, &runs[m]) != STRATA_OK) return 1;
        strata_config_free(c);
    }
    free(saved(0).bytes);
    undigest(path); /* with a digest, every edit would be refused for that */
    good = slurp();
    return 0;
}

static int remove_all(void **state)
{
    (void)state;
    for (int m = 0; m < MODELS; m++) strata_run_free(runs[m]);
    small_free();
    free(good.bytes);
    return unlink(path) + rmdir(folder);
}

/* ---- a second reader -------------------------------------------------------------------------------------------------------------- */

typedef struct {
    long rows, cols; /* cols 0: a vector */
    size_t from, to;
    const uint8_t *at;
} tensor;

/* The tensor called name, from the text of the header. rows is 0 where there is none. */
static tensor find(const image *f, const char *name)
{
    char header[8192] = { 0 }, key[64];
    tensor x = { 0 };
    assert_true(f->header < sizeof header);
    memcpy(header, f->bytes + 8, f->header);
    (void)snprintf(key, sizeof key, "\"%s\":{\"dtype\":\"F32\",\"shape\":[", name);
    const char *at = strstr(header, key);
    if (at == NULL) return x;
    at += strlen(key);
    if (sscanf(at, "%ld,%ld],\"data_offsets\":[%zu,%zu]}", &x.rows, &x.cols, &x.from, &x.to) != 4) {
        x.cols = 0;
        assert_int_equal(sscanf(at, "%ld],\"data_offsets\":[%zu,%zu]}", &x.rows, &x.from, &x.to), 3);
    }
    x.at = f->bytes + 8 + f->header + x.from;
    return x;
}

/* Tensor q of layer l, in the order of the file. */
static tensor find_layer(const image *f, int l, int q)
{
    static const char *const names[] = { "W", "b", "gamma", "beta", "mean", "var" };
    char name[32];
    (void)snprintf(name, sizeof name, "layer%d.%s", l, names[q]);
    return find(f, name);
}

static float number(const tensor *x, long e)
{
    float value;
    uint32_t bits = (uint32_t)little_endian(x->at + 4 * e, 4);
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* The tensor is as large as M and lies behind the one before; its numbers are those of M, which is column-major where it is not. */
static void assert_tensor(const strata_model *model, tensor t, mat M, bool matrix, size_t *end)
{
    static double x[10 * STRATA_PIXELS];
    assert_int_equal(t.rows, M.rows);
    if (M.rows == 0) return;
    assert_true(t.cols == (matrix ? M.cols : 0) && t.from == *end && t.to == t.from + 4 * mat_elements(M));
    *end = t.to;
    model->net->ops->get(x, M);
    for (long i = 0; i < M.rows; i++) {
        for (long j = 0; j < M.cols; j++) assert_true(number(&t, i * M.cols + j) == (float)x[i + j * M.rows]);
    }
}

static void the_layout_is_the_promised_one(void **state)
{
    (void)state;
    for (int m = 0; m < MODELS; m++) {
        const strata_model *model = strata_run_model(runs[m]);
        image f = saved(m);
        size_t end = 0;
        assert_true(f.bytes[8] == '{' && f.header % 8 == 0);
        for (int l = 1; l <= model->net->shape.k; l++) {
            const net_tensors *q = &model->net->theta[l];
            const mat six[] = { q->W, q->b, q->gamma, q->beta, model->net->mu_av[l], model->net->v_av[l] };
            assert_int_equal(q->gamma.rows > 0, m % 2 == 0 && l < 3);
            for (int which = 0; which < 6; which++) assert_tensor(model, find_layer(&f, l, which), six[which], which == 0, &end);
        }
        tensor mean = find(&f, "input.mean"), std = find(&f, "input.std");
        assert_true(mean.rows == 3072 && mean.cols == 0 && mean.from == end && std.rows == 3072 && std.from == mean.to);
        for (int t = 0; t < 3072; t++) assert_true(number(&mean, t) == model->inputs->mean[t] && number(&std, t) == model->inputs->std[t]);
        assert_true(std.to == std.from + 4 * 3072 && 8 + f.header + std.to == f.size);
        free(f.bytes);
    }
}

static void the_metadata_says_what_a_reader_needs(void **state)
{
    (void)state;
    text due = { 0 }, config = { 0 };
    config_describe(strata_model_config(strata_run_model(runs[0])), &config);
    image f = saved(0);
    text_add(&due, "{'__metadata__':{'format':'strata','format_version':'2','strata_version':'%s','classes':'10','variance':'biased',"
             "'data_digest':'%s','hidden':'[7,5]','bn':'true','eps':'1e-05','alpha':'0.9','config':'", STRATA_VERSION,
             strata_data_describe(small_data())->digest);
    for (const char *c = config.at; *c != '\0'; c++) text_add(&due, *c == '\n' ? "\\n" : "%c", *c);
    text_add(&due, "','digest':'");
    for (size_t e = 0; e < due.length; e++) assert_int_equal(f.bytes[8 + e], due.at[e] == '\'' ? '"' : due.at[e]);
    assert_memory_equal(f.bytes + 8 + due.length + 64, "\"},\"layer1.W\":", 14);
    assert_non_null(strstr(due.at, "threads = 0\\n")); /* who shared the work is not in the file */
    text_free(&config);
    text_free(&due);
    free(f.bytes);
}

/* ---- there and back --------------------------------------------------------------------------------------------------------------- */

/* What both models compute on test images and what they are; bit for bit. */
static void assert_same(const strata_model *a, const strata_model *b)
{
    enum { N = 100 };
    static float P[2][N * STRATA_CLASSES];
    const uint8_t *images = small_data()->image + 500 * (size_t)STRATA_PIXELS;
    strata_score score[2];
    CHECK_OK(strata_model_predict(a, N, images, P[0]));
    CHECK_OK(strata_model_predict(b, N, images, P[1]));
    assert_memory_equal(P[0], P[1], sizeof P[0]);
    CHECK_OK(strata_model_evaluate(a, small_data(), STRATA_TEST_PART, 1, &score[0]));
    CHECK_OK(strata_model_evaluate(b, small_data(), STRATA_TEST_PART, 2, &score[1]));
    assert_memory_equal(&score[0], &score[1], sizeof score[0]);
}

static void a_model_comes_back_bit_for_bit(void **state)
{
    (void)state;
    for (int m = 0; m < MODELS; m++) {
        const strata_model *model = strata_run_model(runs[m]);
        strata_model *back, *again;
        image first = saved(m);
        CHECK_OK(strata_model_open(path, &back));
        assert_string_equal(strata_model_digest(back), strata_model_digest(model));
        assert_string_equal(strata_model_data_digest(back), strata_data_describe(small_data())->digest);
        if (strcmp(model->config.backend, "ref64") != 0) assert_same(model, back); /* a file keeps floats, and ref64 has doubles */
        CHECK_OK(strata_model_save(back, path));
        image second = slurp();
        assert_true(second.size == first.size && memcmp(second.bytes, first.bytes, first.size) == 0);
        CHECK_OK(strata_model_open(path, &again));
        assert_same(back, again);
        strata_model_free(back);
        strata_model_free(again);
        free(first.bytes);
        free(second.bytes);
    }
    assert_string_not_equal(strata_model_digest(strata_run_model(runs[0])), strata_model_digest(strata_run_model(runs[1])));
}

/* ---- hostile files ---------------------------------------------------------------------------------------------------------------- */

/* Opens what is at the path: a sound model, whose digest it may tell, or STRATA_ERR_DATA with a sentence that has path and word. */
static strata_status opened(const char *word, char digest[DIGEST_TEXT])
{
    float P[STRATA_CLASSES];
    strata_model *model = (strata_model *)(uintptr_t)strata_run_model(runs[0]);
    strata_status status = strata_model_open(path, &model);
    if (status == STRATA_OK) {
        if (digest == NULL) CHECK_OK(strata_model_predict(model, 1, small_data()->image, P));
        else memcpy(digest, strata_model_digest(model), DIGEST_TEXT);
        strata_model_free(model);
        return STRATA_OK;
    }
    if (model != NULL || status != STRATA_ERR_DATA) fail_msg("status %d: %s", (int)status, strata_error());
    if (strstr(strata_error(), path) == NULL || strstr(strata_error(), word) == NULL) fail_msg("no '%s' in '%s'", word, strata_error());
    return status;
}

static void assert_refused(const char *word)
{
    if (opened(word, NULL) != STRATA_ERR_DATA) fail_msg("was opened: %s", word);
}

/* Writes `good` with its header's first `from` made `to`, ' standing for ", and `more` bytes more behind it (fewer, if negative). */
static void rewrite(const char *from, const char *to, long more)
{
    size_t elements = good.size - 8 - good.header, a = strlen(from), b = strlen(to), at = 0, length = good.header - a + b;
    uint8_t *bytes = calloc(1, 8 + length + elements + 64);
    char *header = (char *)bytes + 8;
    assert_non_null(bytes);
    memcpy(header + b, good.bytes + 8, good.header);
    for (; at + a <= good.header; at++) {
        size_t e = 0;
        while (e < a && (from[e] == '\'' ? '"' : from[e]) == header[b + at + e]) e++;
        if (e == a) break;
    }
    if (at + a > good.header) fail_msg("the header has no %s", from);
    for (int e = 0; e < 8; e++) bytes[e] = (uint8_t)(length >> 8 * e);
    memcpy(header, good.bytes + 8, at);
    for (size_t e = 0; e < b; e++) header[at + e] = to[e] == '\'' ? '"' : to[e];
    memcpy(header + at + b, good.bytes + 8 + at + a, good.size - 8 - at - a);
    spell(bytes, (size_t)((long)(8 + length + elements) + more));
    free(bytes);
}

static void assert_edit_refused(const char *from, const char *to, long more, const char *word)
{
    rewrite(from, to, more);
    if (opened(word, NULL) != STRATA_ERR_DATA) fail_msg("was opened with %s", to);
}

static void shapes_and_offsets_are_believed_only_when_they_fit(void **state)
{
    (void)state;
    static const char *const shapes[] = { "[3072,7]", "[21504]", "[7,3072,1]", "[]", "[7.0,3072]", "[-7,-3072]", "[0,3072]", "[7,'3072']",
                                          "{'a':7}", "[4294967303,3072]", "[2147483647,2147483647]", "[9223372036854775807,2]", "7",
                                          "[6148914691236517206,3072]", "[7]", "[7,3073]", "[1073741824,4]", "null" };
    static const char *const offsets[] = { "[0,86012]", "[4,86016]", "[0,86020]", "[-4,86012]", "[86016,0]", "[0]", "[0,86016,0]", "[]",
                                           "{}", "[0.0,86016]", "[0,9223372036854775807]", "[25200,111216]", "['0',86016]", "[4,86020]" };
    for (size_t q = 0; q < sizeof shapes / sizeof *shapes; q++) assert_edit_refused("[7,3072]", shapes[q], 0, "layer1.W");
    for (size_t q = 0; q < sizeof offsets / sizeof *offsets; q++) assert_edit_refused("[0,86016]", offsets[q], 0, "layer");
}

/* What is written for what, a word of the sentence, and how many bytes more there are behind the last element. */
static const char *const edits[][4] = {
    /* the structure of the file */
    { "'layer1.b':{'dtype':'F32'", "'layer1.b':{'dtype':'I32'", "'layer1.b': its dtype is I32, where F32 is due" },
    { "'dtype':'F32'", "'dtype':3", "dtype" },
    { "'dtype':'F32',", "", "dtype" }, { "'shape':[7,3072],", "", "shape" }, { "'data_offsets':", "'offsets':", "offsets" },
    { "[7,3072]", "[18446744073709551623,3072]", "JSON" }, { "[0,86016]", "[0,18446744073709551615]", "JSON" },
    { "[5,7]", "[7,5]", "'layer2.W': has the shape [7, 5], where [5, 7] is due: it is transposed" },
    { "'layer1.W':", "'a':1,'b':", "'a'" }, { "[98924,111212]", "[86636,98924]", "overlap", "-12288" },
    { "[7],", "[7,1],", "'layer1.b': has the shape [7, 1], where [7] is due: save it as a vector" },
    { "[98924,111212]", "[98928,111216]", "a hole lies before it: it begins at byte 98928, where the tensor before it ends at 98924", "4" },
    { "'format'", "'format'", "4 bytes follow", "4" }, { "111212]", "111208]", "fit its shape", "-4" }, { "{'__m", " {'__m", "'{'" },
    { "'layer2.W':{", "'layer2.W':[{", "JSON" },
    /* missing, doubled and additional names */
    { "'layer1.b'", "'layer9.b'", "'layer1.b': is missing; the file has layer1.W, " },
    { ",'input.std':{'dtype':'F32','shape':[3072],'data_offsets':[98924,111212]}", "", "'input.std': is missing", "-12288" },
    { "'layer1.b':", "'layer1.W':", "duplicate" }, { "'bn':'true'", "'bn':'true','bn':'true'", "duplicate" },
    { "'dtype'", "'dtype':'F32','dtype'", "duplicate" },
    { "[98924,111212]}", "[98924,111212]},'more':{'dtype':'F32','shape':[1],'data_offsets':[111212,111216]}",
      "17 tensors where a net of 3 layers, bn = true, has 16: 'more' is none", "4" },
    /* metadata */
    { "'format_version':'1'", "'format_version':'3'", "version 3" }, { "'format_version':'1'", "'format_version':1", "format_version" },
    { "'format_version'", "'x'", "format_version" }, { "'config':", "'konfig':", "config" },
    { "__metadata__", "__metadatum__", "__metadatum__" }, { "'__metadata__':{", "'__metadata__':3,'x':{", "'x'" },
    { "'config':'name", "'config':'\\u0000name", "JSON" }, { "'data_digest':'", "'data_digest':'\\u001b[2J", "64 hexadecimal" },
    /* the configuration against the tensors, and against itself */
    { "hidden = [7,5]", "hidden = [7,4]", "[5, 7], where [4, 7] is due (by its config hidden = [7,4] and bn = true; an image has 3072" },
    { "hidden = [7,5]", "hidden = [7]", "16 tensors where" },
    { "hidden = [7,5]", "hidden = [7,5,5]", "shape" }, { "hidden = [7,5]", "hidden = []", "16 tensors where" },
    { "hidden = [7,5]", "hidden = [65536,65536]", "shape" }, { "hidden = [7,5]", "hidden = 7", "hidden" },
    { "bn = true", "bn = false", "bn = false, has 8: 'layer1.gamma' is none" }, { "bn = true", "bn = maybe", "bn" },
    { "eps = 1e-05", "eps = 0", "eps" },
    { "alpha = 0.9", "alpha = 2", "alpha" }, { "lambda =", "lamda =", "lamda" }, { "n_batch = 50", "n_batch = 500", "n_batch" },
    { "backend = ", "backend = quantum", "quantum" }, { "threads = ", "seed = 1\\nthreads = ", "two lines for seed" },
};

static void edited_headers_are_refused(void **state)
{
    (void)state;
    for (size_t q = 0; q < sizeof edits / sizeof *edits; q++) {
        assert_edit_refused(edits[q][0], edits[q][1], edits[q][3] != NULL ? strtol(edits[q][3], NULL, 10) : 0, edits[q][2]);
    }
    rewrite("'variance'", "\n 'of the future' :\t'' , 'variance'", 0); /* more metadata, other white space: still a model */
    assert_int_equal(opened("", NULL), STRATA_OK);
}

/* The backend of a model is a matter of speed: one that this build has not is no reason to refuse. */
static void a_model_of_another_machine_opens(void **state)
{
    (void)state;
    for (size_t q = 0; q < MAT_BACKENDS; q++) {
        char before[64], after[64];
        (void)snprintf(before, sizeof before, "backend = %s", strata_backend_auto());
        (void)snprintf(after, sizeof after, "backend = %s", mat_backend_at(q).name);
        rewrite(before, after, 0);
        if ((opened("", NULL) == STRATA_OK) == (strcmp(after, "backend = refc64") == 0)) fail_msg("%s: %s", after, strata_error());
    }
}

/* Writes `good` with the `size` bytes at `at` made those of x. */
static void patch(size_t at, uint64_t x, int size)
{
    spell(good.bytes, good.size);
    int fd = open(path, O_WRONLY);
    for (int e = 0; e < size; e++) assert_int_equal(pwrite(fd, &(uint8_t){ (uint8_t)(x >> 8 * e) }, 1, (off_t)at + e), 1);
    assert_int_equal(close(fd), 0);
}

static void lengths_of_the_header_are_checked(void **state)
{
    (void)state;
    uint64_t wrong[] = { 0, 1, UINT64_C(1) << 63, UINT64_MAX, UINT64_MAX - 7, UINT64_C(1) << 32, (1 << 20) + 1, good.size, good.size - 7 };
    uint64_t elsewhere[] = { good.size - 8, good.header - 8, good.header + 8, 2 }; /* in the file, but not where the header ends */
    for (size_t q = 0; q < sizeof wrong / sizeof *wrong; q++) {
        patch(0, wrong[q], 8);
        assert_refused("does not fit");
        patch(0, elsewhere[q % 4], 8);
        assert_refused("JSON");
    }
    static char spaces[HEADER_MOST + 1], deep[5001];
    memset(spaces, ' ', HEADER_MOST);
    memset(deep, '[', sizeof deep - 1);
    spaces[0] = '{';
    spaces[HEADER_MOST + 1 - good.header] = '\0';
    rewrite("{", spaces, 0); /* a header of 1 MiB */
    assert_int_equal(opened("", NULL), STRATA_OK);
    spaces[HEADER_MOST + 1 - good.header] = ' ';
    spaces[HEADER_MOST + 2 - good.header] = '\0';
    rewrite("{", spaces, 0);
    assert_refused("1 MiB");
    rewrite("'strata'", deep, 0);
    assert_refused("JSON");
}

static void every_shorter_file_is_refused(void **state)
{
    (void)state;
    spell(good.bytes, good.size);
    for (size_t length = good.size; length-- > 0;) {
        if (length > 8 + good.header + 4 && length % 997 != 0 && length + 5 < good.size) continue;
        assert_int_equal(truncate(path, (off_t)length), 0);
        assert_refused("");
    }
}

/* A bit of every byte of the header, and of some of the elements. In the header it is found out or harms nothing; an element that
 * became another number is another model, with another digest. */
static void a_flipped_bit_is_refused_or_harmless(void **state)
{
    (void)state;
    char digest[DIGEST_TEXT];
    const char *own = strata_model_digest(strata_run_model(runs[0]));
    spell(good.bytes, good.size);
    int fd = open(path, O_WRONLY);
    for (size_t at = 0; at < good.size; at += at < 8 + good.header ? 1 : 211) {
        assert_int_equal(pwrite(fd, &(uint8_t){ good.bytes[at] ^ (uint8_t)(1 << at % 8) }, 1, (off_t)at), 1);
        if (opened("", digest) == STRATA_OK && (strcmp(digest, own) == 0) != (at < 8 + good.header)) fail_msg("digest, byte %zu", at);
        assert_int_equal(pwrite(fd, &good.bytes[at], 1, (off_t)at), 1);
    }
    assert_int_equal(close(fd), opened("", digest));
}

/* Writes `good` with the first element of a tensor, or its last, made x. */
static void plant(const char *name, bool last, float x)
{
    uint32_t bits;
    tensor t = find(&good, name);
    memcpy(&bits, &x, sizeof bits);
    patch(8 + good.header + (last ? t.to - 4 : t.from), bits, 4);
}

static void numbers_no_model_can_have_are_refused(void **state)
{
    (void)state;
    static const char *const names[] = { "layer1.W", "layer1.b", "layer1.gamma", "layer2.beta", "layer2.mean", "layer1.var",
                                         "layer3.W", "layer3.b", "input.mean", "input.std" };
    static const float never[] = { NAN, -NAN, INFINITY, -INFINITY }, no_deviation[] = { 0, -0.0F, -1, -0x1p-149F };
    for (size_t q = 0; q < sizeof names / sizeof *names; q++) {
        for (int v = 0; v < 4; v++) {
            plant(names[q], v % 2 == 0, never[v]);
            assert_refused(names[q]);
        }
        plant(names[q], true, 0.5F);
        assert_int_equal(opened("", NULL), STRATA_OK);
    }
    for (int v = 0; v < 4; v++) {
        plant("input.std", v % 2 == 0, no_deviation[v]);
        assert_refused("input.std");
        plant("layer2.var", v % 2 == 0, no_deviation[v]);
        assert_int_equal(opened("layer2.var", NULL), v < 2 ? STRATA_OK : STRATA_ERR_DATA); /* a variance may be zero */
    }
}

/* With 64 MiB of memory left a good file opens, and one that asks for 16 GiB fails for what it is and not for want of memory. */
static void no_file_gets_more_memory_than_its_length_proves(void **state)
{
    (void)state;
    enum { ROOM = 64 << 20 };
    static const char *const asking[][2] = { { "hidden = [7,5]", "hidden = [65536,65536]" }, { "[7,3072]", "[2147483647,1]" },
                                             { "[7,3072]", "[32768,32768]" },                { "'format'", "'format'" } };
    long pages = 0;
    struct rlimit before, few;
    if (WITH_ASAN) skip(); /* its shadow has terabytes */
    FILE *statm = fopen("/proc/self/statm", "r");
    assert_true(statm != NULL && fscanf(statm, "%ld", &pages) == 1 && fclose(statm) == 0 && getrlimit(RLIMIT_AS, &before) == 0);
    few = (struct rlimit){ (rlim_t)(pages * sysconf(_SC_PAGESIZE) + ROOM), before.rlim_max };
    for (size_t q = 0; q < 4; q++) {
        rewrite(asking[q][0], asking[q][1], 0);
        assert_int_equal(setrlimit(RLIMIT_AS, &few), 0);
        void *volatile too_much = malloc(2 * (size_t)ROOM); /* volatile: or a compiler knows that it is not used */
        strata_status status = opened("layer1.W", NULL);
        assert_int_equal(setrlimit(RLIMIT_AS, &before), 0);
        assert_null(too_much);
        assert_int_equal(status, q == 3 ? STRATA_OK : STRATA_ERR_DATA);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_layout_is_the_promised_one),
        cmocka_unit_test(the_metadata_says_what_a_reader_needs),
        cmocka_unit_test(a_model_comes_back_bit_for_bit),
        cmocka_unit_test(shapes_and_offsets_are_believed_only_when_they_fit),
        cmocka_unit_test(edited_headers_are_refused),
        cmocka_unit_test(a_model_of_another_machine_opens),
        cmocka_unit_test(lengths_of_the_header_are_checked),
        cmocka_unit_test(every_shorter_file_is_refused),
        cmocka_unit_test(a_flipped_bit_is_refused_or_harmless),
        cmocka_unit_test(numbers_no_model_can_have_are_refused),
        cmocka_unit_test(no_file_gets_more_memory_than_its_length_proves),
    };
    return cmocka_run_group_tests(tests, train_all, remove_all);
}
