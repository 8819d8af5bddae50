/* A folder under /tmp that is a test program's own, and the check of a failure with its sentence. */
#ifndef STRATA_TESTS_FOLDER_H
#define STRATA_TESTS_FOLDER_H

#include "cmocka_strata.h"

enum { PATH = 256 };

/* For cmocka: a folder under /tmp for the whole group; every test starts with an empty one. */
int make_folder(void **state);
int empty_folder(void **state);
int remove_folder(void **state);

/* The last two of these for tests that make folders in it. */
int empty_tree(void **state);
int remove_tree(void **state);

/* The path of a name in it; good for four calls. */
const char *in_folder(const char *name);

/* The failure that is due, with this word in its sentence. */
void assert_failed(strata_status got, strata_status due, const char *word);

#endif
