/*
 * Files of /proc and /sys/fs/cgroup, read with suspicion. A process is in one group of each hierarchy, whose path /proc/self/cgroup tells,
 * and every group above it limits it, too. A container may see its own group at the top, or a path that is not there: so every folder from
 * the path up to the mount is asked, and those that have no answer say nothing.
 *
 *     v2     /sys/fs/cgroup/PATH         memory.max              memory.current         memory.stat: inactive_file, active_file
 *            (or /sys/fs/cgroup/unified)
 *     v1     /sys/fs/cgroup/memory/PATH  memory.limit_in_bytes   memory.usage_in_bytes  memory.stat: total_inactive_file, ...
 */
#include "memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { PATH = 4096, WORDS = 1 << 14 }; /* bytes: of a path, and of a file at most; what is longer is cut off */

/* The text of a small file of the kernel, whose length nobody knows before. Not there, or unreadable: "" and false. */
static bool read_words(const char *path, char words[WORDS])
{
    size_t length = 0;
    words[0] = '\0';
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) return false;
    while (length < WORDS - 1) {
        ssize_t got = read(fd, words + length, WORDS - 1 - length);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        length += (size_t)got;
    }
    close(fd);
    words[length] = '\0';
    return length > 0;
}

/* A whole number at the beginning of the text, in bytes. */
static bool take_number(const char *words, uint64_t *out)
{
    char *end;
    if (words[0] < '0' || words[0] > '9') return false;
    errno = 0;
    unsigned long long x = strtoull(words, &end, 10);
    *out = x;
    return errno == 0 && (*end == '\0' || *end == '\n' || *end == ' ');
}

/* The number that follows the key at the beginning of a line. */
static bool find_number(const char *words, const char *key, uint64_t *out)
{
    size_t length = strlen(key);
    for (const char *line = words; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, key, length) != 0) continue;
        return take_number(line + length + strspn(line + length, " \t"), out);
    }
    return false;
}

/* ---- the machine --------------------------------------------------------------------------------------------------------------------- */

static void look_at_machine(const char *root, memory_left *out)
{
    char path[PATH], words[WORDS];
    uint64_t available, all;
    (void)snprintf(path, sizeof path, "%s/proc/meminfo", root);
    if (!read_words(path, words) || !find_number(words, "MemAvailable:", &available) || available > UINT64_MAX / 1024) return;
    if (!find_number(words, "MemTotal:", &all) || all > UINT64_MAX / 1024) all = available;
    out->left[MEMORY_OF_MACHINE] = available * 1024;
    out->limit[MEMORY_OF_MACHINE] = all * 1024;
}

/* ---- control groups ------------------------------------------------------------------------------------------------------------------ */

/* What a version of them calls its files. */
typedef struct {
    const char *limit, *used, *inactive, *active;
} names;

static const names v1 = { "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file", "total_active_file" };
static const names v2 = { "memory.max", "memory.current", "inactive_file", "active_file" };

static bool read_number(const char *folder, const char *name, uint64_t *out)
{
    char path[PATH + 64], words[WORDS];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    return read_words(path, words) && take_number(words, out);
}

/* Of caches of files, which the kernel gives up before it ends a process. */
static uint64_t of_caches(const char *folder, const names *n)
{
    char path[PATH + 64], words[WORDS];
    uint64_t inactive = 0, active = 0;
    (void)snprintf(path, sizeof path, "%s/memory.stat", folder);
    if (!read_words(path, words)) return 0;
    if (!find_number(words, n->inactive, &inactive)) inactive = 0;
    if (!find_number(words, n->active, &active) || active > UINT64_MAX - inactive) active = 0;
    return inactive + active;
}

/* "max" is no number, and v1 writes a number near 2^63 for it. */
static void look_at_group(const char *folder, const names *n, memory_left *out)
{
    const uint64_t none = (uint64_t)1 << 60;
    uint64_t limit, used;
    if (!read_number(folder, n->limit, &limit) || limit >= none || !read_number(folder, n->used, &used)) return;
    uint64_t caches = of_caches(folder, n), taken = used > caches ? used - caches : 0;
    uint64_t left = limit > taken ? limit - taken : 0;
    if (left >= out->left[MEMORY_OF_GROUP]) return;
    out->left[MEMORY_OF_GROUP] = left;
    out->limit[MEMORY_OF_GROUP] = limit;
    (void)snprintf(out->group, sizeof out->group, "%.*s", (int)sizeof out->group - 1, folder);
}

/* The group with this path below the mount, and those above it. */
static void look_up(const char *mount, const char *path, const names *n, memory_left *out)
{
    char folder[PATH];
    size_t top = strlen(mount);
    int length = snprintf(folder, sizeof folder, "%s%s", mount, path);
    bool outside = strstr(path, "..") != NULL; /* of this name space: only the mount is ours to see */
    if (length < 0 || (size_t)length >= sizeof folder || outside) (void)snprintf(folder, sizeof folder, "%s", mount);
    for (;;) {
        look_at_group(folder, n, out);
        char *slash = strrchr(folder, '/');
        if (strlen(folder) <= top || slash == NULL) return;
        *slash = '\0';
    }
}

/* Is "memory" one of the words between the first two colons? */
static bool has_memory(const char *controllers, size_t length)
{
    static const char word[] = "memory";
    for (size_t at = 0; at < length;) {
        size_t end = at;
        while (end < length && controllers[end] != ',') end++;
        if (end - at == sizeof word - 1 && strncmp(controllers + at, word, end - at) == 0) return true;
        at = end + 1;
    }
    return false;
}

/* A line of /proc/self/cgroup: "NUMBER:CONTROLLERS:PATH", of v2 "0::PATH". */
static void look_at_line(const char *root, char *line, memory_left *out)
{
    char mount[PATH];
    char *first = strchr(line, ':'), *second = first != NULL ? strchr(first + 1, ':') : NULL;
    if (second == NULL || second[1] != '/') return;
    const char *path = second[2] == '\0' ? "" : second + 1;
    if (second == first + 1) {
        (void)snprintf(mount, sizeof mount, "%s/sys/fs/cgroup", root);
        look_up(mount, path, &v2, out);
        (void)snprintf(mount, sizeof mount, "%s/sys/fs/cgroup/unified", root);
        look_up(mount, path, &v2, out);
    } else if (has_memory(first + 1, (size_t)(second - first - 1))) {
        (void)snprintf(mount, sizeof mount, "%s/sys/fs/cgroup/memory", root);
        look_up(mount, path, &v1, out);
    }
}

static void look_at_groups(const char *root, memory_left *out)
{
    char path[PATH], words[WORDS];
    (void)snprintf(path, sizeof path, "%s/proc/self/cgroup", root);
    if (!read_words(path, words)) return;
    for (char *line = words, *end; line != NULL && *line != '\0'; line = end) {
        end = strchr(line, '\n');
        if (end != NULL) *end++ = '\0';
        look_at_line(root, line, out);
    }
}

void memory_look_in(const char *root, memory_left *out)
{
    *out = (memory_left){ .group = "" };
    for (int m = 0; m < MEMORY_LIMITS; m++) out->left[m] = out->limit[m] = MEMORY_UNLIMITED;
    look_at_machine(root, out);
    look_at_groups(root, out);
}

/* ---- this process -------------------------------------------------------------------------------------------------------------------- */

static void look_at_limit(int resource, uint64_t pages, memory_limit which, memory_left *out)
{
    struct rlimit r;
    long page = sysconf(_SC_PAGESIZE);
    if (getrlimit(resource, &r) != 0 || r.rlim_cur == RLIM_INFINITY || page <= 0) return;
    uint64_t taken = pages * (uint64_t)page, limit = r.rlim_cur;
    out->limit[which] = limit;
    out->left[which] = limit > taken ? limit - taken : 0;
}

void memory_look(memory_left *out)
{
    char words[WORDS];
    unsigned long long size = 0, data = 0;
    memory_look_in("", out);
    if (!read_words("/proc/self/statm", words)) return;
    if (sscanf(words, "%llu %*u %*u %*u %*u %llu", &size, &data) != 2) return; /* pages: all, resident, shared, text, 0, data */
    look_at_limit(RLIMIT_AS, size, MEMORY_OF_ADDRESSES, out);
    look_at_limit(RLIMIT_DATA, data, MEMORY_OF_DATA, out);
}

uint64_t memory_least(void)
{
    memory_left there;
    uint64_t least = MEMORY_UNLIMITED;
    memory_look(&there);
    for (int q = 0; q < MEMORY_LIMITS; q++) least = there.left[q] < least ? there.left[q] : least;
    return least;
}

void memory_say(uint64_t bytes, char out[MEMORY_TEXT])
{
    double mega = (double)bytes / 1e6;
    if (mega < 1) (void)snprintf(out, MEMORY_TEXT, "%.1f MB", mega);
    else if (mega < 1000) (void)snprintf(out, MEMORY_TEXT, "%.0f MB", mega);
    else (void)snprintf(out, MEMORY_TEXT, "%.1f GB", mega / 1000);
}
