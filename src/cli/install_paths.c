/*
 * The data files that come with the program: beside an installed one, wherever `cmake --install --prefix` put it; else in the working
 * folder of whoever has the sources, or in the folder above the program, which is theirs when it was built there; else where the build was
 * configured to install them. And experiments by name, and the stores that lie about here.
 */
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "file.h"

/* One file of each folder, so that another folder of that name is not taken for it. */
static const struct {
    const char *folder, *file;
} shared[] = { { "report", "page.html" }, { "experiments", "3layer.yaml" }, { "datasets", "cifar-10.yaml" } };

static bool is_shared(const char *path, const char *name)
{
    const char *file = NULL;
    text inside = { 0 };
    for (size_t s = 0; s < sizeof shared / sizeof *shared; s++) {
        if (strcmp(shared[s].folder, name) == 0) file = shared[s].file;
    }
    text_add(&inside, "%s%s%s", path, file != NULL ? "/" : "", file != NULL ? file : "");
    bool there = !inside.failed && file_exists(inside.at);
    text_free(&inside);
    return there;
}

/* What lies at `beside` of the program's folder; only_in: the name that this folder must have, or NULL. False where the system does not say
 * where the program is. */
static bool beside_program(const char *only_in, const char *beside, const char *name, char path[4096])
{
    char program[2048];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length <= 0) return false;
    program[length] = '\0';
    *strrchr(program, '/') = '\0';
    const char *folder = strrchr(program, '/');
    if (folder == NULL || (only_in != NULL && strcmp(folder, only_in) != 0)) return false;
    (void)snprintf(path, 4096, "%s/%s/%s", program, beside, name);
    return is_shared(path, name);
}

const char *install_path(const char *name)
{
    static char path[4096];
    if (beside_program(STRATA_BIN, STRATA_SHARE_BESIDE, name, path)) return path;
    if (is_shared(name, name)) return name;
    if (beside_program(NULL, "..", name, path)) return path;
    (void)snprintf(path, sizeof path, "%s/%s", STRATA_SHARE, name);
    return path;
}

const char *install_module(const char *name)
{
    static char path[4096];
    if (beside_program(NULL, ".", name, path) && file_exists(path)) return path;
    if (beside_program(STRATA_BIN, STRATA_MODULES_BESIDE, name, path) && file_exists(path)) return path;
    (void)snprintf(path, sizeof path, "%s/%s", STRATA_MODULES, name);
    return file_exists(path) ? path : NULL;
}

/* ---- experiments by name ------------------------------------------------------------------------------------------------------------- */

static bool is_file(const char *path)
{
    struct stat s;
    return stat(path, &s) == 0 && S_ISREG(s.st_mode);
}

/* No such file, and no such experiment: what there is instead. */
static strata_status unknown_experiment(const char *word)
{
    glob_t found = { 0 };
    text pattern = { 0 };
    text_add(&pattern, "%s/*.yaml", install_path("experiments"));
    if (pattern.failed || glob(pattern.at, 0, NULL, &found) != 0) found.gl_pathc = 0;
    for (size_t q = 0; q < found.gl_pathc; q++) { /* the names alone */
        char *name = strrchr(found.gl_pathv[q], '/') + 1;
        size_t length = strlen(name) - strlen(".yaml");
        memmove(found.gl_pathv[q], name, length);
        found.gl_pathv[q][length] = '\0';
    }
    const char *const *names = (const char *const *)found.gl_pathv, *near = text_nearest(word, names, found.gl_pathc);
    strata_status status = status_fail(STRATA_ERR_ARGUMENT, "%s: there is no such file and no experiment of that name; %s%s%s",
                                       text_cut(word), near != NULL ? "did you mean " : "",
                                       near != NULL ? near : text_known(names, found.gl_pathc), near != NULL ? "?" : "");
    globfree(&found);
    text_free(&pattern);
    return status;
}

strata_status install_experiment(const char *word, text *path)
{
    static const char folder[] = "experiments/", end[] = ".yaml", *const folders[] = { "", "/data", "/course", "/course/long", "/best" };
    const char *name = strncmp(word, folder, sizeof folder - 1) == 0 ? word + sizeof folder - 1 : word;
    size_t length = strlen(name);
    bool ends = length > sizeof end && strcmp(name + length - (sizeof end - 1), end) == 0;
    path->length = 0;
    text_add(path, "%s", word);
    if (path->failed) return status_fail(STRATA_ERR_MEMORY, "no memory for a path");
    if (is_file(word) || strchr(name, '/') != NULL) return STRATA_OK;
    text candidate = { 0 };
    text_add(&candidate, "%s%s", word, ends ? "" : end);
    for (size_t f = 0; f < sizeof folders / sizeof *folders && !candidate.failed && !is_file(candidate.at); f++) {
        candidate.length = 0;
        text_add(&candidate, "%s%s/%s%s", install_path("experiments"), folders[f], name, ends ? "" : end);
    }
    bool found = !candidate.failed && is_file(candidate.at);
    if (found) {
        path->length = 0;
        text_add(path, "%s", candidate.at);
    }
    bool failed = candidate.failed || path->failed;
    text_free(&candidate);
    if (failed) return status_fail(STRATA_ERR_MEMORY, "no memory for a path");
    return found || strchr(word, '.') != NULL || file_exists(word) ? STRATA_OK : unknown_experiment(word);
}

/* ---- stores -------------------------------------------------------------------------------------------------------------------------- */

void install_say_stores(text *out)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./";
    enum { MOST = 3 };
    glob_t found = { 0 };
    int said = 0;
    if (file_exists("runs.sqlite")) text_add(out, "%s--out .", said++ > 0 ? " or " : "; one is here: ");
    if (glob("*/runs.sqlite", 0, NULL, &found) != 0) found.gl_pathc = 0;
    for (size_t q = 0; q < found.gl_pathc && said < MOST; q++) {
        char *path = found.gl_pathv[q];
        *strrchr(path, '/') = '\0';
        if (path[0] == '-' || path[strspn(path, plain)] != '\0') continue; /* not to be copied as it is */
        text_add(out, "%s--out %s", said++ > 0 ? " or " : "; one is here: ", path);
    }
    globfree(&found);
}

strata_status install_check_templates(const char *folder)
{
    text page = { 0 };
    text_add(&page, "%s/page.html", folder);
    bool there = false;
    strata_status status = page.failed ? status_fail(STRATA_ERR_MEMORY, "no memory for a path") : file_look(page.at, &there);
    if (status == STRATA_OK && !there) {
        status = status_fail(STRATA_ERR_DATA, "%s is not there; --report DIR names the folder with the page's template", page.at);
    }
    text_free(&page);
    return status;
}
