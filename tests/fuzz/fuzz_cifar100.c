/*
 * CIFAR-100: two files of two records and a file of names, changed as the input says, in steps of four bytes: file, place (2), byte. A
 * file number from 128 on cuts or lengthens the file; the last byte of an input that is one byte longer says coarse, fine or without
 * labels.
 */
#include <stdio.h>
#include <string.h>

#include "fuzz.h"
#include "reader.h"

enum { FILES = 3, RECORD = 3074, SIZE = 2 * RECORD, STEP = 4 };

static uint8_t file[FILES][2 * SIZE];
static size_t length[FILES];

static void start_over(void)
{
    memset(file, 1, sizeof file);
    length[0] = length[1] = SIZE;
    length[2] = 0;
    for (int n = 0; n < 100; n++) length[2] += (size_t)sprintf((char *)file[2] + length[2], "n%d\n", n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const name[FILES] = { "train.bin", "test.bin", "fine_label_names.txt" };
    char folder[400] = "";
    examples t = { 0 };
    start_over();
    for (size_t s = 0; s + STEP <= size; s += STEP) {
        size_t f = data[s] % FILES, at = (size_t)data[s + 1] | (size_t)data[s + 2] << 8;
        if (data[s] >= 128) length[f] = at % (sizeof file[f] + 1);
        else file[f][at % sizeof file[f]] = data[s + 3];
    }
    for (size_t f = 0; f < FILES; f++) (void)fuzz_file(name[f], file[f], length[f]);
    (void)strncat(folder, fuzz_path(""), sizeof folder - 1);
    int how = size % STEP == 1 ? data[size - 1] : 0;
    data_request request = { .path = folder, .coarse = how % 2 == 1, .unlabelled = how / 2 % 2 == 1 };
    const data_reader *reader = data_reader_named("cifar-100");
    PROMISE(reader->recognises(folder));
    if (fuzz_taken(reader->read(&request, &t))) {
        PROMISE(t.train >= 1 && t.form.features == RECORD - 2 && (t.label == NULL) == request.unlabelled);
        for (size_t j = 0; t.label != NULL && j < t.train + t.test; j++) PROMISE(t.label[j] < t.form.classes);
    }
    examples_free(&t);
    return 0;
}
