/*
 * The kept inputs of a fuzz target, without libFuzzer: each as it is, cut at every length, and with every bit of every byte flipped. Where
 * that would be more than LIMIT calls, cuts and flips are spread evenly over all. Usage: replay_TARGET FOLDER [LIMIT]
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "fuzz.h"

enum { INPUT_LIMIT = 1 << 20 };

static size_t calls;

/* From a block of its own size: a read behind its end is seen by AddressSanitizer. */
static void call(const uint8_t *bytes, size_t size)
{
    uint8_t *exact = malloc(size > 0 ? size : 1);
    PROMISE(exact != NULL);
    if (size > 0) memcpy(exact, bytes, size);
    (void)LLVMFuzzerTestOneInput(exact, size);
    free(exact);
    calls++;
}

/* The input, and about `most` of its 9 * size neighbours. */
static void replay(const uint8_t *bytes, size_t size, size_t most)
{
    uint8_t *copy = malloc(size > 0 ? size : 1);
    PROMISE(copy != NULL);
    call(bytes, size);
    size_t step = 1 + 9 * size / (most > 0 ? most : 1);
    if (step % 3 == 0) step++; /* or the same bit of every byte would always be flipped */
    for (size_t n = 0; n < 9 * size; n += step) {
        size_t at = n / 9, bit = n % 9;
        memcpy(copy, bytes, size);
        if (bit < 8) copy[at] = (uint8_t)(copy[at] ^ 1u << bit);
        call(copy, bit < 8 ? size : at);
    }
    free(copy);
}

static int is_input(const struct dirent *e)
{
    return e->d_name[0] != '.';
}

int main(int argc, char **argv)
{
    struct dirent **list;
    char path[4096];
    int count = argc >= 2 ? scandir(argv[1], &list, is_input, alphasort) : -1;
    size_t limit = argc >= 3 ? strtoul(argv[2], NULL, 10) : 2000;
    if (count <= 0) return (void)fprintf(stderr, "usage: %s FOLDER [LIMIT]; FOLDER has the inputs\n", argv[0]), 2;
    for (int f = 0; f < count; f++) {
        uint8_t *bytes = NULL;
        size_t size = 0;
        (void)snprintf(path, sizeof path, "%s/%s", argv[1], list[f]->d_name);
        if (file_read_all(path, INPUT_LIMIT, &bytes, &size) != STRATA_OK) return (void)fprintf(stderr, "%s\n", strata_error()), 1;
        replay(bytes, size, limit / (size_t)count);
        free(bytes);
        free(list[f]);
    }
    free(list);
    (void)printf("%d inputs, %zu calls\n", count, calls);
    return 0;
}
