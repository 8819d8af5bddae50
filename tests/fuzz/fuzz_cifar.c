/*
 * Data files: six small ones of ten records, one of each class, changed as the input says, in steps of five bytes: file, place (3), byte.
 * File 6 is batches.meta.txt; a file number from 128 on cuts or lengthens file % 8 to that many bytes. What is taken has as many images of
 * each class as of another, and labels from 0 to 9.
 */
#include <stdlib.h>
#include <string.h>

#include "dataset.h"
#include "fuzz.h"

enum { PER_FILE = 10, SIZE = PER_FILE * DATA_RECORD, META = 64, STEP = 5 };

static uint8_t file[DATA_FILES + 1][2 * SIZE];
static size_t length[DATA_FILES + 1];

static void start_over(void)
{
    for (int f = 0; f < DATA_FILES; f++) {
        for (size_t j = 0; j < PER_FILE; j++) memset(file[f] + j * DATA_RECORD, (int)j, DATA_RECORD);
        length[f] = SIZE;
    }
    memset(file[DATA_FILES], '\n', META);
    length[DATA_FILES] = META;
}

static void change(const uint8_t *step)
{
    size_t at = (size_t)step[1] | (size_t)step[2] << 8 | (size_t)step[3] << 16;
    size_t f = step[0] % 8u % (DATA_FILES + 1);
    if (step[0] >= 128) length[f] = at % (sizeof file[f] + 1);
    else file[f][at % sizeof file[f]] = step[4];
}

static void use(const strata_data *data)
{
    const strata_data_facts *facts = strata_data_describe(data);
    const uint8_t *bytes;
    int label;
    PROMISE(!facts->known && strlen(facts->digest) == 64);
    for (long j = 0; j < PER_FILE; j++) {
        PROMISE(strata_data_test_image(data, j, &bytes, &label) == STRATA_OK && label >= 0 && label < STRATA_CLASSES);
    }
    for (int c = 0; c < STRATA_CLASSES; c++) PROMISE(facts->counts[5 * STRATA_CLASSES + c] == 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    strata_data *set;
    start_over();
    for (size_t at = 0; at + STEP <= size; at += STEP) change(data + at);
    for (int f = 0; f < DATA_FILES; f++) (void)fuzz_file(data_file_names[f], file[f], length[f]);
    (void)fuzz_file("batches.meta.txt", file[DATA_FILES], length[DATA_FILES]);
    char folder[400] = "";
    (void)strncat(folder, fuzz_path(""), sizeof folder - 1);
    bool taken = fuzz_taken(data_open_folder(folder, PER_FILE, &set));
    PROMISE(taken == (set != NULL));
    if (taken) use(set);
    strata_data_free(set);
    return 0;
}
