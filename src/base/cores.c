/*
 * See cores.h. Version 2 of control groups has one file cpu.max, "quota period" or "max period", in each group; version 1 two files,
 * cpu.cfs_quota_us (-1: none) and cpu.cfs_period_us. In a container the group that a process is told to be in is often the mounted folder
 * itself, so groups that are not there are passed over.
 */
#define _GNU_SOURCE /* sched_getaffinity */
#include "cores.h"

#include <math.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH = 4096, CPUS_MOST = 1 << 16 };

static atomic_int limit; /* 0: none */

/* The first line of a file, false where there is none. */
static bool read_line(const char *folder, const char *name, char *line, int size)
{
    char path[PATH];
    int length = snprintf(path, sizeof path, "%s/%s", folder, name);
    if (length < 0 || length >= PATH) return false;
    FILE *f = fopen(path, "re");
    if (f == NULL) return false;
    bool read = fgets(line, size, f) != NULL;
    (void)fclose(f);
    return read;
}

static double quotient(double quota, double period)
{
    return quota > 0 && period > 0 ? quota / period : INFINITY;
}

static double cores_of_group(const char *folder)
{
    char line[128], second[128];
    double quota, period;
    if (read_line(folder, "cpu.max", line, sizeof line)) {
        return sscanf(line, "%lf %lf", &quota, &period) == 2 ? quotient(quota, period) : INFINITY;
    }
    if (!read_line(folder, "cpu.cfs_quota_us", line, sizeof line)) return INFINITY;
    if (!read_line(folder, "cpu.cfs_period_us", second, sizeof second)) return INFINITY;
    return quotient(strtod(line, NULL), strtod(second, NULL));
}

/* The group at `path` below a mount, and all above it. */
static double cores_of_path(const char *mount, const char *path)
{
    char folder[PATH];
    double least = INFINITY;
    int length = snprintf(folder, sizeof folder, "%s%s", mount, path);
    if (length < 0 || length >= PATH) return least;
    size_t root = strlen(mount);
    for (;;) {
        least = fmin(least, cores_of_group(folder));
        char *slash = strrchr(folder, '/');
        if (slash == NULL || (size_t)(slash - folder) < root || strlen(folder) <= root) return least;
        *slash = '\0';
    }
}

/* Is `name` one of the words between commas? */
static bool lists(const char *words, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = words; (at = strstr(at, name)) != NULL; at += length) {
        if ((at == words || at[-1] == ',') && (at[length] == ',' || at[length] == '\0')) return true;
    }
    return false;
}

double cores_of_groups(const char *membership, const char *mounts)
{
    char line[PATH], mount[PATH];
    double least = INFINITY;
    FILE *f = fopen(membership, "re");
    if (f == NULL) return least;
    while (fgets(line, sizeof line, f) != NULL) { /* number:controllers:path */
        line[strcspn(line, "\n")] = '\0';
        char *controllers = strchr(line, ':'), *path = controllers != NULL ? strchr(controllers + 1, ':') : NULL;
        if (path == NULL) continue;
        *controllers++ = *path++ = '\0';
        if (*controllers == '\0') least = fmin(least, cores_of_path(mounts, path));
        if (!lists(controllers, "cpu")) continue;
        int length = snprintf(mount, sizeof mount, "%s/cpu", mounts);
        if (length > 0 && length < PATH) least = fmin(least, cores_of_path(mount, path));
    }
    (void)fclose(f);
    return least;
}

/* The kernel refuses a set that is smaller than its own, so larger ones are tried. */
static int cores_of_affinity(void)
{
    for (int cpus = 1024; cpus <= CPUS_MOST; cpus *= 4) {
        cpu_set_t *set = CPU_ALLOC((size_t)cpus);
        if (set == NULL) break;
        size_t size = CPU_ALLOC_SIZE((size_t)cpus);
        int count = sched_getaffinity(0, size, set) == 0 ? CPU_COUNT_S(size, set) : 0;
        CPU_FREE(set);
        if (count > 0) return count;
    }
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (int)online : 1;
}

/* FNV-1a over the bytes of the set, but for zeros behind the last core, so that the size that was asked for does not count. */
uint64_t cores_mark(void)
{
    uint64_t mark = 0;
    for (int cpus = 1024; cpus <= CPUS_MOST && mark == 0; cpus *= 4) {
        cpu_set_t *set = CPU_ALLOC((size_t)cpus);
        if (set == NULL) break;
        size_t size = CPU_ALLOC_SIZE((size_t)cpus);
        memset(set, 0, size);
        if (sched_getaffinity(0, size, set) == 0) {
            const unsigned char *byte = (const unsigned char *)set;
            mark = 14695981039346656037u;
            while (size > 0 && byte[size - 1] == 0) size--;
            for (size_t q = 0; q < size; q++) mark = (mark ^ byte[q]) * 1099511628211u;
        }
        CPU_FREE(set);
    }
    return mark;
}

int cores_usable(void)
{
    int cores = cores_of_affinity(), most = atomic_load(&limit);
    double groups = ceil(cores_of_groups("/proc/self/cgroup", "/sys/fs/cgroup")); /* 1.5 cores keep two threads half busy */
    if (groups < cores) cores = groups < 1 ? 1 : (int)groups;
    return most > 0 && most < cores ? most : cores;
}

void cores_limit(int most)
{
    atomic_store(&limit, most > 0 ? most : 0);
}
