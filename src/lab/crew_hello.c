/* See crew_hello.h. */
#include "crew_hello.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cores.h"
#include "crew_wire.h"

static strata_machine_facts machine(void)
{
    strata_machine_facts m = { .size = sizeof m };
    (void)strata_machine(&m);
    return m;
}

void hello_say(text *out, int threads)
{
    const strata_machine_facts m = machine();
    text_add(out, "%s\nversion=%s\ncommit=%s\nlevel=%s\nhost=%s\n", WIRE_PROTOCOL, strata_version(), m.commit, m.cpu_level, m.host);
    text_add(out, "threads=%d\ncores=%s%" PRIx64 "\n", threads > 0 ? threads : cores_usable(), threads > 0 ? "own" : "", cores_mark());
}

bool hello_shares(const hello *a, const hello *b)
{
    return a->divides && b->divides && strcmp(a->host, b->host) == 0 && strcmp(a->cores, b->cores) == 0;
}

/* The value of a line "key=value"; "?" where there is none. What is printed for people later has no control characters. */
static void read_line(const char *words, const char *key, char out[HELLO_WORD])
{
    size_t length = strlen(key), at = 0;
    (void)snprintf(out, HELLO_WORD, "?");
    for (const char *line = words; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, key, length) != 0 || line[length] != '=') continue;
        const char *value = line + length + 1;
        while (*value != '\0' && *value != '\n' && at + 1 < HELLO_WORD) out[at++] = text_take_visible(&value);
        out[at] = '\0';
        return;
    }
}

bool hello_read(const char *words, hello *h)
{
    char digits[HELLO_WORD];
    int64_t threads = 0;
    read_line(words, "version", h->version);
    read_line(words, "commit", h->commit);
    read_line(words, "level", h->level);
    read_line(words, "host", h->host);
    read_line(words, "cores", h->cores);
    read_line(words, "threads", digits);
    h->divides = text_is_hex(h->cores);
    bool counted = text_to_int64(digits, &threads) && threads >= 1 && threads <= STRATA_THREADS_MAX;
    h->threads = counted ? (int)threads : 1;
    size_t length = sizeof WIRE_PROTOCOL - 1;
    return counted && strncmp(words, WIRE_PROTOCOL, length) == 0 && words[length] == '\n';
}

void hello_judge(const hello *h, bool understood, bool mixed, char reason[STATUS_SENTENCE])
{
    const strata_machine_facts m = machine();
    reason[0] = '\0';
    if (!understood || strcmp(h->version, strata_version()) != 0) {
        (void)snprintf(reason, STATUS_SENTENCE, "is of strata %s, and rank 0 of %s: install one version everywhere", h->version,
                       strata_version());
    } else if (strcmp(h->commit, m.commit) != 0) {
        (void)snprintf(reason, STATUS_SENTENCE, "was built from commit %s, and rank 0 from %s: install one build everywhere", h->commit,
                       m.commit);
    } else if (!mixed && strcmp(h->level, m.cpu_level) != 0) {
        (void)snprintf(reason, STATUS_SENTENCE, "has kernels of level %s, and rank 0 on %s of level %s, whose last bits may differ: "
                       "STRATA_CPU=LEVEL gives all the same, --mixed-kernels allows it", h->level, m.host, m.cpu_level);
    }
}
