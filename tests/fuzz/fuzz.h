/*
 * What the fuzz targets share. A target is one reader fed with bytes: LLVMFuzzerTestOneInput of libFuzzer, which `tests/fuzz/run` builds
 * with clang, and replay.c calls over the kept inputs in every ./check. A reader may refuse the bytes or take them; PROMISE stops the
 * program when it does anything else.
 */
#ifndef STRATA_TESTS_FUZZ_H
#define STRATA_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#include "status.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PROMISE(condition) ((condition) ? (void)0 : fuzz_broken(__FILE__, __LINE__, #condition))
_Noreturn void fuzz_broken(const char *file, int line, const char *promise);

/* The path of a name in a folder of this process, in memory where the machine has such; good for four calls. */
const char *fuzz_path(const char *name);

/* That path, with these bytes in its file. */
const char *fuzz_file(const char *name, const uint8_t *data, size_t size);

/* A refusal has a sentence, and one of these reasons: what is read is not what it should be. True when it was taken. */
bool fuzz_taken(strata_status status);

/* The bytes as a string of their own, to be freed: a read behind its end is then seen. */
char *fuzz_text(const uint8_t *data, size_t size);

#endif
