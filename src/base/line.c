/* See line.h. Widths are those of East Asian Width W and F, and of the combining marks that names are likely to have. */
#include "line.h"

#include <stdint.h>
#include <string.h>

static const char between[] = "  ";

typedef struct {
    uint32_t first, last;
    size_t columns;
} range;

static const range ranges[] = {
    { 0x0300, 0x036f, 0 },   { 0x0483, 0x0489, 0 },   { 0x0591, 0x05bd, 0 },   { 0x0610, 0x061a, 0 },   { 0x064b, 0x065f, 0 },
    { 0x0e34, 0x0e3a, 0 },   { 0x1100, 0x115f, 2 },   { 0x1ab0, 0x1aff, 0 },   { 0x1dc0, 0x1dff, 0 },   { 0x200b, 0x200f, 0 },
    { 0x20d0, 0x20ff, 0 },   { 0x231a, 0x231b, 2 },   { 0x23e9, 0x23ec, 2 },   { 0x2614, 0x2615, 2 },   { 0x2e80, 0x303e, 2 },
    { 0x3041, 0xa4cf, 2 },   { 0xa960, 0xa97c, 2 },   { 0xac00, 0xd7a3, 2 },   { 0xf900, 0xfaff, 2 },   { 0xfe00, 0xfe0f, 0 },
    { 0xfe20, 0xfe2f, 0 },   { 0xfe30, 0xfe6f, 2 },   { 0xff00, 0xff60, 2 },   { 0xffe0, 0xffe6, 2 },   { 0x1f300, 0x1f64f, 2 },
    { 0x1f680, 0x1f6ff, 2 }, { 0x1f900, 0x1faff, 2 }, { 0x20000, 0x3fffd, 2 }, { 0xe0100, 0xe01ef, 0 },
};

static size_t columns_of(uint32_t letter)
{
    for (size_t r = 0; r < sizeof ranges / sizeof *ranges; r++) {
        if (letter >= ranges[r].first && letter <= ranges[r].last) return ranges[r].columns;
    }
    return 1;
}

/* Bytes of the letter at `at`, which is not the end, and its columns. A byte that begins no whole letter is one by itself. */
static size_t take_letter(const char *at, size_t *columns)
{
    const unsigned char *byte = (const unsigned char *)at;
    size_t length = byte[0] < 0x80 ? 1 : (byte[0] & 0xe0) == 0xc0 ? 2 : (byte[0] & 0xf0) == 0xe0 ? 3 : (byte[0] & 0xf8) == 0xf0 ? 4 : 1;
    uint32_t letter = length == 1 ? byte[0] : byte[0] & (0x7fU >> length);
    for (size_t q = 1; q < length; q++) {
        if ((byte[q] & 0xc0) != 0x80) length = 1; /* the final zero, too */
        letter = letter << 6 | (byte[q] & 0x3f);
    }
    *columns = length == 1 ? 1 : columns_of(letter);
    return length;
}

size_t line_columns(const char *words)
{
    size_t all = 0, columns;
    for (; *words != '\0'; all += columns) words += take_letter(words, &columns);
    return all;
}

/* Bytes of the beginning that has so many columns at most. */
static size_t cut(const char *words, size_t most)
{
    size_t length = 0, all = 0, columns;
    while (words[length] != '\0') {
        size_t bytes = take_letter(words + length, &columns);
        if (all + columns > most) break;
        all += columns;
        length += bytes;
    }
    return length;
}

static void add_visible(const char *words, size_t length, text *out)
{
    for (const char *end = words + length; words < end;) text_add(out, "%c", text_take_visible(&words));
}

static void add_cut(const char *words, size_t most, text *out)
{
    if (line_columns(words) <= most) add_visible(words, strlen(words), out);
    else if (most < 3) add_visible(words, cut(words, most), out);
    else {
        add_visible(words, cut(words, most - 2), out);
        text_add(out, "..");
    }
}

static size_t least_of(const line_part *part)
{
    size_t whole = line_columns(part->words);
    return part->least > 0 && part->least < whole ? part->least : whole;
}

/* Columns of the parts up to this rank, each as short as it may be. */
static size_t least_up_to(const line_part *parts, size_t count, int rank)
{
    size_t all = 0;
    for (size_t q = 0; q < count; q++) {
        if (parts[q].words[0] == '\0' || parts[q].rank > rank) continue;
        all += least_of(&parts[q]) + (all > 0 ? strlen(between) : 0);
    }
    return all;
}

/* The highest rank that fits together with all below it; the lowest there is where not even that does. */
static int rank_that_fits(const line_part *parts, size_t count, size_t columns)
{
    int lowest = parts[0].rank, best;
    for (size_t q = 1; q < count; q++) lowest = parts[q].rank < lowest ? parts[q].rank : lowest;
    best = lowest;
    for (size_t q = 0; q < count; q++) {
        if (parts[q].rank > best && least_up_to(parts, count, parts[q].rank) <= columns) best = parts[q].rank;
    }
    return best;
}

void line_fit(const line_part *parts, size_t count, size_t columns, text *out)
{
    if (count == 0) return;
    int rank = rank_that_fits(parts, count, columns);
    size_t taken = least_up_to(parts, count, rank), spare = columns > taken ? columns - taken : 0, added = 0;
    for (size_t q = 0; q < count; q++) {
        if (parts[q].words[0] == '\0' || parts[q].rank > rank) continue;
        size_t whole = line_columns(parts[q].words), least = least_of(&parts[q]), more = whole - least < spare ? whole - least : spare;
        spare -= more;
        text_add(out, "%s", added++ > 0 ? between : "");
        add_cut(parts[q].words, added == 1 && taken > columns ? columns : least + more, out);
    }
}
