/*
 * Rows and fields of CSV (RFC 4180) in memory. Fields are quoted or not; a quoted one may have separators, line ends and doubled quotes.
 * Lines end with LF, CR LF or CR; the last one may have no end, and empty lines at the end do not count. Spaces around a field without
 * quotes do not count either. Everything else is refused with its line: rows of other lengths, zero bytes, quotes in the middle of a field
 * or left open. One thread.
 */
#ifndef STRATA_FILES_CSV_ROWS_H
#define STRATA_FILES_CSV_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "status.h"

enum { CSV_FIELDS_MOST = 1000001, CSV_FIELD_MOST = 1 << 20 }; /* fields of a row; bytes of a field */

/* A field without its quotes. at[length] can be read: it is what ended the field. */
typedef struct {
    const char *at;
    size_t length;
    bool quoted, doubled; /* doubled: it has quotes, each of which stands twice */
} csv_field;

typedef struct {
    const char *place;    /* of the file, for sentences; borrowed */
    const char *at, *end; /* what is left; *end is a zero byte */
    size_t line, next;    /* where the row that was read last begins, and the next one; from 1 */
    size_t due;           /* fields that a row must have; 0: any number, and then that of the first row */
    csv_field *field;     /* of the row that was read last */
    size_t fields, room;
    char separator;
    uint8_t special[256]; /* bytes at which a field may end */
} csv_rows;

/* Begins at the first of `size` bytes, which stay the caller's; bytes[size] must be a zero byte. A byte order mark of UTF-8 is passed
 * over. */
void csv_rows_begin(csv_rows *r, const char *place, const char *bytes, size_t size, char separator);

/* Reads the next row; false in *more behind the last one. STRATA_ERR_DATA with place and line; STRATA_ERR_MEMORY. */
strata_status csv_rows_next(csv_rows *r, bool *more);

/* A place between two rows, and back to it. */
typedef struct {
    const char *at;
    size_t next;
} csv_mark;
csv_mark csv_rows_mark(const csv_rows *r);
void csv_rows_seek(csv_rows *r, csv_mark mark);

/* Frees the fields. All zero is fine. */
void csv_rows_free(csv_rows *r);

/* The text of a field, zero-terminated, quotes once; cut where `room` ends. Returns its whole length. */
size_t csv_field_text(const csv_field *f, char *out, size_t room);

/*
 * The separator of a text: comma, semicolon or tab. It is the one by which its first `lines` lines split into the same number of fields,
 * two or more; where there is none, the only one in the first line; 0 where that has none, either, and '?' where two would do. *fields
 * receives the number of fields, 0 where they differ. `cut`: the text goes on, so its last line may be a part.
 */
char csv_rows_separator(const char *bytes, size_t size, int lines, bool cut, size_t *fields);

#endif
