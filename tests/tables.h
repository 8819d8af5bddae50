/* Files of text for the readers of tables, and what the readers make of them. */
#ifndef STRATA_TESTS_TABLES_H
#define STRATA_TESTS_TABLES_H

#include "folder.h"
#include "reader.h"

/* Writes a file in the folder of the test, and gives its path, good for sixteen calls. */
const char *put_text(const char *name, const char *words);
const char *put_bytes(const char *name, const void *bytes, size_t size);

/* The same, compressed by gzip (by storing it). */
const char *put_packed(const char *name, const char *words);

/* What was read last, and its reading: it succeeds, or is refused as data with all these words, each behind a '|', in its sentence. */
extern examples taken;
void take(const char *reader, const data_request *request);
void assert_refuses(const char *reader, const data_request *request, const char *words);

/* Cut at every length and with every bit flipped, the text is read, or refused with a sentence that names the file. Returns how many
 * were read. */
long take_damaged(const char *reader, data_request request, const char *words, size_t size);

/* For cmocka: frees what was read last, and empties the folder. */
int drop_taken(void **state);

/* The values of example j, and the name of its class. */
void assert_example(size_t j, const float *due, const char *class_name);

#endif
