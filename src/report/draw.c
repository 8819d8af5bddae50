/* Figures by gnuplot: see draw.h. Each child is waited for by its own number, so children of an embedding program are left alone. */
#include "draw.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "alloc.h"
#include "dots.h"
#include "file.h"

enum { DRAWING_LIMIT = 64 << 20 };

extern char **environ;

/* Does this entry of the environment say where programs, libraries, fonts and temporary files lie? */
static bool is_a_place(const char *entry)
{
    static const char *const places[] = { "PATH=", "LD_LIBRARY_PATH=", "HOME=", "TMPDIR=", "XDG_CACHE_HOME=", "FONTCONFIG_FILE=",
                                          "FONTCONFIG_PATH=" };
    for (size_t p = 0; p < sizeof places / sizeof *places; p++) {
        if (strncmp(entry, places[p], strlen(places[p])) == 0) return true;
    }
    return false;
}

/* gnuplot's environment is ours, or figures would hang on the user's: GNUTERM names a terminal that this gnuplot may lack, DISPLAY makes it
 * open a window, a locale writes 0,5. It learns where things lie, no more; texts are UTF-8. A list to be freed, of borrowed words. */
static strata_status make_environment(char ***out)
{
    static char locale[] = "LC_ALL=C.UTF-8", terminal[] = "GNUTERM=unknown"; /* of every gnuplot; a figure sets its own */
    void *list;
    size_t count = 0, kept = 0;
    while (environ != NULL && environ[count] != NULL) count++;
    TRY(alloc_zero(&list, count + 3, sizeof(char *), "the environment of gnuplot"));
    *out = list;
    for (size_t q = 0; q < count; q++) {
        if (is_a_place(environ[q])) (*out)[kept++] = environ[q];
    }
    (*out)[kept++] = locale;
    (*out)[kept] = terminal;
    return STRATA_OK;
}

/* gnuplot's stdout becomes our stderr, its stdin is empty: results of the program stay alone on stdout. */
static int spawn(draw_job *job, char *const *words, char *const *environment)
{
    posix_spawn_file_actions_t actions;
    int error = posix_spawn_file_actions_init(&actions);
    if (error != 0) return error;
    error = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (error == 0) error = posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
    if (error == 0) error = posix_spawnp(&job->child, words[0], &actions, NULL, words, environment);
    (void)posix_spawn_file_actions_destroy(&actions);
    return error;
}

static void start(draw_job *job, char *const *environment)
{
    if (job->outcome == DRAW_DONE) return;
    /* posix_spawn wants char *, and changes nothing. */
    const char *const words[] = { "gnuplot", "-d", "-c", job->style, job->csv, job->beside.at, job->format, job->title, job->script, NULL };
    char *copy[sizeof words / sizeof *words];
    memcpy(copy, words, sizeof words);
    (void)unlink(job->beside.at);
    int error = spawn(job, copy, environment);
    job->outcome = error == 0 ? DRAW_WAITING : error == ENOENT ? DRAW_NO_GNUPLOT : DRAW_FAILED;
}

/* The drawing takes its place only whole: a gnuplot that was killed leaves half of one. */
static strata_status keep(draw_job *job)
{
    uint8_t *bytes;
    size_t size;
    if (!file_exists(job->beside.at)) return job->outcome = DRAW_FAILED, STRATA_OK;
    TRY(file_read_all(job->beside.at, DRAWING_LIMIT, &bytes, &size));
    strata_status status = size > 0 ? dots_write(job->out, bytes, size) : STRATA_OK;
    job->outcome = size > 0 ? DRAW_DONE : DRAW_FAILED;
    free(bytes);
    return status;
}

static strata_status finish(draw_job *job)
{
    int code = 0;
    strata_status status = STRATA_OK;
    if (job->outcome == DRAW_WAITING) {
        pid_t got;
        do got = waitpid(job->child, &code, 0);
        while (got < 0 && errno == EINTR);
        /* When nobody can be waited for (SIGCHLD is ignored), the file tells. */
        if (got < 0 || (WIFEXITED(code) && WEXITSTATUS(code) == 0)) status = keep(job);
        else job->outcome = DRAW_FAILED;
    }
    if (job->outcome != DRAW_DONE) (void)unlink(job->out);
    (void)unlink(job->beside.at);
    return status;
}

static strata_status name_beside(draw_job *job)
{
    const char *slash = strrchr(job->out, '/');
    size_t folder = slash != NULL ? (size_t)(slash + 1 - job->out) : 0;
    text_add(&job->beside, "%.*s.%s.%ld.part", (int)folder, job->out, job->out + folder, (long)getpid());
    return job->beside.failed ? status_fail(STRATA_ERR_MEMORY, "no memory to draw %s", job->out) : STRATA_OK;
}

strata_status draw_all(draw_job *jobs, size_t count)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    size_t started = 0, most = cores > 1 ? (size_t)cores : 1;
    char **environment = NULL;
    strata_status status = make_environment(&environment), late;
    for (size_t q = 0; q < count && status == STRATA_OK; q++) status = name_beside(&jobs[q]);
    for (size_t q = 0; q < count; q++) {
        /* After a failure nothing more is started, but whoever was is waited for. */
        for (; started < count && started < q + most && status == STRATA_OK; started++) start(&jobs[started], environment);
        if (q < started && (late = finish(&jobs[q])) != STRATA_OK && status == STRATA_OK) status = late;
    }
    for (size_t q = 0; q < count; q++) text_free(&jobs[q].beside);
    free(environment);
    return status;
}

/* The whole number of an attribute: width="1080". */
static bool attribute(const char *tag, const char *name, long *out)
{
    const char *at = strstr(tag, name);
    if (at == NULL) return false;
    *out = strtol(at + strlen(name), NULL, 10);
    return *out > 0 && *out < 100000;
}

bool draw_svg_size(const char *svg, long *width, long *height)
{
    char tag[512] = "";
    const char *start = strstr(svg, "<svg");
    if (start == NULL) return false;
    (void)snprintf(tag, sizeof tag, "%.*s", (int)strcspn(start, ">"), start);
    return attribute(tag, " width=\"", width) && attribute(tag, " height=\"", height);
}
