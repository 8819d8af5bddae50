/*
 * The catalogue that comes with the program, read and looked at whole; and catalogues of a test's own, whose sets are at home, in a
 * package's folder, half there, and not there.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "folder.h"

#include "catalogue.h"
#include "dataset.h"
#include "file.h"

static void need_yaml(void)
{
    if (!STRATA_YAML) skip();
}

/* ---- the catalogue that is shipped --------------------------------------------------------------------------------------------------- */

static void check_file(const data_description *d, const description_file *f)
{
    if (f->sha256 == NULL) return; /* the file says that it is not known */
    if (strlen(f->sha256) != 64 || f->size < 1) fail_msg("%s: %s has a digest and no size", d->path, f->name);
}

/* What a newcomer fetches with one word must be whole. */
static void check_set(const data_description *d)
{
    assert_true(d->title != NULL && d->licence != NULL && d->citation != NULL && d->homepage != NULL && d->reader != NULL);
    if (strcmp(d->reader, data_cifar10_reader) != 0) assert_non_null(data_reader_named(d->reader));
    assert_true(d->train_examples > 0 && d->test_examples > 0 && d->classes.count >= 2);
    assert_true(d->image[0] > 0 || strcmp(d->reader, "csv") == 0);
    assert_true((d->addresses.count > 0 || d->package != NULL) && d->files.count > 0);
    for (size_t a = 0; a < d->addresses.count; a++) assert_int_equal(strncmp(d->addresses.at[a], "https://", 8), 0);
    for (size_t f = 0; f < d->files.count; f++) check_file(d, &d->files.at[f]);
    for (size_t f = 0; f < d->package_files.count; f++) {
        assert_true(d->package_files.at[f].sha256 != NULL && d->package_files.at[f].size > 0);
    }
    if (d->archive.name != NULL) assert_true(d->archive.size > 0 && d->archive.sha256 != NULL);
    else for (size_t f = 0; f < d->files.count; f++) assert_non_null(d->files.at[f].sha256);
}

static void what_is_shipped_is_whole(void **state)
{
    (void)state;
    need_yaml();
    static const char *const due[] = { "breast-cancer", "cifar-10", "cifar-100", "digits", "fashion-mnist",
                                       "iris", "kmnist", "mnist", "wine" };
    catalogue c;
    CHECK_OK(catalogue_read(DATASETS, &c));
    assert_int_equal(c.count, sizeof due / sizeof *due);
    for (size_t s = 0; s < c.count; s++) {
        assert_string_equal(c.at[s]->name, due[s]);
        check_set(c.at[s]);
    }
    assert_int_equal(catalogue_named(&c, "cifar-100")->classes.count, 100);
    assert_int_equal(catalogue_named(&c, "cifar-100")->coarse_classes.count, 20);
    assert_true(catalogue_named(&c, "cifar-10")->file_order && !catalogue_named(&c, "mnist")->file_order);
    assert_null(catalogue_named(&c, "cifar-1"));
    assert_failed(catalogue_unknown(&c, "cifar10"), STRATA_ERR_DATA, "no data set of the catalogue has this name; did you mean cifar-10?");
    catalogue_free(&c);
}

/* ---- catalogues of one's own --------------------------------------------------------------------------------------------------------- */

#define OF_ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" /* FIPS 180-2, "abc" */
#define OF_NOTHING "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static const char mine[] = "name: mine\narchive: {name: a.tgz, folder: top}\n"
                           "files:\n  - {name: a, size: 3, sha256: " OF_ABC "}\n  - {name: b, size: 2}\n";

static void put(const char *name, const char *bytes)
{
    char path[PATH];
    (void)snprintf(path, sizeof path, "%s", in_folder(name));
    *strrchr(path, '/') = '\0';
    CHECK_OK(file_make_folder(path));
    CHECK_OK(file_write(in_folder(name), bytes, strlen(bytes)));
}

/* The description of a set that a package has, in the folder "package" of the test's own. */
static void put_packed(void)
{
    char bytes[4 * PATH];
    (void)snprintf(bytes, sizeof bytes, "name: packed\nfiles: [{name: a, size: 4, sha256: " OF_NOTHING "}]\n"
                   "package: {name: packed-data, folder: %s, files: [{name: a, size: 3, sha256: " OF_ABC "}]}\n", in_folder("package"));
    put("sets/packed.yaml", bytes);
}

static void find(const char *what, catalogue_found *found)
{
    CHECK_OK(catalogue_find(what, in_folder("sets"), in_folder("home"), found));
}

static void find_refused(const char *what, const char *words)
{
    catalogue_found found;
    assert_failed(catalogue_find(what, in_folder("sets"), in_folder("home"), &found), STRATA_ERR_DATA, words);
    assert_true(found.description == NULL && found.path.at == NULL);
}

static void a_set_is_found_where_it_lies(void **state)
{
    (void)state;
    need_yaml();
    catalogue_found found;
    put("sets/mine.yaml", mine);
    put_packed();
    find_refused("mine", "mine: the data set is not on this machine yet: strata data fetch mine");
    find_refused("packed", "packed: the data set is not on this machine yet: apt-get install packed-data");
    find_refused("mien", "mien: cannot be opened: No such file or directory, and no data set has this name; did you mean mine?");
    find_refused("something-else", "known are mine, packed");
    put("home/mine/b", "xy");
    find_refused("mine", "mine: a is missing in ");
    put("home/mine/a", "abc");
    find("mine", &found);
    assert_string_equal(found.request.path, in_folder("home/mine"));
    assert_true(found.of_catalogue && strcmp(found.description->name, "mine") == 0);
    catalogue_found_free(&found);
    put("home/mine/top/a", "abc"); /* unpacked by hand: the archive's own folder has all of them, and goes first */
    put("home/mine/top/b", "xy");
    find("mine", &found);
    assert_string_equal(found.request.path, in_folder("home/mine/top"));
    catalogue_found_free(&found);
    put("package/a", "abc");
    find("packed", &found);
    assert_string_equal(found.path.at, in_folder("package"));
    assert_string_equal(found.request.path, in_folder("package/a")); /* a set of one file is that file */
    catalogue_found_free(&found);
    put("home/packed/a", "abc"); /* what was fetched is taken before a package */
    find("packed", &found);
    assert_string_equal(found.request.path, in_folder("home/packed/a"));
    catalogue_found_free(&found);
}

static void what_lies_here_goes_before_names(void **state)
{
    (void)state;
    need_yaml();
    catalogue_found found;
    put("sets/mine.yaml", mine);
    put("here/mine/x", "");
    put("here/own.yaml", "train: mine\nlabel: kind\ntest-share: 0.5\n");
    find(in_folder("here/mine"), &found);
    assert_true(found.description == NULL && !found.of_catalogue);
    assert_string_equal(found.request.path, in_folder("here/mine"));
    catalogue_found_free(&found);
    find(in_folder("here/own.yaml"), &found);
    assert_true(found.description != NULL && !found.of_catalogue && found.description->test_share == 0.5);
    assert_string_equal(found.request.path, in_folder("here/mine"));
    assert_string_equal(found.request.label, "kind");
    catalogue_found_free(&found);
    put("here/wrong.yaml", "trian: mine\n");
    assert_failed(catalogue_find(in_folder("here/wrong.yaml"), in_folder("sets"), NULL, &found), STRATA_ERR_ARGUMENT,
                  "wrong.yaml:1: trian is not known here");
    find_refused(in_folder("here/missing.yaml"), "cannot be opened: No such file or directory");
    put("here/set.yaml", mine); /* the catalogue's form, in a file of one's own: its files are at home, too */
    assert_failed(catalogue_find(in_folder("here/set.yaml"), in_folder("sets"), NULL, &found), STRATA_ERR_DATA, "not on this machine yet");
    assert_failed(catalogue_find("mine", in_folder("no-sets"), NULL, &found), STRATA_ERR_DATA, "the catalogue of data sets cannot");
}

static void a_wrong_catalogue_is_refused(void **state)
{
    (void)state;
    need_yaml();
    catalogue c;
    put("sets/mine.yaml", mine);
    put("sets/other.txt", "nothing of ours");
    put("sets/.hidden.yaml", "nothing of ours");
    CHECK_OK(catalogue_read(in_folder("sets"), &c));
    assert_int_equal(c.count, 1);
    catalogue_free(&c);
    put("sets/other.yaml", mine);
    assert_failed(catalogue_read(in_folder("sets"), &c), STRATA_ERR_ARGUMENT, "the file of a set of the catalogue has the set's");
    assert_int_equal(c.count, 0);
    put("sets/other.yaml", "train: x\n");
    assert_failed(catalogue_read(in_folder("sets"), &c), STRATA_ERR_ARGUMENT, "name: other, not none");
    put("sets/other.yaml", "name: other\nfile: x\n");
    assert_failed(catalogue_read(in_folder("sets"), &c), STRATA_ERR_ARGUMENT, "other.yaml:2: file is not known here; did you mean files?");
}

static void verify(const char *set, const char *folder, bool due, catalogue_verdict a, catalogue_verdict b)
{
    bool good = !due;
    catalogue_file file[2];
    data_description *d;
    CHECK_OK(description_read(in_folder(set), &d));
    CHECK_OK(catalogue_verify(d, in_folder(folder), file, &good));
    assert_int_equal(good, due);
    assert_int_equal(file[0].verdict, a);
    if (d->files.count > 1) assert_int_equal(file[1].verdict, b);
    if (a != CATALOGUE_MISSING) assert_int_equal(strlen(file[0].digest), 64);
    description_free(d);
}

static void files_are_compared_one_by_one(void **state)
{
    (void)state;
    need_yaml();
    put("sets/mine.yaml", mine);
    put_packed();
    put("good/a", "abc");
    put("good/b", "xy");
    verify("sets/mine.yaml", "good", true, CATALOGUE_SAME, CATALOGUE_UNKNOWN);
    verify("sets/packed.yaml", "good", true, CATALOGUE_PACKED, CATALOGUE_SAME);
    put("good/a", "abd");
    verify("sets/mine.yaml", "good", false, CATALOGUE_OTHER, CATALOGUE_UNKNOWN);
    put("good/a", "abc");
    put("good/b", "xyz"); /* its digest is not known, its size is */
    verify("sets/mine.yaml", "good", false, CATALOGUE_SAME, CATALOGUE_OTHER);
    assert_int_equal(unlink(in_folder("good/b")), 0);
    verify("sets/mine.yaml", "good", false, CATALOGUE_SAME, CATALOGUE_MISSING);
    put("good/a", "");
    verify("sets/packed.yaml", "good", false, CATALOGUE_OTHER, CATALOGUE_SAME); /* the digest alone is not enough: sizes differ */
    verify("sets/mine.yaml", "nowhere", false, CATALOGUE_MISSING, CATALOGUE_MISSING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(what_is_shipped_is_whole, empty_tree),
        cmocka_unit_test_teardown(a_set_is_found_where_it_lies, empty_tree),
        cmocka_unit_test_teardown(what_lies_here_goes_before_names, empty_tree),
        cmocka_unit_test_teardown(a_wrong_catalogue_is_refused, empty_tree),
        cmocka_unit_test_teardown(files_are_compared_one_by_one, empty_tree),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_tree);
}
