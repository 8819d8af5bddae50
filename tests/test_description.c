/*
 * Descriptions of data sets. What must be refused is in a table: each row has to give STRATA_ERR_ARGUMENT and a sentence that begins with
 * the file and the line, and names what to do. What a description says of the form meets examples here that are made by hand.
 */
#include <stdlib.h>
#include <string.h>

#include "folder.h"

#include "description.h"

/* Not by file_write, which waits for the disk: there are many. */
static const char *put(const char *bytes, size_t size)
{
    const char *path = in_folder("mine.yaml");
    FILE *f = fopen(path, "wb");
    assert_true(f != NULL && fwrite(bytes, 1, size, f) == size && fclose(f) == 0);
    return path;
}

static const char *spell(const char *bytes)
{
    return put(bytes, strlen(bytes));
}

static data_description *read_text(const char *bytes)
{
    data_description *d;
    CHECK_OK(description_read(spell(bytes), &d));
    return d;
}

static void need_yaml(void)
{
    if (!STRATA_YAML) skip();
}

static void a_users_own(void **state)
{
    (void)state;
    need_yaml();
    data_request r;
    data_description *d = read_text("title: Flowers\ntrain: flowers.csv\ntest: /far/away.csv\nlabel: kind\none-hot: [colour, place]\n"
                                    "classes: [rose, tulip]\nreader: csv\nlabels: fine\n");
    description_request(d, "unused", &r);
    assert_string_equal(r.path, in_folder("flowers.csv"));
    assert_string_equal(r.test_path, "/far/away.csv");
    assert_string_equal(r.label, "kind");
    assert_int_equal(r.one_hots, 2);
    assert_string_equal(r.one_hot[1], "place");
    assert_false(r.coarse || r.unlabelled);
    assert_int_equal(d->classes.count, 2);
    assert_true(d->test_share == 0 && !d->file_order && d->name == NULL);
    description_free(d);
    d = read_text("train: [data]\ntest-share: 0.25\nlabels: coarse\nsplit: file-order\nimage: [2, 3, 1]\n");
    description_request(d, "unused", &r);
    assert_string_equal(r.path, in_folder("data"));
    assert_true(r.test_path == NULL && r.label == NULL && r.coarse && d->file_order && d->test_share == 0.25);
    assert_int_equal(d->image[1], 3);
    description_free(d);
    description_free(NULL);
}

#define DIGEST "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void a_public_one(void **state)
{
    (void)state;
    need_yaml();
    data_request r;
    data_description *d = read_text("name: my-set_2\naddresses: [https://a.org/x.tar.gz, https://b.org/x.tar.gz]\n"
                                    "archive: {name: x.tar.gz, folder: top, size: 99, sha256: " DIGEST "}\n"
                                    "files:\n  - {name: a.bin, size: 5, sha256: " DIGEST "}\n  - {name: b.txt}\n"
                                    "package: {name: libx-data, folder: /usr/share/x, files: [{name: b.txt, size: 7}]}\n"
                                    "examples: {train: 60, test: 0}\nlicence: MIT\ncitation: Me\nhomepage: https://a.org\n");
    description_request(d, "there", &r);
    assert_string_equal(r.path, "there");
    assert_int_equal(d->addresses.count, 2);
    assert_int_equal(d->archive.size, 99);
    assert_string_equal(d->archive_folder, "top");
    assert_string_equal(d->files.at[0].sha256, DIGEST);
    assert_true(d->files.count == 2 && d->files.at[1].size == 0 && d->files.at[1].sha256 == NULL);
    assert_string_equal(d->package_folder, "/usr/share/x");
    assert_true(d->package_files.count == 1 && d->train_examples == 60);
    description_free(d);
    description_free(read_text("name: a\naddresses: [http://127.0.0.1:99/]\nfiles: [{name: b, sha256: " DIGEST "}]\n"));
}

static void assert_refused(const char *bytes, const char *words)
{
    data_description *d;
    char place[PATH];
    const char *path = spell(bytes);
    if (description_read(path, &d) != STRATA_ERR_ARGUMENT) fail_msg("was taken: %s", bytes);
    assert_null(d);
    (void)snprintf(place, sizeof place, "%s:%s", path, words);
    if (strncmp(strata_error(), place, strlen(path)) != 0 || strstr(strata_error(), words) == NULL) {
        fail_msg("'%s' is not in '%s' of %s", words, strata_error(), bytes);
    }
}

#define SET "name: a\nfiles: [{name: b}]\n"

static void wrong_ones_are_refused_with_their_line(void **state)
{
    (void)state;
    need_yaml();
    static const char *const rows[][2] = {
        { "", " train is missing" },
        { "title: t\ntrian: x\n", "2: trian is not known here; did you mean train?" },
        { "train: x\nzzzzzzzz: 1\n", "2: zzzzzzzz is not known here; known are name, title" },
        { "train: x\nfiles: [{name: b}]\nname: a\n", "2: files are of a set that is fetched" },
        { "train: x\n\ntest: y\ntest-share: 0.5\n", "4: test has the test examples" },
        { "train: [x, y]\n", "1: train names 2 files" },
        { "train: []\n", "1: train takes a plain text" },
        { "train: {a: b}\n", "1: train takes a plain text" },
        { "train: \"\"\n", "1: train takes a plain text" },
        { "train: \"a\\eb\"\n", "1: train has a control character" },
        { "train: x\ntitle: \"a\\u0085b\"\n", "2: title has a control character" },
        { "train: x\ntest-share: 0\n", "2: test-share takes a number between 0 and 1" },
        { "train: x\ntest-share: 1\n", "2: test-share" },
        { "train: x\ntest-share: nan\n", "2: test-share" },
        { "train: x\ntest-share: [0.1]\n", "2: test-share" },
        { "train: x\nlabels: rough\n", "2: labels takes fine or coarse, not rough" },
        { "train: x\nsplit: [stratified]\n", "2: split takes stratified or file-order" },
        { "train: x\nclasses: a\n", "2: classes takes a list" },
        { "train: x\nclasses: []\n", "2: classes takes a list" },
        { "train: x\nclasses: [a]\n", "2: classes names one class" },
        { "train: x\nclasses:\n  - a\n  - b\n  - a\n", "5: classes has a twice" },
        { "train: x\nclasses: [a, [b]]\n", "2: classes takes a plain text" },
        { "train: x\nimage: [2, 3]\n", "2: image takes a list: [height, width, channels]" },
        { "train: x\nimage: 2\n", "2: image takes a list" },
        { "train: x\nimage: [2, 3, 2]\n", "2: image has 2 channels" },
        { "train: x\nimage: [0, 3, 1]\n", "2: image takes a whole number from 1 to 1000000, not 0" },
        { "train: x\nimage: [1000000, 1000000, 3]\n", "2: image has 3000000000000 features" },
        { "train: x\nimage: [1001, 1000, 1]\n", "2: image has 1001000 features" },
        { "train: x\nexamples: 5\n", "2: examples takes a mapping" },
        { "train: x\nexamples: {train: 0}\n", "2: train takes a whole number" },
        { "train: x\nexamples: {trian: 1}\n", "2: trian is not known here; did you mean train?" },
    };
    for (size_t q = 0; q < sizeof rows / sizeof *rows; q++) assert_refused(rows[q][0], rows[q][1]);
}

static void wrong_sets_are_refused_with_their_line(void **state)
{
    (void)state;
    need_yaml();
    static const char *const rows[][2] = {
        { "train: x\nname: A\n", "2: name takes at most 64 lower-case letters" },
        { "train: x\nname: ../a\n", "2: name takes" },
        { "train: x\nname: -a\n", "2: name takes" },
        { "train: x\naddresses: [https://a/]\n", "2: addresses goes with files" },
        { "train: x\narchive: {name: a}\n", "2: archive goes with files" },
        { "train: x\npackage: {name: a, folder: /b}\n", "2: package goes with files" },
        { "files: [{name: b}]\n", "1: a set of files needs a name" },
        { SET "test: t\n", "3: test goes with train" },
        { "name: a\nfiles: [b]\n", "2: a file takes a mapping" },
        { "name: a\nfiles: {name: b}\n", "2: files takes a list" },
        { "name: a\nfiles: [{size: 3}]\n", "2: a file has no name" },
        { "name: a\nfiles:\n  - {name: b}\n  - {name: ../b}\n", "4: name = ../b is no name of a file" },
        { "name: a\nfiles: [{name: .b}]\n", "2: name = .b is no name" },
        { "name: a\nfiles: [{name: b}, {name: b}]\n", "2: files has b twice" },
        { "name: a\nfiles: [{name: b, size: 0}]\n", "2: size takes a whole number" },
        { "name: a\nfiles: [{name: b, size: 9999999999999999999}]\n", "2: size takes a whole number" },
        { "name: a\nfiles: [{name: b, sha256: 12}]\n", "2: sha256 takes 64 digits" },
        { "name: a\nfiles: [{name: b, sha256: " DIGEST "0}]\n", "2: sha256 takes 64 digits" },
        { "name: a\nfiles: [{name: b, sha265: 12}]\n", "2: sha265 is not known here; did you mean sha256?" },
        { SET "addresses: [ftp://a/]\n", "3: addresses begin with https://" },
        { SET "addresses: [\"https://a b/\"]\n", "3: addresses begin with https:// and have no blanks" },
        { SET "addresses: [https://a/b]\n", "3: https://a/b does not end with '/'" },
        { SET "addresses: [http://a/]\n", "3: an address of http:// needs the sha256" },
        { SET "addresses: [http://a/b]\narchive: {name: b}\n", "3: an address of http:// needs" },
        { SET "addresses: [https://a/b/]\narchive: {name: b}\n", "3: https://a/b/ is a folder" },
        { SET "archive: {folder: b}\n", "3: archive has no name" },
        { SET "archive: {name: b, folder: b/c}\n", "3: folder = b/c is no name" },
        { SET "package: {name: b}\n", "3: package needs name, of the package, and folder" },
        { SET "package: {name: \"b; rm\", folder: /c}\n", "3: b; rm is no name of a package" },
        { SET "package: {name: b, folder: c}\n", "3: folder takes a path from '/' on, not c" },
        { SET "package: {name: b, folder: /c, files: [{name: d}]}\n", "3: the package has d, which is not among the files" },
        { "- train\n", "1: " },
        { "train: &a x\n", "1: " },
        { "train: x\ntrain: y\n", "2: train" },
    };
    for (size_t q = 0; q < sizeof rows / sizeof *rows; q++) assert_refused(rows[q][0], rows[q][1]);
}

/* ---- its use ------------------------------------------------------------------------------------------------------------------------- */

static examples two_classes(bool names)
{
    examples t = { .form = { .element = STRATA_FLOATS, .features = 12, .classes = 2 } };
    CHECK_OK(examples_take(&t, 3, 1, true));
    if (!names) return t;
    t.class_name = calloc(2, sizeof *t.class_name);
    assert_non_null(t.class_name);
    for (int c = 0; c < 2; c++) {
        t.class_name[c] = malloc(2);
        assert_non_null(t.class_name[c]);
        memcpy(t.class_name[c], c == 0 ? "p" : "q", 2);
    }
    return t;
}

static void apply_refused(const char *bytes, bool names, const char *words)
{
    data_request r;
    data_description *d = read_text(bytes);
    examples t = two_classes(names);
    description_request(d, "", &r);
    assert_failed(description_apply(d, &r, &t), STRATA_ERR_ARGUMENT, words);
    assert_true(strstr(strata_error(), "mine.yaml:2: ") != NULL);
    assert_true(t.form.classes == 2 && t.form.height == 0 && (t.class_name != NULL) == names);
    if (names) assert_string_equal(t.class_name[1], "q");
    examples_free(&t);
    description_free(d);
}

static void it_overrules_names_and_shape(void **state)
{
    (void)state;
    need_yaml();
    data_request r;
    data_description *d = read_text("train: x\nclasses: [one, two, three]\nimage: [2, 2, 3]\ncoarse-classes: [up, down]\n");
    examples t = two_classes(false);
    description_request(d, "", &r);
    CHECK_OK(description_apply(d, &r, &t)); /* labels 0 and 1; a third class has no example */
    assert_true(t.form.classes == 3 && t.form.height == 2 && t.form.width == 2 && t.form.channels == 3);
    assert_string_equal(t.class_name[2], "three");
    examples_free(&t);
    t = two_classes(true);
    r.coarse = true;
    CHECK_OK(description_apply(d, &r, &t));
    assert_int_equal(t.form.classes, 2);
    assert_string_equal(t.class_name[0], "up");
    examples_free(&t);
    description_free(d);
    apply_refused("train: x\nclasses: [a, b, c]\n", true, "classes has 3 names, where the data have 2 classes");
    apply_refused("train: x\nimage: [3, 3, 1]\n", false, "image is 3 x 3 with 1 channels, 9 features, where the data have 12");
    apply_refused("train: x\ncoarse-classes: [a, b, c]\nlabels: coarse\n", true, "coarse-classes has 3 names");
}

static void without_labels_there_are_no_names(void **state)
{
    (void)state;
    need_yaml();
    data_request r;
    data_description *d = read_text("train: x\nclasses: [a, b, c]\n");
    examples t = { .form = { .element = STRATA_BYTES, .features = 4 } };
    CHECK_OK(examples_take(&t, 3, 0, false));
    description_request(d, "", &r);
    CHECK_OK(description_apply(d, &r, &t));
    assert_true(t.class_name == NULL && t.form.classes == 0);
    examples_free(&t);
    description_free(d);
}

static void readers_are_found_by_name(void **state)
{
    (void)state;
    need_yaml();
    data_request r;
    const data_reader *reader;
    data_description *d = read_text("train: x\nreader: excel\n");
    description_request(d, "", &r);
    assert_failed(description_reader(d, &r, &reader), STRATA_ERR_ARGUMENT, "mine.yaml:2: reader excel is not known");
    description_free(d);
    d = read_text("train: not-there\n");
    description_request(d, "", &r);
    assert_failed(description_reader(d, &r, &reader), STRATA_ERR_DATA, "not-there: nothing there is known by its content");
    description_free(d);
}

/* A description that ends anywhere, or has a bit that is another, is taken or refused, and never half taken. */
static void damage_is_refused_or_harmless(void **state)
{
    (void)state;
    need_yaml();
    static const char whole[] = "name: a\naddresses: [https://a/]\nfiles:\n  - {name: b, size: 5, sha256: " DIGEST "}\n"
                                "classes: [x, y]\nimage: [2, 3, 1]\nexamples: {train: 5}\n";
    char bytes[sizeof whole];
    int taken = 0;
    for (size_t n = 0; n < 3 * (sizeof whole - 1); n++) {
        data_description *d;
        size_t at = n / 3, size = n % 3 == 0 ? at : sizeof whole - 1;
        memcpy(bytes, whole, sizeof whole);
        if (n % 3 > 0) bytes[at] = (char)(bytes[at] ^ (n % 3 == 1 ? 1 : 0x20));
        strata_status status = description_read(put(bytes, size), &d);
        assert_true((status == STRATA_OK) == (d != NULL));
        if (status == STRATA_OK) taken++;
        else assert_true(status == STRATA_ERR_ARGUMENT && strata_error()[0] != '\0');
        description_free(d);
    }
    assert_true(taken > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_users_own, empty_folder),
        cmocka_unit_test_teardown(a_public_one, empty_folder),
        cmocka_unit_test_teardown(wrong_ones_are_refused_with_their_line, empty_folder),
        cmocka_unit_test_teardown(wrong_sets_are_refused_with_their_line, empty_folder),
        cmocka_unit_test_teardown(it_overrules_names_and_shape, empty_folder),
        cmocka_unit_test_teardown(without_labels_there_are_no_names, empty_folder),
        cmocka_unit_test_teardown(readers_are_found_by_name, empty_folder),
        cmocka_unit_test_teardown(damage_is_refused_or_harmless, empty_folder),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
