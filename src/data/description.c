/*
 * Reading descriptions: a table of keys, each with the function that takes its value, and at the end what the keys must agree on. Texts
 * stay in the tree of the YAML file; arrays of pointers and the joined paths are the description's own.
 */
#include "description.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "text.h"

enum { NAME_LONGEST = 64, ADDRESS_LONGEST = 2000, OWN_PATH = 0, OWN_TRAIN = 1, OWN_TEST = 2 };

/* "path:line: " and the sentence; without a node, "path: ". */
__attribute__((format(printf, 3, 4)))
static strata_status blame(const data_description *d, const yaml_node *node, const char *format, ...)
{
    char sentence[STATUS_SENTENCE];
    va_list values;
    va_start(values, format);
    (void)vsnprintf(sentence, sizeof sentence, format, values);
    va_end(values);
    (void)status_fail(STRATA_ERR_ARGUMENT, "%s", sentence);
    return node != NULL ? yaml_blame(d->path, node) : status_fail_at(STRATA_ERR_ARGUMENT, d->path);
}

/* ---- values of one node -------------------------------------------------------------------------------------------------------------- */

static bool is_visible(const char *word)
{
    while (*word != '\0') {
        const char *at = word;
        if (text_take_visible(&word) != *at) return false;
    }
    return true;
}

/* A text that may be printed as it is. `what` names it where a list has it, which has no key of its own. */
static strata_status take_text(const data_description *d, const yaml_node *node, const char *what, const char **out)
{
    if (node->kind != YAML_WORD || node->word[0] == '\0') return blame(d, node, "%s takes a plain text", what);
    if (!is_visible(node->word)) return blame(d, node, "%s has a control character in it", what);
    *out = node->word;
    return STRATA_OK;
}

static strata_status take_whole(const data_description *d, const yaml_node *node, const char *what, int64_t least, int64_t most,
                                int64_t *out)
{
    if (node->kind == YAML_WORD && text_to_int64(node->word, out) && *out >= least && *out <= most) return STRATA_OK;
    return blame(d, node, "%s takes a whole number from %lld to %lld, not %s", what, (long long)least, (long long)most,
                 text_shown(node->word));
}

/* One of two words. */
static strata_status take_choice(const data_description *d, const yaml_node *node, const char *no, const char *yes, bool *out)
{
    *out = strcmp(node->word, yes) == 0;
    if (node->kind == YAML_WORD && (*out || strcmp(node->word, no) == 0)) return STRATA_OK;
    return blame(d, node, "%s takes %s or %s, not %s", node->key, no, yes, text_shown(node->word));
}

/* Is every character one of these, and the first one not '-', which commands take for an option? */
static bool is_made_of(const char *word, const char *characters)
{
    return word[0] != '-' && word[strspn(word, characters)] == '\0';
}

#define LETTERS "abcdefghijklmnopqrstuvwxyz0123456789-"

/* A name without folders: nothing that is written under it can lie elsewhere. */
static strata_status take_file_name(const data_description *d, const yaml_node *node, const char **out)
{
    TRY(take_text(d, node, node->key, out));
    if (strchr(*out, '/') == NULL && (*out)[0] != '.' && strlen(*out) < EXAMPLES_FILE_NAME) return STRATA_OK;
    return blame(d, node, "%s = %s is no name of a file: it has no '/', does not begin with '.', and has fewer than %d characters",
                 node->key, text_shown(*out), EXAMPLES_FILE_NAME);
}

static size_t count_items(const yaml_node *container)
{
    size_t count = 0;
    for (const yaml_node *item = container->first; item != NULL; item = item->next) count++;
    return count;
}

/* A list of texts, of which none stands there twice. */
static strata_status take_words(const data_description *d, const yaml_node *list, description_words *out)
{
    void *at;
    if (list->kind != YAML_LIST || list->first == NULL) return blame(d, list, "%s takes a list of texts: [A, B]", list->key);
    TRY(alloc_zero(&at, count_items(list), sizeof(char *), "a description of data"));
    out->at = at;
    for (const yaml_node *item = list->first; item != NULL; item = item->next) {
        TRY(take_text(d, item, list->key, &out->at[out->count]));
        for (size_t q = 0; q < out->count; q++) {
            if (strcmp(out->at[q], item->word) == 0) return blame(d, item, "%s has %s twice", list->key, text_shown(item->word));
        }
        out->count++;
    }
    return STRATA_OK;
}

/* Refuses a key that is not in the list, and names the nearest. */
static strata_status check_key(const data_description *d, const yaml_node *node, const char *const *known, size_t count, size_t *index)
{
    for (*index = 0; *index < count; (*index)++) {
        if (strcmp(known[*index], node->key) == 0) return STRATA_OK;
    }
    const char *near = text_nearest(node->key, known, count);
    return blame(d, node, "%s is not known here; %s%s%s", text_shown(node->key), near != NULL ? "did you mean " : "",
                 near != NULL ? near : text_known(known, count), near != NULL ? "?" : "");
}

static strata_status check_keys(const data_description *d, const yaml_node *map, const char *what, const char *const *known, size_t count)
{
    size_t index;
    if (map->kind != YAML_MAP) return blame(d, map, "%s takes a mapping, such as {%s: ..., %s: ...}", what, known[0], known[1]);
    for (const yaml_node *node = map->first; node != NULL; node = node->next) TRY(check_key(d, node, known, count, &index));
    return STRATA_OK;
}

/* ---- files --------------------------------------------------------------------------------------------------------------------------- */

static strata_status take_size_and_digest(const data_description *d, const yaml_node *map, description_file *out)
{
    const yaml_node *size = yaml_get(map, "size"), *digest = yaml_get(map, "sha256");
    if (size != NULL) TRY(take_whole(d, size, "size", 1, INT64_MAX / 2, &out->size));
    if (digest == NULL) return STRATA_OK;
    TRY(take_text(d, digest, "sha256", &out->sha256));
    if (strlen(out->sha256) == DIGEST_TEXT - 1 && text_is_hex(out->sha256)) return STRATA_OK;
    return blame(d, digest, "sha256 takes 64 digits 0-9 and a-f, as sha256sum prints them; leave the line out where it is not known");
}

/* {name: N, size: S, sha256: D} */
static strata_status take_file(const data_description *d, const yaml_node *map, description_file *out)
{
    static const char *const known[] = { "name", "size", "sha256" };
    TRY(check_keys(d, map, "a file", known, 3));
    const yaml_node *name = yaml_get(map, "name");
    if (name == NULL) return blame(d, map, "a file has no name: {name: ..., size: ..., sha256: ...}");
    TRY(take_file_name(d, name, &out->name));
    return take_size_and_digest(d, map, out);
}

static const description_file *file_named(const description_files *files, const char *name)
{
    for (size_t f = 0; f < files->count; f++) {
        if (strcmp(files->at[f].name, name) == 0) return &files->at[f];
    }
    return NULL;
}

static strata_status take_file_list(const data_description *d, const yaml_node *list, description_files *out)
{
    void *at;
    if (list->kind != YAML_LIST || list->first == NULL) return blame(d, list, "files takes a list of {name: ..., size: ..., sha256: ...}");
    TRY(alloc_zero(&at, count_items(list), sizeof(description_file), "a description of data"));
    out->at = at;
    for (const yaml_node *item = list->first; item != NULL; item = item->next) {
        description_file file = { 0 };
        TRY(take_file(d, item, &file));
        if (file_named(out, file.name) != NULL) return blame(d, item, "files has %s twice", text_shown(file.name));
        out->at[out->count++] = file;
    }
    return STRATA_OK;
}

/* ---- keys ---------------------------------------------------------------------------------------------------------------------------- */

static strata_status key_name(data_description *d, const yaml_node *node)
{
    TRY(take_text(d, node, node->key, &d->name));
    if (is_made_of(d->name, LETTERS "_") && strlen(d->name) <= NAME_LONGEST) return STRATA_OK;
    return blame(d, node, "name takes at most %d lower-case letters, digits, '-' and '_', and does not begin with '-'; not %s",
                 NAME_LONGEST, text_shown(d->name));
}

static strata_status key_title(data_description *d, const yaml_node *node) { return take_text(d, node, node->key, &d->title); }
static strata_status key_homepage(data_description *d, const yaml_node *node) { return take_text(d, node, node->key, &d->homepage); }
static strata_status key_licence(data_description *d, const yaml_node *node) { return take_text(d, node, node->key, &d->licence); }
static strata_status key_citation(data_description *d, const yaml_node *node) { return take_text(d, node, node->key, &d->citation); }
static strata_status key_reader(data_description *d, const yaml_node *node) { return take_text(d, node, node->key, &d->reader); }
static strata_status key_label(data_description *d, const yaml_node *node) { return take_text(d, node, node->key, &d->label); }
static strata_status key_one_hot(data_description *d, const yaml_node *node) { return take_words(d, node, &d->one_hot); }
static strata_status key_labels(data_description *d, const yaml_node *node) { return take_choice(d, node, "fine", "coarse", &d->coarse); }

static strata_status key_split(data_description *d, const yaml_node *node)
{
    return take_choice(d, node, "stratified", "file-order", &d->file_order);
}

static strata_status take_classes(const data_description *d, const yaml_node *node, description_words *out)
{
    TRY(take_words(d, node, out));
    return out->count >= 2 ? STRATA_OK : blame(d, node, "%s names one class, where two are the least", node->key);
}

static strata_status key_classes(data_description *d, const yaml_node *node) { return take_classes(d, node, &d->classes); }
static strata_status key_coarse_classes(data_description *d, const yaml_node *node) { return take_classes(d, node, &d->coarse_classes); }

static strata_status key_image(data_description *d, const yaml_node *list)
{
    const yaml_node *item = list->first;
    int64_t side = 0, product = 1;
    if (list->kind != YAML_LIST || count_items(list) != 3) return blame(d, list, "image takes a list: [height, width, channels]");
    for (int s = 0; s < 3; s++, item = item->next) {
        TRY(take_whole(d, item, "image", 1, STRATA_FEATURES_MAX, &side));
        product *= side; /* of three factors up to 10^6 */
        d->image[s] = (int)side;
    }
    if (side != 1 && side != 3) return blame(d, list, "image has %d channels, where 1 (grey) or 3 (red, green, blue) are due", d->image[2]);
    if (product <= STRATA_FEATURES_MAX) return STRATA_OK;
    return blame(d, list, "image has %lld features, where %d are the most", (long long)product, STRATA_FEATURES_MAX);
}

static strata_status key_examples(data_description *d, const yaml_node *map)
{
    static const char *const known[] = { "train", "test" };
    int64_t count;
    enum { MOST = 2000000000 }; /* numbers of examples are int */
    TRY(check_keys(d, map, map->key, known, 2));
    const yaml_node *train = yaml_get(map, "train"), *test = yaml_get(map, "test");
    if (train != NULL) {
        TRY(take_whole(d, train, "train", 1, MOST, &count));
        d->train_examples = (long)count;
    }
    if (test == NULL) return STRATA_OK;
    TRY(take_whole(d, test, "test", 0, MOST, &count));
    d->test_examples = (long)count;
    return STRATA_OK;
}

static strata_status key_test_share(data_description *d, const yaml_node *node)
{
    if (node->kind == YAML_WORD && text_to_double(node->word, &d->test_share) && d->test_share > 0 && d->test_share < 1) return STRATA_OK;
    return blame(d, node, "test-share takes a number between 0 and 1, such as 0.2, not %s", text_shown(node->word));
}

/* A path as it is opened: a relative one counts from the folder of the description. A list may hold one: a data set of several files is one
 * folder. */
static strata_status take_path(data_description *d, const yaml_node *node, char **own, const char **out)
{
    const char *word = "";
    text path = { 0 };
    if (node->kind == YAML_LIST && count_items(node) > 1) {
        return blame(d, node, "%s names %zu files, where one is taken; put them into one folder, and name the folder", node->key,
                     count_items(node));
    }
    TRY(take_text(d, node->kind == YAML_LIST && node->first != NULL ? node->first : node, node->key, &word));
    const char *slash = word[0] == '/' ? NULL : strrchr(d->path, '/');
    text_add(&path, "%.*s%s", slash != NULL ? (int)(slash + 1 - d->path) : 0, d->path, word);
    if (path.failed) return status_fail(STRATA_ERR_MEMORY, "no memory to read %s", d->path);
    *out = *own = path.at;
    return STRATA_OK;
}

static strata_status key_train(data_description *d, const yaml_node *node) { return take_path(d, node, &d->own[OWN_TRAIN], &d->train); }
static strata_status key_test(data_description *d, const yaml_node *node) { return take_path(d, node, &d->own[OWN_TEST], &d->test); }

static strata_status key_addresses(data_description *d, const yaml_node *list)
{
    TRY(take_words(d, list, &d->addresses));
    for (const yaml_node *item = list->first; item != NULL; item = item->next) {
        const char *a = item->word;
        bool web = strncmp(a, "https://", 8) == 0 || strncmp(a, "http://", 7) == 0, plain = strlen(a) <= ADDRESS_LONGEST;
        for (const char *c = a; *c != '\0'; c++) plain = plain && *c > ' ' && *c < 0x7f;
        if (!web || !plain) return blame(d, item, "addresses begin with https:// and have no blanks; not %s", text_shown(a));
    }
    return STRATA_OK;
}

static strata_status key_archive(data_description *d, const yaml_node *map)
{
    static const char *const known[] = { "name", "folder", "size", "sha256" };
    TRY(check_keys(d, map, map->key, known, 4));
    const yaml_node *name = yaml_get(map, "name"), *folder = yaml_get(map, "folder");
    if (name == NULL) return blame(d, map, "archive has no name: {name: ..., folder: ..., size: ..., sha256: ...}");
    TRY(take_file_name(d, name, &d->archive.name));
    if (folder != NULL) TRY(take_file_name(d, folder, &d->archive_folder));
    return take_size_and_digest(d, map, &d->archive);
}

static strata_status key_files(data_description *d, const yaml_node *node) { return take_file_list(d, node, &d->files); }

static strata_status key_package(data_description *d, const yaml_node *map)
{
    static const char *const known[] = { "name", "folder", "files" };
    TRY(check_keys(d, map, map->key, known, 3));
    const yaml_node *name = yaml_get(map, "name"), *folder = yaml_get(map, "folder"), *files = yaml_get(map, "files");
    if (name == NULL || folder == NULL) return blame(d, map, "package needs name, of the package, and folder, where its files lie");
    TRY(take_text(d, name, "name", &d->package));
    if (!is_made_of(d->package, LETTERS "+.")) return blame(d, name, "%s is no name of a package", text_shown(d->package));
    TRY(take_text(d, folder, "folder", &d->package_folder));
    if (d->package_folder[0] != '/') return blame(d, folder, "folder takes a path from '/' on, not %s", text_shown(d->package_folder));
    return files != NULL ? take_file_list(d, files, &d->package_files) : STRATA_OK;
}

/* ---- a file -------------------------------------------------------------------------------------------------------------------------- */

typedef strata_status key_taker(data_description *d, const yaml_node *node);

#define KEYS(X)                                                                                                                     \
    X("name", key_name) X("title", key_title) X("homepage", key_homepage) X("licence", key_licence) X("citation", key_citation)      \
    X("reader", key_reader) X("train", key_train) X("test", key_test) X("test-share", key_test_share) X("split", key_split)          \
    X("label", key_label) X("one-hot", key_one_hot) X("labels", key_labels) X("classes", key_classes)                                \
    X("coarse-classes", key_coarse_classes) X("image", key_image) X("examples", key_examples) X("addresses", key_addresses)          \
    X("archive", key_archive) X("files", key_files) X("package", key_package)
#define KEY_WORD(word, taker) word,
#define KEY_TAKER(word, taker) taker,

static strata_status take_keys(data_description *d)
{
    static const char *const words[] = { KEYS(KEY_WORD) };
    static key_taker *const takers[] = { KEYS(KEY_TAKER) };
    size_t index;
    for (const yaml_node *node = d->root->first; node != NULL; node = node->next) {
        TRY(check_key(d, node, words, sizeof words / sizeof *words, &index));
        TRY(takers[index](d, node));
    }
    return STRATA_OK;
}

/* The archive's address is the archive; an address of files is their folder. Where nobody can look at what comes, a digest has to. */
static strata_status check_addresses(const data_description *d)
{
    const yaml_node *list = yaml_get(d->root, "addresses"), *item = list != NULL ? list->first : NULL;
    bool sure = d->archive.name == NULL || d->archive.sha256 != NULL;
    for (size_t f = 0; d->archive.name == NULL && f < d->files.count; f++) sure = sure && d->files.at[f].sha256 != NULL;
    for (; item != NULL; item = item->next) {
        bool folder = item->word[strlen(item->word) - 1] == '/';
        if (folder && d->archive.name != NULL) return blame(d, item, "%s is a folder, where the address of the archive is due", item->word);
        if (!folder && d->archive.name == NULL) {
            return blame(d, item, "%s does not end with '/': it is the folder of the files, or archive: is missing", item->word);
        }
        if (!sure && strncmp(item->word, "http://", 7) == 0) {
            return blame(d, item, "an address of http:// needs the sha256 of all that comes from there; take one of https://");
        }
    }
    return STRATA_OK;
}

static strata_status refuse_without(const data_description *d, const char *key, const char *missing)
{
    const yaml_node *node = yaml_get(d->root, key);
    return node == NULL ? STRATA_OK : blame(d, node, "%s goes with %s, which is missing", key, missing);
}

/* The files are where `train` says, or are `files` of a set that has its place by its name. */
static strata_status check_together(const data_description *d)
{
    const yaml_node *files = yaml_get(d->root, "files"), *share = yaml_get(d->root, "test-share");
    if (d->train == NULL && files == NULL) return blame(d, NULL, "train is missing: the file or folder that has the examples");
    if (d->train != NULL && files != NULL) return blame(d, files, "files are of a set that is fetched, which has no train");
    if (d->test != NULL && share != NULL) return blame(d, share, "test has the test examples, so none can be shared out");
    if (files == NULL) {
        TRY(refuse_without(d, "addresses", "files"));
        TRY(refuse_without(d, "archive", "files"));
        return refuse_without(d, "package", "files");
    }
    TRY(refuse_without(d, "test", "train"));
    if (d->name == NULL) return blame(d, files, "a set of files needs a name: it is the name of their folder, too");
    for (size_t f = 0; f < d->package_files.count; f++) {
        const char *name = d->package_files.at[f].name;
        if (file_named(&d->files, name) == NULL) {
            return blame(d, yaml_get(d->root, "package"), "the package has %s, which is not among the files", text_shown(name));
        }
    }
    return check_addresses(d);
}

static strata_status read_all(data_description *d, const char *path)
{
    text own = { 0 };
    text_add(&own, "%s", path);
    if (own.failed) return status_fail(STRATA_ERR_MEMORY, "no memory to read %s", path);
    d->path = d->own[OWN_PATH] = own.at;
    TRY(yaml_read(path, &d->root));
    TRY(take_keys(d));
    return check_together(d);
}

strata_status description_read(const char *path, data_description **out)
{
    void *d;
    REQUIRE(path != NULL && out != NULL);
    *out = NULL;
    TRY(alloc_zero(&d, 1, sizeof(data_description), "a description of data"));
    strata_status status = read_all(d, path);
    if (status == STRATA_OK) *out = d;
    else description_free(d);
    return status;
}

void description_free(data_description *d)
{
    if (d == NULL) return;
    free(d->one_hot.at);
    free(d->classes.at);
    free(d->coarse_classes.at);
    free(d->addresses.at);
    free(d->files.at);
    free(d->package_files.at);
    for (size_t q = 0; q < sizeof d->own / sizeof *d->own; q++) free(d->own[q]);
    yaml_file_free(d->root);
    free(d);
}
