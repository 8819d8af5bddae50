/*
 * A PNG says in its chunk pHYs how many pixels a metre has. gnuplot writes none, and a word processor then takes 72 or 96 an inch. The
 * chunk stands before the pixels; ours goes behind the first one, IHDR, which has a fixed length. Its bytes never change, so its check
 * value is a constant.
 */
#include "dots.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "file.h"

enum { HEAD = 33 }; /* the signature and IHDR: 8 + 4 + 4 + 13 + 4 bytes */

/* 11811 pixels a metre both ways: 300 an inch. */
static const uint8_t dots[] = { 0, 0, 0, 9, 'p', 'H', 'Y', 's', 0, 0, 0x2e, 0x23, 0, 0, 0x2e, 0x23, 1, 0x78, 0xa5, 0x3f, 0x76 };

static bool wants_dots(const uint8_t *bytes, size_t size)
{
    static const uint8_t begin[] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13, 'I', 'H', 'D', 'R' };
    return size > HEAD + sizeof dots && memcmp(bytes, begin, sizeof begin) == 0 && memcmp(bytes + HEAD + 4, "pHYs", 4) != 0;
}

strata_status dots_write(const char *path, const uint8_t *bytes, size_t size)
{
    void *room;
    if (!wants_dots(bytes, size)) return file_write(path, bytes, size);
    TRY(alloc_zero(&room, size + sizeof dots, 1, "a drawing"));
    uint8_t *whole = room;
    memcpy(whole, bytes, HEAD);
    memcpy(whole + HEAD, dots, sizeof dots);
    memcpy(whole + HEAD + sizeof dots, bytes + HEAD, size - HEAD);
    strata_status status = file_write(path, whole, size + sizeof dots);
    free(whole);
    return status;
}
