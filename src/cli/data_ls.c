/* strata data ls: the sets of the catalogue, for people and as JSON. */
#include <string.h>

#include "catalogue.h"
#include "cli.h"
#include "data_verbs.h"

/* Where a set lies. */
typedef struct {
    const data_description *set;
    catalogue_place place;
    text folder;
    const char *missing;
} located;

static strata_status locate(const data_description *set, const char *home, located *out)
{
    *out = (located){ .set = set };
    strata_status status = catalogue_place_of(set, home, &out->place, &out->folder, &out->missing);
    if (status != STRATA_OK) text_free(&out->folder);
    return status;
}

/* ---- for people ---------------------------------------------------------------------------------------------------------------------- */

/* 50000 as 50,000. */
static void print_count(long count)
{
    if (count >= 1000) {
        print_count(count / 1000);
        printf(",%03ld", count % 1000);
    } else {
        printf("%ld", count);
    }
}

static void print_form(const data_description *set)
{
    print_count(set->train_examples);
    printf(" + ");
    print_count(set->test_examples);
    if (set->image[0] > 0) printf(" %s images of %d x %d", set->image[2] == 3 ? "colour" : "grey", set->image[0], set->image[1]);
    else printf(" examples");
    if (set->classes.count > 0) printf(", %zu classes", set->classes.count);
}

static strata_status print_set(const located *l)
{
    const data_description *set = l->set;
    text how = { 0 };
    catalogue_add_how(set, &how);
    if (how.failed) return status_fail(STRATA_ERR_MEMORY, "no memory for the list of data sets");
    printf("%s: %s\n    ", set->name, set->title != NULL ? set->title : "");
    print_form(set);
    printf("; licence: %s\n", set->licence != NULL ? set->licence : "not known");
    if (l->place == CATALOGUE_AT_HOME) printf("    here: %s\n", l->folder.at);
    else if (l->place == CATALOGUE_IN_PACKAGE) printf("    here: %s (package %s)\n", l->folder.at, set->package);
    else if (l->missing != NULL) printf("    not whole: %s is missing in %s; %s\n", l->missing, l->folder.at, how.at);
    else printf("    not here yet: %s\n", how.at);
    text_free(&how);
    return STRATA_OK;
}

static strata_status print_sets(const catalogue *c, const char *home)
{
    for (size_t s = 0; s < c->count; s++) {
        located l;
        TRY(locate(c->at[s], home, &l));
        strata_status status = print_set(&l);
        text_free(&l.folder);
        TRY(status);
    }
    return STRATA_OK;
}

/* ---- JSON ---------------------------------------------------------------------------------------------------------------------------- */

static void put_if(json_value *object, const char *key, const char *value)
{
    if (value != NULL) json_put_text(object, key, value);
}

static json_value *set_json(const located *l)
{
    static const char *const places[] = { [CATALOGUE_AT_HOME] = "home", [CATALOGUE_IN_PACKAGE] = "package", [CATALOGUE_NOWHERE] = "none" };
    const data_description *set = l->set;
    json_value *object = json_new_object(), *classes = json_new_list();
    for (size_t c = 0; c < set->classes.count; c++) json_append_text(classes, set->classes.at[c]);
    json_put_text(object, "name", set->name);
    put_if(object, "title", set->title);
    put_if(object, "reader", set->reader);
    put_if(object, "licence", set->licence);
    put_if(object, "citation", set->citation);
    put_if(object, "homepage", set->homepage);
    json_put_int(object, "train", set->train_examples);
    json_put_int(object, "test", set->test_examples);
    json_put_int(object, "height", set->image[0]);
    json_put_int(object, "width", set->image[1]);
    json_put_int(object, "channels", set->image[2]);
    json_put(object, "classes", classes);
    json_put_text(object, "place", places[l->place]);
    if (l->place != CATALOGUE_NOWHERE) json_put_text(object, "path", l->folder.at);
    put_if(object, "package", set->package);
    return object;
}

static strata_status print_json(const catalogue *c, const char *home)
{
    json_value *root = json_new_object(), *list = json_new_list();
    strata_status status = STRATA_OK;
    put_if(root, "home", home);
    for (size_t s = 0; s < c->count && status == STRATA_OK; s++) {
        located l;
        status = locate(c->at[s], home, &l);
        if (status != STRATA_OK) break;
        json_append(list, set_json(&l));
        text_free(&l.folder);
    }
    json_put(root, "sets", list);
    if (status == STRATA_OK) return json_print(root);
    json_free(root);
    return status;
}

strata_status data_ls(bool json)
{
    catalogue c;
    text own = { 0 };
    const char *home;
    TRY(catalogue_read(install_path("datasets"), &c));
    strata_status status = data_home(&own, &home);
    if (status == STRATA_OK) status = json ? print_json(&c, home) : print_sets(&c, home);
    text_free(&own);
    catalogue_free(&c);
    return status;
}
