/* The order of work: look at what there is, read all of the store, write results.json, draw, write the page last. */
#include "strata/report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "chosen.h"
#include "file.h"
#include "page.h"
#include "results.h"
#include "sized.h"

enum { PAGE_SIZE = 5000000 }; /* what a mail may carry and a telephone shows */

static strata_status check_request(const strata_report_request *request)
{
    REQUIRE(request != NULL);
    REQUIRE(request->out != NULL && request->templates != NULL);
    REQUIRE(request->run_count == 0 || request->runs != NULL);
    for (size_t r = 0; r < request->run_count; r++) REQUIRE(request->runs[r] != NULL);
    if (request->run_count > 0 && request->live != 0) {
        return status_fail(STRATA_ERR_ARGUMENT, "a page of some runs is not that of a laboratory at work: name runs, or live");
    }
    for (const char *const *f = request->formats; f != NULL && *f != NULL; f++) {
        if (strcmp(*f, "png") == 0 || strcmp(*f, "pdf") == 0) continue;
        return status_fail(STRATA_ERR_ARGUMENT, "figures are drawn as svg, and as png or pdf if asked to, not as %s", text_shown(*f));
    }
    return STRATA_OK;
}

const char *report_from(const strata_report_request *request)
{
    return request->from != NULL ? request->from : request->out;
}

static strata_status say_none(const char *path, const char *folder, const char *why)
{
    text word = { 0 };
    text_add_word(&word, folder);
    bool said = !word.failed && strlen(path) + word.length + 100 < STATUS_SENTENCE; /* half a command is none */
    strata_status status = status_fail(STRATA_ERR_STORAGE, "%s: there is no store to report%s; strata reproduce%s%s or strata lab "
                                       "fills one", path, why, said ? " --out " : "", said ? word.at : "");
    text_free(&word);
    return status;
}

static strata_status open_the_store(const char *path, const char *folder, bool few, store **s)
{
    bool there;
    TRY(file_look(path, &there));
    if (!there) return say_none(path, folder, errno == ENOTDIR ? ", for its folder is a file" : "");
    return store_open(path, few ? STORE_READ_FEW : STORE_READ_ONLY, s); /* every page is looked at once, not every 10 s */
}

static strata_status make_folders(const char *out, text *path)
{
    TRY(page_path(path, out, "data", "", ""));
    TRY(file_make_folder(path->at));
    TRY(page_path(path, out, "figures", "", ""));
    return file_make_folder(path->at);
}

static strata_status write_page(const page *p, const strata_report_request *request, text *path)
{
    text html = { 0 };
    strata_status status = page_add_html(p, request, &html);
    path->length = 0;
    if (request->page != NULL) text_add(path, "%s", request->page);
    else if (status == STRATA_OK) status = page_path(path, request->out, "", "index.html", "");
    if (status == STRATA_OK && path->failed) status = status_fail(STRATA_ERR_MEMORY, "no memory for the path of the page");
    if (status == STRATA_OK) status = file_write(path->at, html.at != NULL ? html.at : "", html.length);
    if (status == STRATA_OK && html.length > PAGE_SIZE) {
        page_warn(request, "%s has %.1f MB, more than the 5 that mail and telephones take", path->at, 1e-6 * (double)html.length);
    }
    text_free(&html);
    return status;
}

typedef struct {
    const strata_report_request *request;
    store *s;
    page *p;
    text *path;
    const char *runs; /* a list of ids in JSON; NULL: the whole store */
} reading;

static strata_status read_store(void *self)
{
    reading *r = self;
    TRY(r->runs != NULL ? store_choose(r->s, r->runs, ask_word(&r->p->words, "defaults")) : store_evaluate(r->s));
    TRY(page_fill(r->p, r->s, r->request));
    if (r->runs != NULL) return STRATA_OK;
    TRY(page_path(r->path, r->request->out, "", "results.json", ""));
    return results_write(r->s, r->path->at);
}

static strata_status write_all(reading *all)
{
    TRY(make_folders(all->request->out, all->path));
    TRY(store_read(all->s, read_store, all)); /* a laboratory may be writing to it */
    TRY(page_draw(all->p, all->request));
    TRY(write_page(all->p, all->request, all->path));
    TRY(page_remove_leftovers(all->p, all->request));
    if (all->request->wrote != NULL) all->request->wrote(all->request->self, all->path->at);
    return STRATA_OK;
}

/* The page of some runs has a folder of its own below OUT. */
static strata_status write_of_runs(reading *all)
{
    char *runs = NULL;
    text name = { 0 }, out = { 0 };
    strata_report_request own = *all->request;
    strata_status status = chosen_list(all->s, own.from, own.runs, own.run_count, &runs, &name);
    if (status == STRATA_OK) status = page_path(&out, own.out, "pages/", name.at, "");
    own.out = out.at;
    reading narrow = { &own, all->s, all->p, all->path, runs };
    if (status == STRATA_OK) status = write_all(&narrow);
    text_free(&name);
    text_free(&out);
    free(runs);
    return status;
}

static strata_status write_report(strata_report_request *request, text *path, text *template)
{
    store *s = NULL;
    page p = { .count = 0 };
    const bool narrow = request->run_count > 0;
    request->from = report_from(request);
    TRY(page_path(template, request->templates, "", narrow ? "run.html" : "page.html", ""));
    TRY(page_path(path, request->from, "", "runs.sqlite", ""));
    TRY(open_the_store(path->at, request->from, narrow || request->live != 0, &s));
    strata_status status = page_read(request, template->at, &p);
    reading all = { request, s, &p, path, NULL };
    if (status == STRATA_OK) status = narrow ? write_of_runs(&all) : write_all(&all);
    page_free(&p);
    store_close(s);
    return status;
}

strata_status strata_report_write(const strata_report_request *given)
{
    strata_report_request taken, *request = &taken;
    TAKE_SIZED(strata_report_request, given, request);
    text path = { 0 }, template = { 0 };
    TRY(check_request(request));
    strata_status status = write_report(request, &path, &template);
    text_free(&path);
    text_free(&template);
    return status;
}
