/* NumPy's arrays, read with suspicion and written whole. The head is read by a cursor that knows the few words it may have. */
#include "npy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "bytes.h"
#include "file.h"
#include "gz.h"
#include "text.h"

enum { NPY_MAGIC = 6, NPY_VERSION = 8, NPY_WORD = 40, NPY_ALIGN = 64, NPY_TEXT = 1 << 20 };

static const char magic[NPY_MAGIC + 1] = "\x93NUMPY";

/* A place in the head, and what was found so far. */
typedef struct {
    const char *path;
    const char *first, *at, *end;
    bool has_type, has_order, has_shape;
    array *out;
} cursor;

bool npy_is_head(const uint8_t *bytes, size_t size)
{
    return size >= NPY_MAGIC && memcmp(bytes, magic, NPY_MAGIC) == 0;
}

static strata_status wrong(const cursor *c, const char *due)
{
    char found[24];
    const char *at = c->at;
    size_t n = 0;
    while (at < c->end && n < sizeof found - 1 && *at != '\0') found[n++] = text_take_visible(&at);
    found[n] = '\0';
    return status_fail(STRATA_ERR_DATA, "%.200s: byte %zu of its head has '%s', where %s is due; save the array again with numpy.save",
                       c->path, (size_t)(c->at - c->first), found, due);
}

static void skip_blanks(cursor *c)
{
    while (c->at < c->end && (*c->at == ' ' || *c->at == '\n' || *c->at == '\t')) c->at++;
}

static bool take(cursor *c, const char *word)
{
    size_t length = strlen(word);
    skip_blanks(c);
    if ((size_t)(c->end - c->at) < length || memcmp(c->at, word, length) != 0) return false;
    c->at += length;
    return true;
}

/* A text in either kind of quotes, without escapes. */
static strata_status take_text(cursor *c, char out[NPY_WORD], const char *due)
{
    skip_blanks(c);
    if (c->at == c->end || (*c->at != '\'' && *c->at != '"')) return wrong(c, due);
    const char *from = c->at + 1, *to = memchr(from, *c->at, (size_t)(c->end - from));
    if (to == NULL || to - from >= NPY_WORD || memchr(from, '\\', (size_t)(to - from)) != NULL) return wrong(c, due);
    memcpy(out, from, (size_t)(to - from));
    out[to - from] = '\0';
    c->at = to + 1;
    return STRATA_OK;
}

/* ---- the three entries --------------------------------------------------------------------------------------------------------------- */

static strata_status refuse_type(const cursor *c, const char *word)
{
    const char *kind = strchr("<>|=", word[0]) != NULL && word[0] != '\0' ? word + 1 : word;
    const char *what = kind[0] == 'O'                                       ? "Python objects (pickles), which are never read"
                       : kind[0] == 'U' || kind[0] == 'S' || kind[0] == 'a' ? "texts"
                       : kind[0] == 'c'                                     ? "complex numbers"
                       : kind[0] == 'M' || kind[0] == 'm'                   ? "dates"
                                                                            : "of a type that is not read";
    return status_fail(STRATA_ERR_DATA,
                       "%.200s: its numbers are '%s', %s; b1 u1 u2 u4 u8 i1 i2 i4 i8 f4 f8 are: convert them with .astype", c->path,
                       text_cut(word), what);
}

static strata_status take_type(cursor *c)
{
    char word[NPY_WORD];
    skip_blanks(c);
    if (c->at < c->end && *c->at == '[') {
        return status_fail(STRATA_ERR_DATA,
                           "%.200s: is a table of several types (a structured array); save its numbers as one plain "
                           "array",
                           c->path);
    }
    TRY(take_text(c, word, "a type such as '<f4'"));
    bool order = word[0] == '<' || word[0] == '>' || word[0] == '|';
    array_type type = order ? array_type_named(strcmp(word + 1, "b1") == 0 ? "u1" : word + 1) : ARRAY_TYPES;
    if (type == ARRAY_TYPES || (word[0] == '|' && array_width(type) > 1)) return refuse_type(c, word);
    c->out->type = type;
    c->out->big = word[0] == '>';
    return STRATA_OK;
}

static strata_status take_order(cursor *c)
{
    c->out->columns = take(c, "True");
    return c->out->columns || take(c, "False") ? STRATA_OK : wrong(c, "True or False");
}

/* A dimension: digits, and an L behind them where Python 2 wrote the file. */
static strata_status take_dimension(cursor *c, size_t *out)
{
    skip_blanks(c);
    const char *from = c->at;
    *out = 0;
    for (; c->at < c->end && *c->at >= '0' && *c->at <= '9'; c->at++) {
        if (*out > ARRAY_LIMIT) return wrong(c, "a dimension that a data set may have");
        *out = *out * 10 + (size_t)(*c->at - '0');
    }
    if (c->at == from) return wrong(c, "a dimension");
    if (c->at < c->end && *c->at == 'L') c->at++;
    return STRATA_OK;
}

static strata_status take_shape(cursor *c)
{
    array *a = c->out;
    a->rank = 0;
    if (!take(c, "(")) return wrong(c, "the shape in parentheses");
    while (!take(c, ")")) {
        if (a->rank == ARRAY_RANK) return wrong(c, "the end of the shape, which may have 4 dimensions");
        TRY(take_dimension(c, &a->dim[a->rank++]));
        if (take(c, ",")) continue;
        if (a->rank < 2 || !take(c, ")")) return wrong(c, "a comma");
        break;
    }
    return a->rank > 0 ? STRATA_OK : status_fail(STRATA_ERR_DATA, "%.200s: is a single number, where an array is due", c->path);
}

static strata_status take_entry(cursor *c)
{
    char key[NPY_WORD];
    const struct {
        const char *key;
        bool *has;
        strata_status (*take)(cursor *);
    } entries[] = {
        { "descr", &c->has_type, take_type },
        { "fortran_order", &c->has_order, take_order },
        { "shape", &c->has_shape, take_shape },
    };
    TRY(take_text(c, key, "the name of an entry"));
    for (size_t q = 0; q < sizeof entries / sizeof *entries; q++) {
        if (strcmp(key, entries[q].key) != 0) continue;
        if (*entries[q].has) return wrong(c, "an entry that was not there before");
        *entries[q].has = true;
        return take(c, ":") ? entries[q].take(c) : wrong(c, "a colon");
    }
    return wrong(c, "descr, fortran_order or shape");
}

static strata_status parse_dict(cursor *c)
{
    if (!take(c, "{")) return wrong(c, "a dict");
    while (!take(c, "}")) {
        TRY(take_entry(c));
        if (take(c, ",")) continue;
        if (!take(c, "}")) return wrong(c, "a comma");
        break;
    }
    skip_blanks(c);
    if (c->at != c->end) return wrong(c, "the end of the head");
    if (c->has_type && c->has_order && c->has_shape) return STRATA_OK;
    return status_fail(STRATA_ERR_DATA, "%.200s: its head lacks '%s'; save the array again with numpy.save", c->path,
                       !c->has_type    ? "descr"
                       : !c->has_order ? "fortran_order"
                                       : "shape");
}

/* ---- the whole ----------------------------------------------------------------------------------------------------------------------- */

/* Finds the dict: [*from, *to) bytes. */
static strata_status find_head(const char *path, const uint8_t *bytes, size_t size, size_t *from, size_t *to)
{
    if (size < NPY_VERSION || !npy_is_head(bytes, size)) {
        return status_fail(STRATA_ERR_DATA, "%.200s: is no array of NumPy: it does not begin with \\x93NUMPY and a version", path);
    }
    int major = bytes[NPY_MAGIC], minor = bytes[NPY_MAGIC + 1];
    if (major < 1 || major > 3 || minor != 0) {
        return status_fail(STRATA_ERR_DATA, "%.200s: is of version %d.%d, where 1.0, 2.0 and 3.0 are read", path, major, minor);
    }
    size_t width = major == 1 ? 2 : 4;
    *from = NPY_VERSION + width;
    if (size < *from)
        return status_fail(STRATA_ERR_DATA, "%.200s: ends after %zu bytes, inside its head; copy the file again", path, size);
    uint64_t length = bytes_get(bytes + NPY_VERSION, width);
    if (length > NPY_HEAD) {
        return status_fail(STRATA_ERR_DATA, "%.200s: bytes 8 to %zu say a head of %llu bytes, where %d are the most that is read",
                           path, *from - 1, (unsigned long long)length, NPY_HEAD);
    }
    if (length > size - *from)
        return status_fail(STRATA_ERR_DATA, "%.200s: ends after %zu bytes, inside its head; copy the file again", path, size);
    *to = *from + (size_t)length;
    return STRATA_OK;
}

static strata_status check_size(const char *path, const array *a, size_t has)
{
    char shape[ARRAY_SHAPE];
    size_t due;
    if (!array_size(a, &due)) {
        return status_fail(STRATA_ERR_DATA, "%.200s: its shape %s is nothing, or more than the %zu bytes that an array may have", path,
                           array_shape(a, shape), ARRAY_LIMIT);
    }
    if (has != due) {
        return status_fail(STRATA_ERR_DATA,
                           "%.200s: has %zu bytes of numbers, where its shape %s of %s asks for %zu; copy the file again", path, has,
                           array_shape(a, shape), array_type_word(a->type), due);
    }
    if (a->columns && a->rank > 2) {
        return status_fail(STRATA_ERR_DATA,
                           "%.200s: its %d dimensions lie in Fortran's order, which is read of two alone; save "
                           "numpy.ascontiguousarray of it",
                           path, a->rank);
    }
    return STRATA_OK;
}

strata_status npy_parse(const char *path, const uint8_t *bytes, size_t size, array *out)
{
    array a = { 0 };
    size_t from = 0, to = 0;
    *out = a;
    TRY(find_head(path, bytes, size, &from, &to));
    cursor c = { .path = path, .first = (const char *)bytes, .out = &a };
    c.at = c.first + from;
    c.end = c.first + to;
    TRY(parse_dict(&c));
    TRY(check_size(path, &a, size - to));
    a.columns = a.columns && a.rank == 2;
    a.bytes = bytes + to;
    *out = a;
    return STRATA_OK;
}

strata_status npy_read(const char *path, array *out, char digest[DIGEST_TEXT])
{
    uint8_t *bytes = NULL;
    size_t size;
    array a = { 0 };
    *out = a;
    TRY(gz_read_all(path, ARRAY_LIMIT, &bytes, &size, digest));
    strata_status status = npy_parse(path, bytes, size, &a);
    if (status != STRATA_OK) {
        free(bytes);
        return status;
    }
    a.owned = bytes;
    *out = a;
    return STRATA_OK;
}

/* ---- writing ------------------------------------------------------------------------------------------------------------------------- */

enum { HEAD = 4 * NPY_ALIGN };

/* The head, filled up with blanks so that the numbers begin at a multiple of 64 bytes; returns its bytes. */
static size_t write_head(const char *type, const char *shape, char out[HEAD])
{
    memset(out, ' ', HEAD);
    uint8_t *at = (uint8_t *)out;
    memcpy(at, magic, NPY_MAGIC);
    int length = snprintf(out + NPY_VERSION + 2, HEAD - NPY_VERSION - 2, "{'descr': '%s', 'fortran_order': False, 'shape': %s, }", type,
                          shape);
    size_t used = NPY_VERSION + 2 + (length > 0 ? (size_t)length : 0), size = (used + NPY_ALIGN) / NPY_ALIGN * NPY_ALIGN;
    out[used] = ' ';
    out[size - 1] = '\n';
    at[NPY_MAGIC] = 1;
    at[NPY_MAGIC + 1] = 0;
    (void)bytes_put(at + NPY_VERSION, size - NPY_VERSION - 2, 2);
    return size;
}

static size_t write_array_head(const array *a, char out[HEAD])
{
    char shape[ARRAY_SHAPE], type[8];
    (void)array_shape(a, shape);
    if (a->rank == 1) (void)snprintf(shape, sizeof shape, "(%zu,)", a->dim[0]);
    (void)snprintf(type, sizeof type, "%c%s", array_width(a->type) == 1 ? '|' : a->big ? '>' : '<', array_type_word(a->type));
    return write_head(type, shape, out);
}

static strata_status put_array(void *self, file_sink *to)
{
    const array *a = self;
    char head[HEAD];
    size_t size;
    REQUIRE(array_size(a, &size));
    TRY(file_put(to, head, write_array_head(a, head)));
    return file_put(to, a->bytes, size);
}

strata_status npy_write(const char *path, const array *a)
{
    REQUIRE(path != NULL && a != NULL && a->bytes != NULL && a->rank >= 1 && a->rank <= ARRAY_RANK && !a->columns);
    array copy = *a;
    return file_write_by(path, put_array, &copy);
}

strata_status npy_to_memory(const array *a, uint8_t **bytes, size_t *size)
{
    void *made;
    char head[HEAD];
    size_t numbers, first = write_array_head(a, head);
    *bytes = NULL;
    *size = 0;
    REQUIRE(array_size(a, &numbers) && !a->columns);
    TRY(alloc_zero(&made, first + numbers, 1, "an array of NumPy"));
    *bytes = made;
    *size = first + numbers;
    memcpy(*bytes, head, first);
    memcpy(*bytes + first, a->bytes, numbers);
    return STRATA_OK;
}

/* ---- texts --------------------------------------------------------------------------------------------------------------------------- */

/* The next character of a text in UTF-8, and *at moves behind it; what is no UTF-8 is U+FFFD, byte after byte. */
static uint32_t take_character(const char **at)
{
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    const uint8_t *c = (const uint8_t *)*at;
    size_t length = c[0] < 0x80 ? 1 : c[0] < 0xc2 ? 0 : c[0] < 0xe0 ? 2 : c[0] < 0xf0 ? 3 : c[0] < 0xf5 ? 4 : 0;
    uint32_t x = length == 1 ? c[0] : length > 1 ? c[0] & (0xffU >> (length + 1)) : 0xfffd;
    for (size_t e = 1; e < length; e++) {
        if ((c[e] & 0xc0) != 0x80) return (*at)++, 0xfffd; /* the end of the text is no such byte */
        x = x << 6 | (c[e] & 0x3f);
    }
    if (length > 1 && (x < least[length] || x > 0x10ffff || (x >= 0xd800 && x < 0xe000))) return (*at)++, 0xfffd;
    *at += length > 0 ? length : 1;
    return x;
}

static size_t characters(const char *words)
{
    size_t count = 0;
    while (*words != '\0') {
        (void)take_character(&words);
        count++;
    }
    return count;
}

strata_status npy_texts_to_memory(const char *const *words, size_t count, bool alone, uint8_t **bytes, size_t *size)
{
    void *made;
    char head[HEAD], type[32], shape[32];
    size_t longest = 1;
    *bytes = NULL;
    *size = 0;
    REQUIRE(count >= 1 && (!alone || count == 1));
    for (size_t w = 0; w < count; w++) {
        size_t length = characters(words[w]);
        if (length > longest) longest = length;
    }
    if (longest > NPY_TEXT || count > ARRAY_LIMIT / 4 / longest) {
        return status_fail(STRATA_ERR_ARGUMENT, "%zu texts, the longest of %zu characters, are too much for one array", count, longest);
    }
    (void)snprintf(type, sizeof type, "<U%zu", longest);
    (void)snprintf(shape, sizeof shape, alone ? "()" : "(%zu,)", count);
    size_t first = write_head(type, shape, head);
    TRY(alloc_zero(&made, first + count * longest * 4, 1, "an array of texts"));
    *bytes = made;
    *size = first + count * longest * 4;
    memcpy(*bytes, head, first);
    for (size_t w = 0; w < count; w++) {
        const char *at = words[w];
        for (uint8_t *to = *bytes + first + w * longest * 4; *at != '\0';) to = bytes_put(to, take_character(&at), 4);
    }
    return STRATA_OK;
}
