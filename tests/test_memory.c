/* What there is of memory: files of /proc and /sys/fs/cgroup in a folder that stands for /, and the limits of this process. */
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "file.h"
#include "folder.h"
#include "memory.h"

enum { MEGA = 1 << 20 };

static void put(const char *name, const char *words)
{
    char folder[PATH];
    (void)snprintf(folder, sizeof folder, "%s", in_folder(name));
    *strrchr(folder, '/') = '\0';
    CHECK_OK(file_make_folder(folder));
    CHECK_OK(file_write(in_folder(name), words, strlen(words)));
}

/* In megabytes; -1: no limit. */
static long left(memory_limit which)
{
    memory_left there;
    memory_look_in(in_folder(""), &there);
    return there.left[which] == MEMORY_UNLIMITED ? -1 : (long)(there.left[which] / MEGA);
}

static void a_machine_without_files_has_no_limit(void **state)
{
    (void)state;
    assert_int_equal(left(MEMORY_OF_MACHINE), -1);
    assert_int_equal(left(MEMORY_OF_GROUP), -1);
}

static void the_machine_has_what_is_available(void **state)
{
    (void)state;
    static const struct {
        const char *words;
        long due;
    } rows[] = {
        { "MemTotal:        8192000 kB\nMemFree:          100000 kB\nMemAvailable:    4096000 kB\n", 4000 },
        { "MemAvailable: 1024 kB", 1 },
        { "MemTotal: 8192000 kB\nMemFree: 1 kB\n", -1 }, /* of Linux before 3.14 */
        { "MemAvailable: x kB\n", -1 },
        { "MemAvailable: -5 kB\n", -1 },
        { "MemAvailable: 99999999999999999999999 kB\n", -1 },
        { "MemAvailable: 18446744073709551615 kB\n", -1 },
        { "", -1 },
    };
    for (size_t q = 0; q < sizeof rows / sizeof *rows; q++) {
        put("proc/meminfo", rows[q].words);
        assert_int_equal(left(MEMORY_OF_MACHINE), rows[q].due);
    }
}

/* A group of version 2: what is used, of which caches of files give way. */
static void put_v2(const char *group, const char *most, long used, long caches)
{
    char name[PATH], words[128];
    (void)snprintf(name, sizeof name, "%s/memory.max", group);
    put(name, most);
    (void)snprintf(name, sizeof name, "%s/memory.current", group);
    (void)snprintf(words, sizeof words, "%ld\n", used * MEGA);
    put(name, words);
    (void)snprintf(name, sizeof name, "%s/memory.stat", group);
    (void)snprintf(words, sizeof words, "anon 5\nworkingset_active_file 7\ninactive_file %ld\nactive_file %d\n", (caches - 1) * MEGA, MEGA);
    put(name, words);
}

static void a_group_of_version_2_limits(void **state)
{
    (void)state;
    put("proc/self/cgroup", "0::/user.slice/me\n");
    put_v2("sys/fs/cgroup/user.slice/me", "314572800\n", 200, 50); /* 300 */
    assert_int_equal(left(MEMORY_OF_GROUP), 150);
    put_v2("sys/fs/cgroup/user.slice/me", "max\n", 200, 50);
    assert_int_equal(left(MEMORY_OF_GROUP), -1);
    put_v2("sys/fs/cgroup/user.slice/me", "104857600\n", 200, 50); /* lowered below what it has */
    assert_int_equal(left(MEMORY_OF_GROUP), 0);
    put_v2("sys/fs/cgroup/user.slice/me", "garbage\n", 200, 50);
    assert_int_equal(left(MEMORY_OF_GROUP), -1);
    put_v2("sys/fs/cgroup/user.slice/me", "", 200, 50);
    assert_int_equal(left(MEMORY_OF_GROUP), -1);
}

static void of_nested_groups_the_tightest_counts(void **state)
{
    (void)state;
    memory_left there;
    put("proc/self/cgroup", "0::/a/b/c\n");
    put_v2("sys/fs/cgroup/a/b/c", "max\n", 10, 1);
    put_v2("sys/fs/cgroup/a/b", "314572800\n", 100, 1);
    put_v2("sys/fs/cgroup/a", "419430400\n", 350, 1); /* larger, and others in it use more */
    assert_int_equal(left(MEMORY_OF_GROUP), 51);
    memory_look_in(in_folder(""), &there);
    assert_true(strlen(there.group) > 2 && strcmp(there.group + strlen(there.group) - 2, "/a") == 0);
    assert_int_equal(there.limit[MEMORY_OF_GROUP], 419430400);
}

/* Inside a container the path may be that outside, and its group the top of what is mounted. */
static void a_container_sees_its_group_at_the_top(void **state)
{
    (void)state;
    static const char *const paths[] = { "0::/\n", "0::/docker/0123\n", "0::/../../elsewhere\n" };
    put_v2("sys/fs/cgroup", "209715200\n", 100, 1);
    for (size_t q = 0; q < 3; q++) {
        put("proc/self/cgroup", paths[q]);
        assert_int_equal(left(MEMORY_OF_GROUP), 101);
    }
}

static void a_group_of_version_1_limits(void **state)
{
    (void)state;
    put("proc/self/cgroup", "12:cpu,cpuacct:/x\n5:hugetlb,memory:/box/in\n3:memoryless:/y\n0::/unified\n");
    put("sys/fs/cgroup/memory/box/in/memory.limit_in_bytes", "9223372036854771712\n"); /* what version 1 says for none */
    put("sys/fs/cgroup/memory/box/in/memory.usage_in_bytes", "1048576\n");
    assert_int_equal(left(MEMORY_OF_GROUP), -1);
    put("sys/fs/cgroup/memory/box/memory.limit_in_bytes", "104857600\n");
    put("sys/fs/cgroup/memory/box/memory.usage_in_bytes", "62914560\n");
    assert_int_equal(left(MEMORY_OF_GROUP), 40);
    put("sys/fs/cgroup/memory/box/memory.stat", "cache 1\ninactive_file 99\ntotal_inactive_file 10485760\ntotal_active_file 10485760\n");
    assert_int_equal(left(MEMORY_OF_GROUP), 60);
}

static void garbage_is_no_limit(void **state)
{
    (void)state;
    static const char *const words[] = { "", "\n\n", "0", "0:", "0::", "0::relative\n", ":::::", "memory:memory:memory\n", "5:memory:" };
    put_v2("sys/fs/cgroup/relative", "1\n", 1, 1);
    for (size_t q = 0; q < sizeof words / sizeof *words; q++) {
        put("proc/self/cgroup", words[q]);
        assert_int_equal(left(MEMORY_OF_GROUP), -1);
    }
    char *path = malloc(9000);
    assert_non_null(path);
    memset(path, 'a', 9000);
    memcpy(path, "0::/", 4);
    path[8999] = '\0';
    put("proc/self/cgroup", path);
    assert_int_equal(left(MEMORY_OF_GROUP), -1);
    free(path);
}

/* Under a sanitizer the addresses that are taken are terabytes. */
static void limits_of_the_process_are_seen(void **state)
{
    (void)state;
    memory_left before, after;
    struct rlimit kept;
    memory_look(&before);
    assert_int_equal(getrlimit(RLIMIT_DATA, &kept), 0);
    const rlim_t limit = (rlim_t)1 << 50;
    assert_int_equal(setrlimit(RLIMIT_DATA, &(struct rlimit){ limit, kept.rlim_max }), 0);
    memory_look(&after);
    assert_int_equal(setrlimit(RLIMIT_DATA, &kept), 0);
    assert_true(after.limit[MEMORY_OF_DATA] == limit);
    assert_true(after.left[MEMORY_OF_DATA] < limit && after.left[MEMORY_OF_DATA] > 0);
    if (kept.rlim_cur == RLIM_INFINITY) assert_true(before.left[MEMORY_OF_DATA] == MEMORY_UNLIMITED);
}

static void bytes_are_said_for_people(void **state)
{
    (void)state;
    static const struct {
        uint64_t bytes;
        const char *due;
    } rows[] = { { 0, "0.0 MB" }, { 123456, "0.1 MB" }, { 184320000, "184 MB" }, { 6100000000, "6.1 GB" } };
    for (size_t q = 0; q < sizeof rows / sizeof *rows; q++) {
        char words[MEMORY_TEXT];
        memory_say(rows[q].bytes, words);
        assert_string_equal(words, rows[q].due);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_machine_without_files_has_no_limit, empty_tree),
        cmocka_unit_test_setup(the_machine_has_what_is_available, empty_tree),
        cmocka_unit_test_setup(a_group_of_version_2_limits, empty_tree),
        cmocka_unit_test_setup(of_nested_groups_the_tightest_counts, empty_tree),
        cmocka_unit_test_setup(a_container_sees_its_group_at_the_top, empty_tree),
        cmocka_unit_test_setup(a_group_of_version_1_limits, empty_tree),
        cmocka_unit_test_setup(garbage_is_no_limit, empty_tree),
        cmocka_unit_test(limits_of_the_process_are_seen),
        cmocka_unit_test(bytes_are_said_for_people),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_tree);
}
