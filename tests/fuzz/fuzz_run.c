/*
 * Runs as bytes, of one small set of settings: the input is what follows the digest, without the version, which changes with every release;
 * both are made here, or nothing would pass them. The first byte of the input says whether the digest is wrong. What is taken is packed to
 * the same bytes again.
 */
#include <stdlib.h>
#include <string.h>

#include "digest.h"
#include "fit.h"
#include "fuzz.h"
#include "run_bytes.h"
#include "strata.h"

enum { ROWS = 12, TEST = 6, FRONT = 12 * 8 + 9 * 8, VERSION = sizeof STRATA_VERSION - 1 };

static const char first_line[] = "strata run 1\n";

enum { FIRST = sizeof first_line - 1, SIGNED = FIRST + DIGEST_TEXT };

static strata_data *data;
static strata_config *config, resolved;
static split *part;

/* Two numbers a row, two classes, one hidden unit; everything that a run may have is asked for. */
static void prepare(void)
{
    static const char *const words[][2] = {
        { "n_train", "8" }, { "n_val", "4" }, { "n_batch", "4" }, { "n_s", "4" }, { "cycles", "1" }, { "evals", "1" }, { "hidden", "[1]" },
        { "backend", "ref32" }, { "diagnose", "true" }, { "log_every", "3" }, { "ensemble", "true" },
    };
    float number[(ROWS + TEST) * 2];
    uint16_t label[ROWS + TEST];
    for (int j = 0; j < ROWS + TEST; j++) {
        label[j] = (uint16_t)(j % 2);
        number[2 * j] = (float)(j * 7 % 11);
        number[2 * j + 1] = (float)(label[j] * 3 + j % 3);
    }
    const strata_arrays arrays = { .size = sizeof arrays, .form = { STRATA_FLOATS, 2, 0, 0, 0, 2 }, .train = ROWS, .test = TEST,
                                   .examples = number, .labels = label, .test_examples = number + 2 * ROWS, .test_labels = label + ROWS };
    PROMISE(strata_data_from_arrays(&arrays, &data) == STRATA_OK && strata_config_new(&config) == STRATA_OK);
    for (size_t q = 0; q < sizeof words / sizeof *words; q++) {
        PROMISE(strata_config_set(config, words[q][0], words[q][1]) == STRATA_OK);
    }
    resolved = fit_resolved(config, data);
    PROMISE(fit_split(&resolved, data, &part) == STRATA_OK);
}

/* Tells everything, and is the same bytes again. */
static void use(const strata_run *run, const uint8_t *bytes, size_t size)
{
    uint8_t *again;
    size_t length, count;
    strata_machine_facts machine;
    run_machine(run, &machine);
    PROMISE(machine.compiler != NULL && machine.flags != NULL && strlen(machine.host) < sizeof machine.host);
    const strata_mistake *mistake = strata_run_mistakes(run, &count);
    for (size_t q = 0; q < count; q++) PROMISE(mistake[q].image >= 0 && mistake[q].image < TEST && mistake[q].truth < 2);
    PROMISE(run_pack(run, &again, &length) == STRATA_OK);
    PROMISE(length == size && memcmp(again, bytes, size) == 0);
    free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
    char digest[DIGEST_TEXT];
    strata_run *run;
    if (data == NULL) prepare();
    if (size < 1 + FRONT) return 0;
    bool wrong = (input[0] & 1) != 0;
    size_t rest = size - 1 - FRONT, all = SIGNED + FRONT + 8 + VERSION + rest;
    uint8_t *bytes = calloc(all, 1);
    PROMISE(bytes != NULL);
    memcpy(bytes, first_line, FIRST);
    memcpy(bytes + SIGNED, input + 1, FRONT);
    bytes[SIGNED + FRONT] = VERSION;
    memcpy(bytes + SIGNED + FRONT + 8, STRATA_VERSION, VERSION);
    memcpy(bytes + SIGNED + FRONT + 8 + VERSION, input + 1 + FRONT, rest);
    PROMISE(digest_sha256(bytes + SIGNED, all - SIGNED, digest) == STRATA_OK);
    digest[0] = (char)(digest[0] ^ (wrong ? 1 : 0));
    memcpy(bytes + FIRST, digest, DIGEST_TEXT - 1);
    bytes[SIGNED - 1] = '\n';
    if (fuzz_taken(run_unpack(bytes, all, &resolved, part, &run))) {
        PROMISE(!wrong);
        use(run, bytes, all);
    } else {
        PROMISE(run == NULL);
    }
    strata_run_free(run);
    free(bytes);
    return 0;
}
