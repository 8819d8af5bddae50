/* What an earlier report wrote for rows of {{each}} that are gone: the data and drawings of experiments that somebody removed. */
#include <dirent.h>
#include <string.h>
#include <unistd.h>

#include "page.h"

/* Is this the name of files for a row of a block, and of none that is on the page? */
static bool is_left_over(const page *p, const char *name)
{
    bool of_a_row = false;
    for (size_t q = 0, end = 0; q < p->from.count; q++) {
        const template_mark *mark = &p->from.mark[q];
        size_t length = strlen(mark->name);
        if (mark->kind == TEMPLATE_EACH && mark->end > end) end = mark->end;
        if (q >= end || (mark->kind != TEMPLATE_TABLE && mark->kind != TEMPLATE_FIGURE)) continue;
        of_a_row |= strncmp(name, mark->name, length) == 0 && name[length] == '-';
    }
    for (size_t q = 0; of_a_row && q < p->count; q++) of_a_row = strcmp(p->piece[q].name, name) != 0;
    return of_a_row;
}

static bool is_ours(const char *end)
{
    static const char *const ends[] = { ".csv", ".svg", ".png", ".pdf", NULL };
    const char *const *e = ends;
    while (*e != NULL && (end == NULL || strcmp(*e, end) != 0)) e++;
    return *e != NULL;
}

static strata_status remove_from(const page *p, const char *folder, const char *middle)
{
    text path = { 0 };
    strata_status status = page_path(&path, folder, middle, "", "");
    DIR *open_folder = status == STRATA_OK ? opendir(path.at) : NULL;
    const struct dirent *e;
    while (status == STRATA_OK && open_folder != NULL && (e = readdir(open_folder)) != NULL) {
        const char *end = strrchr(e->d_name, '.');
        char name[PAGE_NAME];
        if (!is_ours(end) || (size_t)(end - e->d_name) >= sizeof name) continue;
        memcpy(name, e->d_name, (size_t)(end - e->d_name));
        name[end - e->d_name] = '\0';
        if (!is_left_over(p, name)) continue;
        status = page_path(&path, folder, middle, e->d_name, "");
        if (status == STRATA_OK) (void)unlink(path.at);
    }
    if (open_folder != NULL) (void)closedir(open_folder);
    text_free(&path);
    return status;
}

strata_status page_remove_leftovers(const page *p, const strata_report_request *request)
{
    TRY(remove_from(p, request->out, "data/"));
    return remove_from(p, request->out, "figures/");
}
