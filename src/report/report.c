/* The order of work: look at what there is, read all of the store, write results.json, draw, write the page last. */
#include "strata/report.h"

#include <errno.h>
#include <string.h>

#include "file.h"
#include "page.h"
#include "results.h"
#include "sized.h"

enum { PAGE_SIZE = 5000000 }; /* what a mail may carry and a telephone shows */

static strata_status check_request(const strata_report_request *request)
{
    REQUIRE(request != NULL);
    REQUIRE(request->out != NULL && request->templates != NULL);
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

static strata_status open_the_store(const char *path, const char *folder, bool live, store **s)
{
    bool there;
    TRY(file_look(path, &there));
    if (!there) return say_none(path, folder, errno == ENOTDIR ? ", for its folder is a file" : "");
    return store_open(path, live ? STORE_READ_FEW : STORE_READ_ONLY, s); /* every page is looked at once, not every 10 s */
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
    if (status == STRATA_OK) status = page_path(path, request->out, "", "index.html", "");
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
} reading;

static strata_status read_store(void *self)
{
    reading *r = self;
    TRY(store_evaluate(r->s));
    TRY(page_fill(r->p, r->s, r->request));
    TRY(page_path(r->path, r->request->out, "", "results.json", ""));
    return results_write(r->s, r->path->at);
}

static strata_status write_all(const strata_report_request *request, store *s, page *p, text *path)
{
    reading all = { request, s, p, path };
    TRY(make_folders(request->out, path));
    TRY(store_read(s, read_store, &all)); /* a laboratory may be writing to it */
    TRY(page_draw(p, request));
    TRY(write_page(p, request, path));
    return page_remove_leftovers(p, request);
}

static strata_status write_report(const strata_report_request *request, text *path, text *template)
{
    store *s = NULL;
    page p = { .count = 0 };
    TRY(page_path(template, request->templates, "", "page.html", ""));
    TRY(page_path(path, report_from(request), "", "runs.sqlite", ""));
    TRY(open_the_store(path->at, report_from(request), request->live != 0, &s));
    strata_status status = page_read(request, template->at, &p);
    if (status == STRATA_OK) status = write_all(request, s, &p, path);
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
