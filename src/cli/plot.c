/* Figures by gnuplot, a program of its own: the scripts in report/figures are data, and a missing gnuplot costs the figures alone. */
#include <errno.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>

#include "cli.h"

extern char **environ;

strata_status plot(const char *script, const char *csv, const char *svg, const char *title)
{
    pid_t child;
    int outcome;
    /* posix_spawn wants char *, and changes nothing. */
    char *const words[] = { "gnuplot", "-c", (char *)(uintptr_t)script, (char *)(uintptr_t)csv, (char *)(uintptr_t)svg,
                            (char *)(uintptr_t)title, NULL };
    int error = posix_spawnp(&child, words[0], NULL, NULL, words, environ);
    if (error != 0) return status_fail(STRATA_ERR_INTERNAL, "gnuplot cannot be started: %s; install gnuplot-nox", strerror(error));
    while (waitpid(child, &outcome, 0) < 0) {
        if (errno != EINTR) return status_fail(STRATA_ERR_INTERNAL, "waiting for gnuplot: %s", strerror(errno));
    }
    if (WIFEXITED(outcome) && WEXITSTATUS(outcome) == 0) return STRATA_OK;
    return status_fail(STRATA_ERR_INTERNAL, "gnuplot could not draw %s", svg);
}
