/*
 * Text in and out, the same in every locale: numbers always have a decimal point, whatever the embedding program has chosen.
 */
#ifndef STRATA_BASE_TEXT_H
#define STRATA_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "status.h"

/* A string that grows. All zero is an empty one. After a failed allocation it stays as it was and `failed` is set. */
typedef struct {
    char *at; /* zero-terminated, or NULL while empty */
    size_t length, capacity;
    bool failed;
} text;

void text_add(text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_free(text *t);

/* Whole strings only: "1.5x", "" and " 1" are refused. Numbers are decimal: "0x10" and "1_000" are refused, "+5", ".5", "5." and "1E-3" are
 * not. nan and inf parse (ranges refuse them by name later). */
bool text_to_double(const char *s, double *out);
bool text_to_int64(const char *s, int64_t *out);
bool text_to_bool(const char *s, bool *out); /* true True TRUE false False FALSE */
const char *text_bool_meant(const char *s);  /* "true" or "false" for what means it elsewhere (yes, Off, 1), else NULL */

/* Nothing but digits 0-9 and a-f, as digests and ids are written. */
bool text_is_hex(const char *s);

/* What a terminal may be given for what stands at *at, which must not be the end, and *at moves behind it: '?' for a control character,
 * else the byte itself. Terminals obey the control characters of Unicode, 0xc2 0x80 to 0xc2 0x9f, as they do those of ASCII. */
char text_take_visible(const char **at);

/* Adds a word, at most the path of a folder, as every POSIX shell takes it back to the same bytes, in one line that a terminal may be
 * given: as it is, in quotes, or, where it has control characters, as what printf makes of it. */
void text_add_word(text *t, const char *word);

/* The shortest decimal of x that reads back as the same double; "nan", "inf", "-inf" where it is none. */
void text_from_double(double x, char out[32]);

/* A value as a sentence shows it: cut after 40 characters; text_shown says '' for an empty one. Lives until this thread's next call. */
const char *text_cut(const char *value);
const char *text_shown(const char *value);

/* The word of a list nearest to `word` by edit distance, or NULL when none is near (distance over 1 + length/4). */
const char *text_nearest(const char *word, const char *const *list, size_t count);

/* "known are A, B, C", for a sentence about a word that is near none of them; "..." where there are too many. Lives until this
 * thread's next call. */
enum { KNOWN_SHOWN = 400 };
const char *text_known(const char *const *list, size_t count);

#endif
