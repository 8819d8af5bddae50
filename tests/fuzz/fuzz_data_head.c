/*
 * Heads of data sets: what follows the digest is the input, and the digest is made here, or nothing would pass it. What is taken has rooms
 * of the size that it says; they are filled with zeros, which are the data of the head only where its digest says so.
 */
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "data_bytes.h"
#include "dataset.h"
#include "fuzz.h"

enum { MOST = 1 << 24 };

static const char first_line[] = "strata data 1\n";

static void use(strata_data *data, uint64_t blocks)
{
    data_room room[DATA_BLOCKS];
    data_blocks_to_fill(data, room);
    PROMISE(room[0].size + room[1].size == blocks && room[0].at != NULL && room[1].at != NULL);
    for (int q = 0; q < DATA_BLOCKS; q++) memset(room[q].at, 0, room[q].size);
    if (!fuzz_taken(data_unpack_end(data))) return;
    const strata_data_facts *facts = strata_data_describe(data);
    PROMISE(facts->part_counts[0] + facts->part_counts[facts->form->classes] == facts->train_examples + facts->test_examples);
    for (int c = 0; c < facts->form->classes; c++) PROMISE(strlen(facts->class_names[c]) < (size_t)MOST);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char digest[DIGEST_TEXT];
    strata_data *set;
    uint64_t blocks = size >= 8 ? bytes_get(data, 8) : 0;
    if (blocks > MOST) return 0; /* such a head may be right, and its memory there */
    uint8_t *head = malloc(DATA_HEAD_SIGNED + size);
    PROMISE(head != NULL);
    memcpy(head, first_line, sizeof first_line - 1);
    if (size > 0) memcpy(head + DATA_HEAD_SIGNED, data, size);
    PROMISE(digest_sha256(head + DATA_HEAD_SIGNED, size, digest) == STRATA_OK);
    memcpy(head + sizeof first_line - 1, digest, DIGEST_TEXT - 1);
    head[DATA_HEAD_SIGNED - 1] = '\n';
    bool taken = fuzz_taken(data_unpack_head(head, DATA_HEAD_SIGNED + size, &set));
    PROMISE(taken == (set != NULL));
    if (taken) use(set, blocks);
    strata_data_free(set);
    free(head);
    return 0;
}
