/* strata data fetch NAME: brings a set of the catalogue, or of a description of one's own, to this machine; says how far it is. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "catalogue.h"
#include "cli.h"
#include "data_verbs.h"
#include "fetch.h"
#include "headway.h"
#include "live.h"

/* ---- how far it is ------------------------------------------------------------------------------------------------------------------- */

static const double plain_seconds = 10; /* between two lines where stderr is no terminal */

typedef struct {
    live_line line;
    char name[64]; /* of the file that is coming */
    uint64_t done; /* of it, at the last report */
    headway way;
    double said; /* seconds */
} meter;

/* A download waits for its bytes and uses no processor: that is no reason to take it for suspended. */
static clock_reading wall_reading(void)
{
    double seconds = clock_seconds();
    return (clock_reading){ seconds, seconds };
}

enum { NAME, SHARE, BYTES, RATE, LEFT, PARTS };

static void say_progress(meter *m, uint64_t all)
{
    char words[PARTS][HEADWAY_WORDS] = { "" };
    double share = headway_share(&m->way);
    if (!isnan(share)) (void)snprintf(words[SHARE], sizeof *words, "%4.1f %%", 100 * share);
    if (all != 0) (void)snprintf(words[BYTES], sizeof *words, "%.1f of %.1f MB", 1e-6 * (double)m->done, 1e-6 * (double)all);
    else (void)snprintf(words[BYTES], sizeof *words, "%.1f MB", 1e-6 * (double)m->done);
    double rate = 1e-6 * m->way.recent_done / m->way.recent_seconds;
    if (m->way.recent_seconds > 0) (void)snprintf(words[RATE], sizeof *words, "%.2f MB/s", rate);
    if (all != 0) headway_words(headway_seconds_left(&m->way), words[LEFT]);
    const line_part parts[PARTS] = { [NAME] = { m->name, 4, 8 }, [SHARE] = { words[SHARE], 0, 0 }, [BYTES] = { words[BYTES], 3, 0 },
                                     [RATE] = { words[RATE], 2, 0 }, [LEFT] = { words[LEFT], 1, 0 } };
    if (m->line.live) live_draw(&m->line, parts, PARTS);
    else (void)fprintf(stderr, "%s  %s  %s  %s  %s\n", m->name, words[SHARE], words[BYTES], words[RATE], words[LEFT]);
}

/* Another file, or the same from its beginning: what is there at the first report was there before. */
static void begin_file(meter *m, const char *name, uint64_t done, uint64_t all)
{
    (void)snprintf(m->name, sizeof m->name, "%s", name);
    m->way = (headway){ 0 };
    headway_expect(&m->way, (double)all);
    headway_skip(&m->way, (double)done);
    headway_did(&m->way, 0, wall_reading());
    m->done = done;
    m->said = clock_seconds();
}

static void watch(void *self, const char *name, uint64_t done, uint64_t all)
{
    meter *m = self;
    if (strncmp(m->name, name, sizeof m->name - 1) != 0 || done < m->done) begin_file(m, name, done, all);
    if (all == 0) headway_expect(&m->way, (double)(done - m->done));
    headway_did(&m->way, (double)(done - m->done), wall_reading());
    m->done = done;
    if (m->line.live ? !live_due(&m->line) : clock_seconds() - m->said < plain_seconds) return;
    say_progress(m, all);
    m->said = clock_seconds();
}

static void tell(void *self, const char *sentence)
{
    meter *m = self;
    live_clear(&m->line);
    (void)fprintf(stderr, "the next address is tried, for ");
    message_print(sentence);
}

static bool go_on(void *self)
{
    (void)self;
    return !signals_stopped();
}

/* ---- what is to be fetched ----------------------------------------------------------------------------------------------------------- */

/* A set as fetch takes it. Its addresses of single files are made here. */
typedef struct {
    fetch_set set;
    fetch_file *file;
    const char **address; /* [files * addresses] */
    char **made;          /* the same texts, where they are to be freed */
    size_t count;
} order;

static void order_free(order *o)
{
    for (size_t a = 0; o->made != NULL && a < o->count; a++) free(o->made[a]);
    free(o->made);
    free(o->address);
    free(o->file);
}

static part_due due_of(const description_file *f)
{
    return (part_due){ .name = f->name, .size = (uint64_t)f->size, .sha256 = f->sha256 };
}

/* A file of a set without an archive lies in each of the folders that the addresses name. */
static strata_status address_file(const data_description *d, order *o, size_t f)
{
    const char **first = o->address + o->count;
    for (size_t a = 0; a < d->addresses.count; a++) {
        text whole = { 0 };
        text_add(&whole, "%s%s", d->addresses.at[a], d->files.at[f].name);
        if (whole.failed) {
            text_free(&whole);
            return status_fail(STRATA_ERR_MEMORY, "no memory for an address");
        }
        o->made[o->count] = whole.at;
        o->address[o->count++] = whole.at;
    }
    o->file[f].address = first;
    o->file[f].addresses = d->addresses.count;
    return STRATA_OK;
}

static strata_status order_make(const data_description *d, order *o)
{
    void *files, *addresses, *made;
    size_t count = d->files.count * d->addresses.count;
    if (d->files.count == 0) return status_fail(STRATA_ERR_ARGUMENT, "%s: without files: nobody knows what a fetch should bring", d->path);
    if (d->name == NULL) return status_fail(STRATA_ERR_ARGUMENT, "%s: without name: there is none to put it under", d->path);
    TRY(alloc_zero(&files, d->files.count, sizeof(fetch_file), "the files of a data set"));
    o->file = files;
    TRY(alloc_zero(&addresses, count, sizeof(char *), "addresses"));
    o->address = addresses;
    TRY(alloc_zero(&made, count, sizeof(char *), "addresses"));
    o->made = made;
    o->set = (fetch_set){ .name = d->name, .file = o->file, .files = d->files.count, .top = d->archive_folder };
    for (size_t f = 0; f < d->files.count; f++) {
        o->file[f].due = due_of(&d->files.at[f]);
        if (d->archive.name == NULL) TRY(address_file(d, o, f));
    }
    if (d->archive.name != NULL) o->set.archive = (fetch_file){ due_of(&d->archive), d->addresses.at, d->addresses.count };
    return STRATA_OK;
}

/* ---- the verb ------------------------------------------------------------------------------------------------------------------------ */

static strata_status print_place(const data_fetch_request *r, const char *name, const char *path, bool new_one)
{
    if (!r->json) return (void)printf("%s\n", path), STRATA_OK;
    json_value *root = json_new_object();
    json_put_text(root, "name", name);
    json_put_text(root, "path", path);
    json_put_bool(root, "new", new_one);
    return json_print(root);
}

static void say_begin(const data_description *d, const char *home, const data_fetch_request *r)
{
    double bytes = (double)d->archive.size;
    for (size_t f = 0; f < d->files.count && d->archive.name == NULL; f++) bytes += (double)d->files.at[f].size;
    text words = { 0 };
    text_add(&words, "fetching %s into %s/%s", d->name, home, d->name);
    if (bytes > 0) text_add(&words, " (%.1f MB)", 1e-6 * bytes);
    if (r->from != NULL) text_add(&words, ", from %s", r->from);
    if (!words.failed) message_print(words.at);
    text_free(&words);
}

/* Where the network does not have it, hands may. */
static strata_status say_otherwise(strata_status status, const data_description *d, const data_fetch_request *r)
{
    if (status != STRATA_ERR_NETWORK || r->from != NULL) return status;
    char sentence[STATUS_SENTENCE];
    status_sentence_save(sentence);
    return status_fail(status, "%.600s; try again later, or bring %s here by other means: strata data fetch %s --from %s", sentence,
                       d->archive.name != NULL ? d->archive.name : "its files", d->name, d->archive.name != NULL ? "ARCHIVE" : "FOLDER");
}

static strata_status fetch_set_of(const data_description *d, const char *home, const data_fetch_request *r)
{
    meter m = { .line = live_start(false) };
    download_how how = { .stall_seconds = r->stall, .go = { go_on, NULL }, .watch = watch, .tell = tell, .self = &m };
    fetch_request request = { .home = home, .from = r->from, .how = how };
    order o = { 0 };
    char *path = NULL;
    bool new_one = false;
    strata_status status = order_make(d, &o);
    if (status == STRATA_OK) {
        say_begin(d, home, r);
        status = say_otherwise(fetch(&o.set, &request, &path, &new_one), d, r);
    }
    live_clear(&m.line);
    if (status == STRATA_OK) {
        (void)fprintf(stderr, "%s %s\n", d->name,
                      new_one ? "has come, every byte as published" : "is there already, every byte as published");
        status = print_place(r, d->name, path, new_one);
    }
    free(path);
    order_free(&o);
    return status;
}

/* What a package of Debian has need not be fetched, unless a folder for it is named. */
static strata_status find_in_package(const data_description *d, const data_fetch_request *r, bool *found)
{
    text folder = { 0 };
    catalogue_place place;
    const char *missing;
    strata_status status = catalogue_place_of(d, NULL, &place, &folder, &missing);
    *found = status == STRATA_OK && place == CATALOGUE_IN_PACKAGE && r->from == NULL && r->home == NULL;
    if (*found) {
        (void)fprintf(stderr, "%s is there already, by the package %s\n", d->name, d->package);
        status = print_place(r, d->name, folder.at, false);
    }
    text_free(&folder);
    return status;
}

static strata_status no_address(const data_description *d)
{
    text how = { 0 };
    catalogue_add_how(d, &how);
    strata_status status = status_fail(how.failed ? STRATA_ERR_MEMORY : STRATA_ERR_DATA, "%s: no address of it is known: %s", d->name,
                                       how.failed ? "" : how.at);
    text_free(&how);
    return status;
}

static strata_status bring(const data_description *d, const data_fetch_request *r)
{
    text own = { 0 };
    const char *home = r->home;
    bool found;
    TRY(find_in_package(d, r, &found));
    if (found) return STRATA_OK;
    strata_status status = home != NULL ? STRATA_OK : data_home(&own, &home);
    if (status == STRATA_OK && home == NULL)
        status = status_fail(STRATA_ERR_ARGUMENT, "there is no folder for data sets, for $HOME is not set; name one: --home DIR");
    if (status == STRATA_OK && d->addresses.count == 0 && r->from == NULL) status = no_address(d);
    if (status == STRATA_OK) status = fetch_set_of(d, home, r);
    text_free(&own);
    return status;
}

static bool is_description(const char *what)
{
    size_t length = strlen(what);
    return length > 5 && strcmp(what + length - 5, ".yaml") == 0;
}

strata_status data_fetch(const data_fetch_request *r)
{
    signals_catch();
    signals_keep(); /* a half is kept, and every step asks whether it shall go on */
    if (r->stall < 0 || r->stall > 86400) return status_fail(STRATA_ERR_ARGUMENT, "--stall %ld is not 1 .. 86400 seconds", r->stall);
    if (is_description(r->what)) {
        data_description *d;
        TRY(description_read(r->what, &d));
        strata_status status = bring(d, r);
        description_free(d);
        return status;
    }
    catalogue c = { 0 };
    TRY(catalogue_read(install_path("datasets"), &c));
    const data_description *d = catalogue_named(&c, r->what);
    strata_status status = d != NULL ? bring(d, r) : catalogue_unknown(&c, r->what);
    catalogue_free(&c);
    return status;
}
