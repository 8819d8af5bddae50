/* A hash table with open addressing over the texts, at most half full, and one sort at the end. */
#include "categories.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "text.h"

enum { FIRST_SLOTS = 64, SURE_DIGITS = 15 }; /* decimal digits that every double keeps */

static uint64_t hash(const char *word, size_t length)
{
    uint64_t h = 0xcbf29ce484222325u; /* FNV-1a */
    for (size_t e = 0; e < length; e++) h = (h ^ (unsigned char)word[e]) * 0x100000001b3u;
    return h ^ h >> 29;
}

/* The slot in which the text is, or should be. */
static size_t find(const categories *c, const char *word, size_t length)
{
    size_t s = hash(word, length) & (c->slots - 1);
    for (; c->slot[s] != 0; s = (s + 1) & (c->slots - 1)) {
        const char *other = c->text[c->slot[s] - 1];
        if (strncmp(other, word, length) == 0 && other[length] == '\0') break;
    }
    return s;
}

static strata_status grow_slots(categories *c)
{
    void *slot;
    size_t slots = c->slots == 0 ? FIRST_SLOTS : 2 * c->slots;
    TRY(alloc_zero(&slot, slots, sizeof *c->slot, "a table of texts"));
    free(c->slot);
    c->slot = slot;
    c->slots = slots;
    for (size_t n = 0; n < c->count; n++) c->slot[find(c, c->text[n], strlen(c->text[n]))] = (uint32_t)n + 1;
    return STRATA_OK;
}

static strata_status check(const char *word, size_t length)
{
    double x;
    if (length == 0) return status_fail(STRATA_ERR_DATA, "is empty; give it a value, or remove the row");
    if (length > CATEGORY_BYTES) {
        return status_fail(STRATA_ERR_DATA, "has %zu bytes, more than the %d of a class name; is this the label's column?", length,
                           CATEGORY_BYTES);
    }
    for (size_t e = 0; e < length; e++) {
        unsigned char b = (unsigned char)word[e];
        if (b < ' ' || b == 0x7f) return status_fail(STRATA_ERR_DATA, "has the control character 0x%02x; remove it", b);
    }
    char copy[CATEGORY_BYTES + 1];
    memcpy(copy, word, length);
    copy[length] = '\0';
    if (text_to_double(copy, &x) && !isfinite(x)) {
        return status_fail(STRATA_ERR_DATA, "is %s, which is no class; give it a value, or remove the row", text_shown(copy));
    }
    return STRATA_OK;
}

static strata_status add(categories *c, const char *word, size_t length)
{
    TRY(check(word, length));
    if (c->count == CATEGORIES_MOST) return status_fail(STRATA_ERR_DATA, "is different value number %zu, more than the %d classes that "
                                                        "data may have", c->count + 1, CATEGORIES_MOST);
    if (c->count == c->room) {
        size_t room = c->room == 0 ? FIRST_SLOTS : 2 * c->room;
        char **texts = realloc(c->text, room * sizeof *texts);
        if (texts == NULL) return status_fail(STRATA_ERR_MEMORY, "no memory for %zu texts", room);
        c->text = texts;
        c->room = room;
    }
    void *copy;
    TRY(alloc_zero(&copy, length + 1, 1, "a text"));
    memcpy(copy, word, length);
    c->text[c->count++] = copy;
    return STRATA_OK;
}

strata_status categories_number(categories *c, const char *word, size_t length, size_t *number)
{
    if (2 * c->count >= c->slots) TRY(grow_slots(c));
    size_t s = find(c, word, length);
    if (c->slot[s] == 0) {
        TRY(add(c, word, length));
        c->slot[s] = (uint32_t)c->count;
    }
    *number = c->slot[s] - 1;
    return STRATA_OK;
}

/* ---- sorting ------------------------------------------------------------------------------------------------------------------------- */

typedef struct {
    const char *text;
    double value;    /* 0 where they are texts */
    uint32_t number; /* as it came */
} entry;

static int compare(const void *left, const void *right)
{
    const entry *a = left, *b = right;
    if (a->value != b->value) return a->value < b->value ? -1 : 1;
    return strcmp(a->text, b->text);
}

static int compare_numbers(const void *left, const void *right)
{
    const entry *a = left, *b = right;
    size_t x = strlen(a->text), y = strlen(b->text);
    return a->value == b->value && x != y ? (x < y ? -1 : 1) : compare(left, right);
}

/* Digits between the first and the last one that is not zero, before an exponent. */
static int digits(const char *number)
{
    int count = 0, zeros = 0;
    for (; *number != '\0' && *number != 'e' && *number != 'E' && count + zeros <= SURE_DIGITS; number++) {
        if (*number == '0') zeros += count > 0;
        if (*number >= '1' && *number <= '9') count += zeros + 1, zeros = 0;
    }
    return count;
}

/* Are all of them numbers that a double tells apart? */
static bool read_values(entry *list, size_t count)
{
    for (size_t n = 0; n < count; n++) {
        if (digits(list[n].text) > SURE_DIGITS || !text_to_double(list[n].text, &list[n].value)) return false;
    }
    return true;
}

strata_status categories_sort(categories *c)
{
    void *entries = NULL, *rank = NULL, *name = NULL;
    strata_status status = alloc_zero(&entries, c->count, sizeof(entry), "sorting texts");
    if (status == STRATA_OK) status = alloc_zero(&rank, c->count, sizeof *c->rank, "sorting texts");
    if (status == STRATA_OK) status = alloc_zero(&name, c->count, sizeof *c->name, "sorting texts");
    if (status != STRATA_OK) {
        free(entries);
        free(rank);
        return status;
    }
    free(c->rank);
    free(c->name);
    c->rank = rank;
    c->name = name;
    c->classes = 0;
    entry *list = entries;
    for (size_t n = 0; n < c->count; n++) list[n] = (entry){ .text = c->text[n], .number = (uint32_t)n };
    c->numbers = read_values(list, c->count);
    for (size_t n = 0; n < c->count && !c->numbers; n++) list[n].value = 0;
    qsort(list, c->count, sizeof *list, c->numbers ? compare_numbers : compare);
    for (size_t n = 0; n < c->count; n++) {
        if (n == 0 || !c->numbers || list[n].value != list[n - 1].value) c->name[c->classes++] = list[n].text;
        c->rank[list[n].number] = (uint32_t)c->classes - 1;
    }
    free(entries);
    return STRATA_OK;
}

static char *name_of(const categories *c, size_t n)
{
    char shortest[32];
    double value;
    if (!c->numbers || c->name[n][strcspn(c->name[n], ".eE")] == '\0' || !text_to_double(c->name[n], &value)) return strdup(c->name[n]);
    text_from_double(value, shortest);
    return strdup(shortest);
}

char **categories_names(const categories *c)
{
    char **names = calloc(c->classes + 1, sizeof *names);
    for (size_t n = 0; names != NULL && n < c->classes; n++) {
        names[n] = name_of(c, n);
        if (names[n] != NULL) continue;
        while (n-- > 0) free(names[n]);
        free(names);
        return NULL;
    }
    return names;
}

strata_status categories_check_label(const categories *c, size_t rows)
{
    enum { FEW = 100 };
    if (c->classes < 2) {
        return status_fail(STRATA_ERR_DATA, "has the same value, %s, in all %zu rows; a label has two or more", text_shown(c->name[0]),
                           rows);
    }
    if (c->classes > FEW && 2 * c->classes > rows) {
        return status_fail(STRATA_ERR_DATA, "is no label: %zu different values in %zu rows (%s, %s, ...); Strata learns classes, no "
                           "quantities", c->classes, rows, c->name[0], c->name[1]);
    }
    return STRATA_OK;
}

void categories_free(categories *c)
{
    for (size_t n = 0; n < c->count; n++) free(c->text[n]);
    free(c->text);
    free(c->slot);
    free(c->rank);
    free(c->name);
    *c = (categories){ 0 };
}
