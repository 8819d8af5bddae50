/* See before.h. The store is looked at where there is one, and closed again. */
#include "before.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "file.h"
#include "overrides.h"
#include "published.h"
#include "store.h"
#include "text.h"

typedef struct {
    const lab_request *wanted;
    experiment *const *list;
    size_t count;
    store *s; /* NULL: there is none yet */
} look;

static strata_status no_memory(void)
{
    return status_fail(STRATA_ERR_MEMORY, "no memory to look at a call");
}

/* Says these words, which it frees. */
static strata_status say(const look *l, text *words)
{
    bool failed = words->failed;
    if (!failed && words->length > 0 && l->wanted->watch.say != NULL) l->wanted->watch.say(l->wanted->watch.self, words->at);
    text_free(words);
    return failed ? no_memory() : STRATA_OK;
}

/* ---- against ------------------------------------------------------------------------------------------------------------------------- */

/* Names that `against` may be. */
typedef struct {
    char **at;
    size_t count;
} names;

static strata_status add_name(names *n, const char *name, size_t length)
{
    char **more = realloc(n->at, (n->count + 1) * sizeof *more);
    if (more == NULL) return no_memory();
    n->at = more;
    char *own = strndup(name, length);
    if (own == NULL) return no_memory();
    n->at[n->count++] = own;
    return STRATA_OK;
}

static bool has_name(const names *n, const char *name)
{
    size_t q = 0;
    while (q < n->count && strcmp(n->at[q], name) != 0) q++;
    return q < n->count;
}

static void free_names(names *n)
{
    while (n->count > 0) free(n->at[--n->count]);
    free(n->at);
}

static void add_folder(text *path, const experiment *e)
{
    const char *slash = strrchr(e->path, '/');
    text_add(path, "%.*s", slash != NULL ? (int)(slash + 1 - e->path) : 0, e->path);
}

/* NAME of every NAME.yaml beside this file. */
static strata_status add_files(names *n, const experiment *e)
{
    text path = { 0 };
    add_folder(&path, e);
    text_add(&path, ".");
    DIR *folder = path.failed ? NULL : opendir(path.at);
    strata_status status = path.failed ? no_memory() : STRATA_OK;
    for (const struct dirent *file; folder != NULL && status == STRATA_OK && (file = readdir(folder)) != NULL;) {
        size_t length = strlen(file->d_name), end = strlen(".yaml");
        if (length > end && strcmp(file->d_name + length - end, ".yaml") == 0) status = add_name(n, file->d_name, length - end);
    }
    if (folder != NULL) (void)closedir(folder);
    text_free(&path);
    return status;
}

static strata_status add_stored(void *self, const store_experiment *e)
{
    return add_name(self, e->id, strlen(e->id));
}

static strata_status take_any(void *self, const store_answer *row)
{
    if (row->cell != NULL) *(bool *)self = row->cell[0].integer > 0;
    return STRATA_OK;
}

static strata_status look_for_runs(const look *l, const char *id, bool *any)
{
    static const char sql[] = "SELECT count(*) FROM experiment_run WHERE experiment = :experiment";
    const store_parameter which = { "experiment", { .type = STORE_TEXT, .text = id } };
    *any = false;
    const store_question question = { .place = "the runs of an experiment", .sql = sql, .parameter = &which, .parameters = 1 };
    return l->s == NULL ? STRATA_OK : store_query(l->s, &question, take_any, any);
}

/* It is known, and not of this call: are there results to compare with? */
static strata_status say_what_is_missing(const look *l, const experiment *e, bool file)
{
    bool any;
    text words = { 0 };
    TRY(look_for_runs(l, e->against, &any));
    if (any) return STRATA_OK;
    text_add(&words, "%s is compared with %s, which has no runs in %s", e->id, e->against, l->wanted->out);
    if (file) {
        text_add(&words, ": strata lab ");
        add_folder(&words, e);
        text_add(&words, "%s.yaml trains them", e->against);
    }
    return say(l, &words);
}

static strata_status check_against(const look *l, const experiment *e)
{
    names files = { 0 }, known = { 0 };
    bool in_call = false;
    if (e->against[0] == '\0') return STRATA_OK;
    if (strcmp(e->against, e->id) == 0) return plan_blame(e, e->against_node, "against: %s is this experiment itself", e->id);
    strata_status status = add_files(&files, e);
    for (size_t q = 0; q < files.count && status == STRATA_OK; q++) {
        if (strcmp(files.at[q], e->id) != 0) status = add_name(&known, files.at[q], strlen(files.at[q]));
    }
    if (status == STRATA_OK && l->s != NULL) status = store_each_experiment(l->s, add_stored, &known);
    for (size_t q = 0; q < l->count && status == STRATA_OK; q++) {
        in_call = in_call || strcmp(l->list[q]->id, e->against) == 0;
        if (l->list[q] != e) status = add_name(&known, l->list[q]->id, strlen(l->list[q]->id));
    }
    if (status == STRATA_OK && !in_call && has_name(&known, e->against)) status = say_what_is_missing(l, e, has_name(&files, e->against));
    else if (status == STRATA_OK && !in_call) {
        const char *near = text_nearest(e->against, (const char *const *)known.at, known.count), *nothing = "there is nothing else here";
        status = plan_blame(e, e->against_node, "against: %s is no experiment of this call, no file beside this one and not in "
                            "the store; %s%s%s", text_cut(e->against), near != NULL ? "did you mean " : "",
                            near != NULL      ? near
                            : known.count > 0 ? text_known((const char *const *)known.at, known.count)
                                              : nothing, near != NULL ? "?" : "");
    }
    free_names(&files);
    free_names(&known);
    return status;
}

/* ---- quick looks --------------------------------------------------------------------------------------------------------------------- */

static strata_status take_name(void *self, const store_answer *row)
{
    if (row->cell != NULL) text_add(self, "%s", row->cell[0].text);
    return STRATA_OK;
}

static strata_status check_quick(const look *l)
{
    static const char sql[] = "SELECT n.experiment FROM note n WHERE n.key = 'quick' AND n.value = :other"
                              " AND EXISTS (SELECT 1 FROM experiment_run l WHERE l.experiment = n.experiment)"
                              " ORDER BY n.experiment LIMIT 1";
    bool quick = l->wanted->quick;
    const store_parameter other = { "other", { .type = STORE_TEXT, .text = quick ? "no" : "yes" } };
    text name = { 0 };
    if (l->s == NULL) return STRATA_OK;
    const store_question question = { .place = "quick looks", .sql = sql, .parameter = &other, .parameters = 1 };
    strata_status status = store_query(l->s, &question, take_name, &name);
    if (status == STRATA_OK && name.failed) status = no_memory();
    if (status == STRATA_OK && name.length > 0) {
        status = quick ? status_fail(STRATA_ERR_ARGUMENT, "%s has real results (of %s), and a quick look does not go beside them; "
                                     "--out DIR names another folder", l->wanted->out, name.at)
                       : status_fail(STRATA_ERR_ARGUMENT, "%s has quick looks (of %s), whose figures mean nothing, and real results do not "
                                     "go beside them; --out DIR names another folder, and strata runs prune removes quick looks",
                                     l->wanted->out, name.at);
    }
    text_free(&name);
    return status;
}

/* ---- what is said -------------------------------------------------------------------------------------------------------------------- */

static strata_status say_seeds(const look *l)
{
    text words = { 0 };
    for (size_t q = 0; l->wanted->seeds_chosen && !l->wanted->quick && q < l->count; q++) {
        const experiment *e = l->list[q];
        if (e->seeds == 0 || e->seeds == l->wanted->seeds || e->check != NULL) continue;
        text_add(&words, words.length > 0 ? ", %s has %ld" : "as its file says, %s has %ld", e->id, e->seeds);
    }
    if (words.length > 0) text_add(&words, "; %ld seeds are for those that do not say how many", l->wanted->seeds);
    return say(l, &words);
}

static strata_status say_settings(const look *l)
{
    text words = { 0 }, settings = { 0 };
    strata_status status = overrides_describe(l->wanted->settings, &settings);
    if (status == STRATA_OK && settings.length > 0) {
        text_add(&words, "%s: so for every experiment of this call, whatever its file says", settings.at);
        status = say(l, &words);
    }
    text_free(&settings);
    return status;
}

/* The first of them by name, with its reason: most calls have one reason for all. */
static strata_status say_unlike(const look *l)
{
    text words = { 0 };
    size_t found = 0;
    strata_status status = STRATA_OK;
    for (size_t q = 0; q < l->count && status == STRATA_OK; q++) {
        text why = { 0 };
        status = published_unlike(l->list[q], l->wanted->quick, &why);
        bool is_first = why.length > 0 && found++ == 0;
        if (is_first) text_add(&words, "%s is not compared with what was published: %s", l->list[q]->id, why.at);
        text_free(&why);
    }
    if (found > 1) text_add(&words, "; nor %s %zu more", found > 2 ? "are" : "is", found - 1);
    strata_status said = say(l, &words);
    return status != STRATA_OK ? status : said;
}

static strata_status check_all(const look *l)
{
    TRY(check_quick(l));
    for (size_t q = 0; q < l->count; q++) TRY(check_against(l, l->list[q]));
    TRY(say_seeds(l));
    TRY(say_settings(l));
    return say_unlike(l);
}

strata_status before_open(const char *out, store **s)
{
    text path = { 0 };
    struct stat file;
    *s = NULL;
    text_add(&path, "%s/runs.sqlite", out);
    strata_status status = path.failed ? no_memory() : STRATA_OK;
    bool there = status == STRATA_OK && stat(path.at, &file) == 0 && file.st_size > 0; /* what cannot be looked at, who opens it says why */
    if (there) status = store_open(path.at, STORE_READ_IF_ANY, s);
    text_free(&path);
    return status;
}

strata_status before_check(const lab_request *wanted, experiment *const *list, size_t count)
{
    look l = { wanted, list, count, NULL };
    strata_status status = before_open(wanted->out, &l.s);
    if (status == STRATA_OK) status = check_all(&l);
    store_close(l.s);
    return status;
}
