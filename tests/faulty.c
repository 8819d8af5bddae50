/* The loop over faults: see faulty.h. */
#include "faulty.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "digest.h"
#include "stored.h"

static long operations_all, injected_all, benign_all;

/* Files that are open, by the kernel's own list. */
static long open_files(void)
{
    long count = 0;
    DIR *d = opendir("/proc/self/fd");
    if (d == NULL) return 0;
    while (readdir(d) != NULL) count++;
    (void)closedir(d);
    return count;
}

typedef struct {
    const faulty_operation *operation;
    char due[FAULTY_RESULT]; /* what it does in a world that works */
    long injected, benign;
} torture;

/* Runs the operation once, with the fault armed unless n is 0. Did the fault come? */
static bool strike(torture *t, fault kind, long n, bool for_ever)
{
    static const char empty[STATUS_SENTENCE];
    char result[FAULTY_RESULT] = "";
    const faulty_operation *o = t->operation;
    long blocks = fault_blocks(), files = open_files();
    if (o->before != NULL) o->before();
    status_sentence_load(empty);
    if (n > 0) fault_arm(kind, n, for_ever);
    else fault_count();
    strata_status status = o->run();
    bool came = fault_disarm() && n > 0;
    char where[200];
    (void)snprintf(where, sizeof where, "%s: %s call %ld fails%s", o->name, fault_words[kind], n, for_ever ? " and all after it" : "");
    if (!came && status != STRATA_OK) fail_msg("%s, which never came: %s", where, strata_error());
    if (status != STRATA_OK && strata_error()[0] == '\0') fail_msg("%s: status %d without a sentence", where, (int)status);
    o->look(status, result);
    if (t->due[0] == '\0') memcpy(t->due, result, sizeof result);
    if (status == STRATA_OK && result[0] != '~' && strcmp(result, t->due) != 0) {
        fail_msg("%s: is said to be done, but '%s' where '%s' is due", where, result, t->due);
    }
    if (open_files() != files) fail_msg("%s: %ld files are open, %ld were", where, open_files(), files);
    if (n > 0 && fault_blocks() != blocks) fail_msg("%s: %ld blocks leak: %s", where, fault_blocks() - blocks, strata_error());
    t->injected += came;
    t->benign += came && status == STRATA_OK;
    return came;
}

/* Which call comes after call n of so many: the last ones are those that tidy up, and none of them is left out. */
static long next(const faulty_operation *o, long n, long calls)
{
    enum { LAST = 4 };
    long far = o->step > 0 ? n + 1 + n / o->step : n + 1;
    if (n >= calls - LAST) return n + 1;
    return far < calls - LAST ? far : calls - LAST;
}

static void faulty_kind(torture *t, fault kind, long calls, char *line, size_t size)
{
    long before = t->injected;
    for (int ever = 0; ever < 2; ever++) {
        if (kind == FAULT_SHORT && !ever) continue; /* it is all calls at once */
        for (long n = 1; n <= calls && strike(t, kind, n, ever) && kind != FAULT_SHORT; n = next(t->operation, n, calls)) {}
    }
    if (t->injected == before) return;
    size_t used = strlen(line);
    (void)snprintf(line + used, size - used, " %s %ld of %ld", fault_words[kind], t->injected - before, calls);
}

void faulty(const faulty_operation *operation)
{
    torture t = { .operation = operation };
    char line[600] = "";
    long calls[FAULTS];
    for (int warm = 0; warm < 2; warm++) (void)strike(&t, FAULT_MEMORY, 0, false); /* libraries keep what they made first */
    for (int kind = 0; kind < FAULTS; kind++) calls[kind] = fault_counted((fault)kind);
    for (int kind = 0; kind < FAULTS; kind++) faulty_kind(&t, (fault)kind, calls[kind], line, sizeof line);
    (void)printf("%-24s %5ld faults, %4ld without harm:%s\n", operation->name, t.injected, t.benign, line);
    (void)fflush(stdout);
    operations_all++;
    injected_all += t.injected;
    benign_all += t.benign;
}

int faulty_set_up(void **state)
{
    return make_folder(state);
}

void faulty_sum(void)
{
    (void)printf("%ld operations, %ld faults, %ld of them without harm\n", operations_all, injected_all, benign_all);
}
