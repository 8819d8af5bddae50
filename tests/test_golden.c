/*
 * Golden digests: every configuration of golden.c, trained for some dozen updates at every level that this machine has, must leave the
 * parameters and the curves whose SHA-256 digests stand in tests/golden.csv, bit for bit (docs/decisions/0060).
 *
 *     test_golden [LEVEL [PART]]   compares, all or one; levels that this machine lacks are counted. PART, for emulated processors: rows
 *                                  alone that have it in their names
 *     test_golden --write FILE     writes a new table
 *
 * A change that moves, splits or renames code leaves golden.csv alone: that is what it is for. It is written anew in two cases, in the
 * same commit as the change: when the mathematics or its roundings change on purpose (CHANGELOG.md says which results change, and why),
 * and when there is a new configuration; then the diff shows lines that were added and no other. Rows of levels that the writing machine
 * lacks are kept as they were, and said: they need a machine that has them.
 */
#include "cmocka_strata.h"

#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "golden.h"

enum { ROWS = 1000, LEAST_ROWS = 60, LINES_MOST = 12 };

typedef struct {
    char name[GOLDEN_NAME], settings[400], level[16], model[DIGEST_TEXT], curves[DIGEST_TEXT];
    bool asked; /* there is such a configuration, at such a level */
} row;

static const char header[] = "name,settings,level,model_sha256,curves_sha256\n";
static struct {
    row list[ROWS];
    size_t count;
} table;
static golden_cases cases;
static const char *part = ""; /* of the names of what is compared */

static void stop(const char *what, const char *why)
{
    (void)fprintf(stderr, "test_golden: %s: %s\n", what, why);
    exit(1);
}

/* ---- the table ---------------------------------------------------------------------------------------------------------------------- */

static void read_table(const char *path)
{
    uint8_t *bytes;
    size_t size;
    if (file_read_all(path, 1 << 20, &bytes, &size) != STRATA_OK) stop(path, strata_error());
    char *line = (char *)bytes, *end;
    if (strncmp(line, header, strlen(header)) != 0) stop(path, "another header line");
    for (line += strlen(header); (end = strchr(line, '\n')) != NULL; line = end + 1) {
        row *r = &table.list[table.count];
        *end = '\0';
        if (table.count == ROWS) stop(path, "more rows than ROWS");
        *r = (row){ 0 };
        int fields = sscanf(line, "\"%179[^\"]\",\"%399[^\"]\",%15[a-z0-9-],%64[0-9a-f],%64[0-9a-f]", r->name, r->settings, r->level,
                            r->model, r->curves);
        if (fields != 5) stop(path, line);
        table.count++;
    }
    free(bytes);
}

/* The level in whose name the rows stand. */
static const char *rows_of(const golden_level *level)
{
    return level->rows != NULL ? level->rows : level->name;
}

static row *find(const char *name, const char *level)
{
    for (size_t r = 0; r < table.count; r++) {
        if (strcmp(table.list[r].name, name) == 0 && strcmp(table.list[r].level, level) == 0) return &table.list[r];
    }
    return NULL;
}

/* The rows of the C library have no settings; a field that sscanf reads is not empty. */
static const char no_settings[] = "-";

static const char *libm_level(const golden_level *level)
{
    return strcmp(level->name, "ref64") == 0 ? "libm-double" : "libm-float";
}

/* Does the C library round as it did where the table was written? */
static bool same_libm(const golden_level *level)
{
    golden_digests here;
    const row *there = find("the C library", libm_level(level));
    golden_libm(strcmp(level->name, "ref64") != 0, &here);
    return there == NULL || (strcmp(there->model, here.model) == 0 && strcmp(there->curves, here.curves) == 0);
}

/* ---- comparing ---------------------------------------------------------------------------------------------------------------------- */

static bool is_for(const golden_case *c, const golden_level *level)
{
    if (strcmp(level->name, "amx") == 0) return c->tiles;
    return level->limit != NULL || !c->kernels;
}

/* NULL, or what is wrong with one case at one level. *numbers: only digests differ. */
static const char *wrong(const golden_case *c, const golden_level *level, bool *numbers)
{
    golden_digests now;
    strata_config *cut = golden_cut(c, level);
    char *settings = golden_settings(cut);
    const row *r = find(c->name, rows_of(level));
    const char *what = r == NULL ? "has no row" : strcmp(r->settings, settings) != 0 ? "has other settings than its row" : NULL;
    *numbers = what == NULL;
    if (what == NULL) {
        golden_train(cut, c->data, level, &now);
        bool model = strcmp(r->model, now.model) == 0, curves = strcmp(r->curves, now.curves) == 0;
        what = model && curves ? NULL : model ? "other curves" : curves ? "another model" : "another model, other curves";
    }
    free(settings);
    strata_config_free(cut);
    return what;
}

/* Rows of this level, and those among them that cannot be asked for because experiments are not read. */
static void count_rows(const golden_level *level, long *rows, long *unread)
{
    *rows = *unread = 0;
    for (size_t r = 0; r < table.count; r++) *rows += strcmp(table.list[r].level, rows_of(level)) == 0;
    if (cases.yaml) return;
    *unread = *rows;
    for (size_t q = 0; q < cases.count; q++) *unread -= is_for(&cases.list[q], level);
}

static void compare(const golden_level *level)
{
    long rows, unread, bad = 0, same = 0, excused = 0;
    bool libm = same_libm(level), numbers;
    count_rows(level, &rows, &unread);
    if (!golden_enter(level)) {
        print_message("%s: not on this machine: %ld rows skipped\n", level->name, rows);
        skip();
    }
    for (size_t q = 0; q < cases.count; q++) {
        const golden_case *c = &cases.list[q];
        if (!is_for(c, level) || strstr(c->name, part) == NULL) continue;
        const char *what = wrong(c, level, &numbers);
        if (what == NULL) same++;
        else if (numbers && !libm) excused++;
        else if (bad++ < LINES_MOST) print_error("%s at %s: %s\n", c->name, level->name, what);
    }
    golden_leave();
    print_message("%s: %ld rows the same, %ld not\n", level->name, same, bad);
    if (excused > 0) print_message("%s: %ld rows differ and are skipped: this C library rounds otherwise\n", level->name, excused);
    if (unread > 0) print_message("%s: %ld rows skipped: no experiments without libyaml\n", level->name, unread);
    if (bad > 0) fail_msg("%ld rows at %s are not those of golden.csv; the head of test_golden.c says what to do", bad, level->name);
}

static void ref64(void **state) { (void)state, compare(&golden_levels[0]); }
static void ref32(void **state) { (void)state, compare(&golden_levels[1]); }
static void generic(void **state) { (void)state, compare(&golden_levels[2]); }
static void avx2(void **state) { (void)state, compare(&golden_levels[3]); }
static void avx512(void **state) { (void)state, compare(&golden_levels[4]); }
static void vnni(void **state) { (void)state, compare(&golden_levels[5]); }
static void amx(void **state) { (void)state, compare(&golden_levels[6]); }
static void neon(void **state) { (void)state, compare(&golden_levels[7]); }
static void dotprod(void **state) { (void)state, compare(&golden_levels[8]); }

/* A row that nothing asks for is one whose test has been lost. Seen without training, at all levels. */
static void every_row_is_asked_for(void **state)
{
    (void)state;
    long lost = 0;
    if (!cases.yaml) skip();
    for (int l = 0; l < GOLDEN_LEVELS; l++) {
        for (size_t q = 0; q < cases.count; q++) {
            row *r = is_for(&cases.list[q], &golden_levels[l]) ? find(cases.list[q].name, rows_of(&golden_levels[l])) : NULL;
            if (r != NULL) r->asked = true;
        }
    }
    for (size_t r = 0; r < table.count; r++) {
        bool libm = strncmp(table.list[r].level, "libm-", 5) == 0;
        if (!table.list[r].asked && !libm && lost++ < LINES_MOST) {
            print_error("%s at %s: a row that no configuration asks for\n", table.list[r].name, table.list[r].level);
        }
    }
    assert_int_equal(lost, 0);
    assert_true(table.count >= LEAST_ROWS);
}

/* Every configuration has a row at every level, here or not; one that was just added has none yet. */
static void every_configuration_has_its_rows(void **state)
{
    (void)state;
    long missing = 0;
    for (int l = 0; l < GOLDEN_LEVELS; l++) {
        for (size_t q = 0; q < cases.count; q++) {
            const golden_case *c = &cases.list[q];
            if (!is_for(c, &golden_levels[l]) || find(c->name, rows_of(&golden_levels[l])) != NULL) continue;
            if (missing++ < LINES_MOST) print_error("%s at %s: no row\n", c->name, golden_levels[l].name);
        }
    }
    assert_int_equal(missing, 0);
    assert_non_null(find("the C library", "libm-double"));
    assert_non_null(find("the C library", "libm-float"));
}

/* ---- writing ------------------------------------------------------------------------------------------------------------------------ */

static void write_row(FILE *f, const char *name, const char *settings, const char *level, const golden_digests *d)
{
    (void)fprintf(f, "\"%s\",\"%s\",%s,%s,%s\n", name, settings, level, d->model, d->curves);
}

static void write_level(FILE *f, const golden_level *level)
{
    bool here = golden_enter(level);
    long kept = 0;
    for (size_t q = 0; q < cases.count; q++) {
        const golden_case *c = &cases.list[q];
        golden_digests d;
        if (!is_for(c, level)) continue;
        strata_config *cut = golden_cut(c, level);
        char *settings = golden_settings(cut);
        const row *old = find(c->name, level->name);
        if (here) {
            golden_train(cut, c->data, level, &d);
            write_row(f, c->name, settings, level->name, &d);
        } else if (old != NULL) {
            (void)snprintf(d.model, sizeof d.model, "%s", old->model);
            (void)snprintf(d.curves, sizeof d.curves, "%s", old->curves);
            write_row(f, c->name, old->settings, level->name, &d);
            kept++;
        }
        free(settings);
        strata_config_free(cut);
    }
    if (!here) printf("%s: not on this machine; %ld rows kept as they were: write them where it is\n", level->name, kept);
    else golden_leave();
}

static int write_table(const char *path)
{
    golden_digests d;
    if (!cases.yaml) stop(path, "this build has no libyaml, so it knows no experiments");
    FILE *f = fopen(path, "w");
    if (f == NULL) stop(path, "cannot be written");
    (void)fputs(header, f);
    for (int single = 0; single < 2; single++) {
        golden_libm(single == 1, &d);
        write_row(f, "the C library", no_settings, single == 1 ? "libm-float" : "libm-double", &d);
    }
    for (int l = 0; l < GOLDEN_LEVELS; l++) {
        if (golden_levels[l].rows == NULL) write_level(f, &golden_levels[l]);
    }
    if (fclose(f) != 0) stop(path, "cannot be written");
    return 0;
}

int main(int arguments, char **argument)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_configuration_has_its_rows), cmocka_unit_test(every_row_is_asked_for),
        cmocka_unit_test(ref64), cmocka_unit_test(ref32), cmocka_unit_test(generic), cmocka_unit_test(avx2),
        cmocka_unit_test(avx512), cmocka_unit_test(vnni), cmocka_unit_test(amx), cmocka_unit_test(neon), cmocka_unit_test(dotprod),
    };
    bool write = arguments == 3 && strcmp(argument[1], "--write") == 0;
    if (arguments == 3 && !write) part = argument[2];
    if (arguments > 3) stop("usage", "test_golden [LEVEL [PART] | --write FILE]");
    if (arguments > 1 && !write) cmocka_set_test_filter(argument[1]);
    golden_make(STRATA_EXPERIMENTS, &cases);
    if (!write || file_exists(STRATA_GOLDEN)) read_table(STRATA_GOLDEN);
    int result = write ? write_table(argument[2]) : cmocka_run_group_tests(tests, NULL, NULL);
    golden_free(&cases);
    return result;
}
