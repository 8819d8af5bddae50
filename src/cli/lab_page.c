/*
 * See lab_page.h. A store has one reader in a process, and a page takes a second or more: so the program starts itself, and asks now and
 * then how that is going. What the page costs is what its process took, gnuplot included.
 */
#include "lab_page.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli.h"
#include "clock.h"

extern char **environ;

static const double seconds_between = 10, most_share = 0.02;

/* Processor seconds of all children that have ended. */
static double children_seconds(void)
{
    struct rusage r;
    if (getrusage(RUSAGE_CHILDREN, &r) != 0) return 0;
    return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) + 1e-6 * (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec);
}

/* Its words are not the laboratory's: they go nowhere. */
static bool begin(lab_page *p, bool live)
{
    char program[] = "/proc/self/exe", name[] = "strata", command[] = "report", where[] = "--out", which[] = "--report", how[] = "--live";
    char *words[] = { name, command, where, (char *)p->out, which, (char *)p->templates, live ? how : NULL, NULL };
    posix_spawn_file_actions_t actions;
    if (posix_spawn_file_actions_init(&actions) != 0) return false;
    bool begun = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) == 0
                 && posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0) == 0
                 && posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0) == 0
                 && posix_spawn(&p->child, program, &actions, NULL, words, environ) == 0;
    (void)posix_spawn_file_actions_destroy(&actions);
    if (!begun) p->child = 0;
    p->last = clock_seconds();
    return begun;
}

/* Is the page done? *written: and was it written? */
static bool has_ended(lab_page *p, bool wait, bool *written)
{
    int code = 0;
    pid_t got;
    do got = waitpid(p->child, &code, wait ? 0 : WNOHANG);
    while (got < 0 && errno == EINTR);
    if (got == 0) return false;
    double all = children_seconds();
    p->latest = all - p->spent;
    p->spent = all;
    p->child = 0;
    *written = got > 0 && WIFEXITED(code) && WEXITSTATUS(code) == 0;
    return true;
}

static void tell(lab_page *p)
{
    text words = { 0 };
    if (p->failed) return;
    p->failed = true;
    text_add(&words, "the page could not be written; why, says strata report --live");
    keeping_say_out(&words, p->out);
    if (!words.failed) message_print(words.at);
    text_free(&words);
}

static bool is_due(const lab_page *p, double now)
{
    double afforded = most_share * (now - p->begun) * p->threads;
    return p->last <= 0 || (now - p->last >= seconds_between && afforded >= p->spent + p->latest);
}

void lab_page_tend(lab_page *p)
{
    bool written = true;
    if (p->out == NULL) return;
    double now = clock_seconds();
    if (p->begun <= 0) p->begun = now;
    if (p->child > 0 && now - p->looked > 0.05) {
        p->looked = now;
        if (has_ended(p, false, &written) && !written) tell(p);
    }
    if (p->child == 0 && !p->failed && is_due(p, now) && !begin(p, true)) tell(p);
}

strata_status lab_page_end(lab_page *p)
{
    bool written = false;
    if (p->out == NULL) return STRATA_OK;
    if (p->child > 0) (void)has_ended(p, true, &written);
    if (begin(p, false)) (void)has_ended(p, true, &written);
    if (written) return STRATA_OK;
    text words = { 0 };
    keeping_say_out(&words, p->out);
    strata_status status = status_fail(STRATA_ERR_STORAGE, "the page could not be written; why, says strata report%s",
                                       words.failed ? "" : words.at);
    text_free(&words);
    return status;
}
