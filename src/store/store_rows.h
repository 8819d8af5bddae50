/*
 * Rows into and out of the tables: what store.c gives store_write.c and store_read.c, so that sqlite3.h stays in one file. Internal to the
 * module. Sentences speak of what store_about was last told.
 */
#ifndef STRATA_STORE_STORE_ROWS_H
#define STRATA_STORE_STORE_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include "store.h"

/* One statement that writes, and the values of its question marks. sql is static: statements are remembered by its address. */
typedef struct {
    const char *sql;
    const store_value *cells;
    size_t count;
} store_row;

/* One row that a reading has come to: a statement of SQLite. */
typedef struct sqlite3_stmt store_line;

/* What this call does, and to whom ("writing run", id), or NULL. */
void store_about(store *s, const char *doing, const char *whom);

/* Writes one row; `what` is a store_row. Only inside store_in_transaction, or as its work. */
strata_status store_put_row(store *s, const void *what);

/* All of work(s, what), or nothing of it when it fails. */
strata_status store_in_transaction(store *s, strata_status (*work)(store *s, const void *what), const void *what);

/* Calls each(self, line) for every row that the SELECT finds; texts are the values of its question marks, NULL behind the last. */
strata_status store_walk(store *s, const char *sql, const char *first, const char *second,
                         strata_status (*each)(void *self, const store_line *line), void *self);

/* The same with values of any type. */
strata_status store_walk_cells(store *s, const char *sql, const store_value *cells, size_t count,
                               strata_status (*each)(void *self, const store_line *line), void *self);

/* The cells of a row, columns from 0. The text lives until the next row; NULL is "". A NULL as a real is NaN. */
const char *store_text_at(const store_line *line, int column);
int64_t store_whole_at(const store_line *line, int column);
double store_real_at(const store_line *line, int column);
bool store_null_at(const store_line *line, int column);
double store_number_at(const store_line *line, int column); /* a value in this column and its kind in the next */
bool store_cell_at(const store_line *line, int column, store_value *out); /* as it is; false of a BLOB, which no table has */

/* The first column of the first row, as a whole number; *out stays when there is no row. */
strata_status store_ask_whole(store *s, const char *sql, int64_t *out);

enum { STORE_VERSION = 7 };

/* Is this file a store, of a version that we know, with the tables and views of that version to the letter? *empty: nothing is in it, which
 * is no error where the mode takes such a file. STRATA_ERR_DATA. */
strata_status store_check_identity(store *s, const char *path, store_mode mode, bool *empty);

/* As the work of a transaction, or within one: the rows of a store_dataset, in place of those of its digest. */
strata_status store_put_dataset_rows(store *s, const void *what);

/* Within a transaction: the rows of its variants, in place of those that it had. */
strata_status store_put_variants(store *s, const store_run *run);

/* Lays the views of earlier.sql over the file. */
strata_status store_show_texts_as_rows(store *s);

/* From the version found, now that nobody else writes, to ours. */
strata_status store_migrate(store *s, const void *unused);

/* An older store that is only read stays as it is, and tells what one of today does: the views of today lie over its own. */
strata_status store_show_as_today(store *s);

/* How many parameters a query may have. */
enum { STORE_PARAMETERS = 32 };

/* STRATA_ERR_DATA, and a sentence that starts with the place and line of what stands this many bytes behind the start of the SQL. */
strata_status store_wrong_query(const store_question *question, size_t offset, const char *what);

/* The value of each of the parameters that the SQL has, by the names that SQLite tells (":name"; NULL for "?"). */
strata_status store_match_parameters(const store_question *question, const char *const *names, size_t count, const store_value **values);

/* The statements that make the statistics' views tables of this connection (store_evaluate). */
void store_add_evaluation(text *sql);

/* Statements without values and answers. */
strata_status store_execute(store *s, const char *script);

/* Is this a path that can be a store's, to be opened so? */
strata_status store_check_path(const char *path, store_mode mode);

/*
 * A store for reading in a folder that may not be written, another user's or on a read-only disk. SQLite wants to make two files there.
 * Where nothing lies in a log beside it (-wal, -journal), it needs none of them: the file is all there is, and is opened as one that nobody
 * changes. A mark tells afterwards whether that was so. With a log SQLite has to read that, too, as far as it can.
 */
typedef enum { STORE_WAY_USUAL, STORE_WAY_WITH_LOG, STORE_WAY_UNCHANGING } store_way;

typedef struct {
    int64_t inode, size, seconds, nanoseconds; /* of the file, when it was last written */
} store_mark;

/* What to do where that is not far enough. */
extern const char store_log_advice[];

store_way store_choose_way(const char *path, store_mark *mark);
strata_status store_check_unchanged(const char *path, const store_mark *mark);

/* What SQLite is to be told for each way: the path, or an address that says that the file does not change. */
void store_add_address(text *out, const char *path, store_way way);

bool store_on_network(const char *path);

/* A word that only damage can have put there. */
strata_status store_unknown_word(const store *s, const char *column, const char *word);

extern const char *const store_status_words[];        /* by store_status */
extern const char *const store_part_words[STORE_PARTS]; /* by strata_part */
extern const char *const store_score_words[3];        /* the fields of strata_score, in order */

#endif
