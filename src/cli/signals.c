/*
 * Signals while something trains: SIGINT, SIGTERM, SIGHUP and SIGUSR2, which mpirun passes on, stop it with a checkpoint, SIGUSR1 asks for
 * one. A handler sets a flag and nothing else; trainings look at it after every update, and in the middle of what takes longer. Before the
 * first training there is nothing to keep, and reading data, taking memory and checking gradients need not be waited for: then the handler
 * ends the program.
 */
#include <signal.h>
#include <unistd.h>

#include "cli.h"
#include "clock.h"

/* Set by the first signal that stops. A later one has its default effect; one that comes within half a second is the same signal
 * delivered twice (timeout(1) sends it to the process and to its group). */
static volatile sig_atomic_t stopping, asked, keeping_something;
static double first_signal; /* seconds; written before `stopping` */

static void end_now(void)
{
    static const char words[] = "strata: stopped before a training began; the same command begins again\n";
    ssize_t written = write(STDERR_FILENO, words, sizeof words - 1);
    (void)written; /* nobody is left to be told */
    _exit(75);
}

static void on_stop(int number)
{
    if (keeping_something == 0) end_now();
    double now = clock_seconds(); /* clock_gettime may be called by a handler */
    if (stopping == 0) {
        first_signal = now;
        stopping = number;
    } else if (now - first_signal > 0.5) {
        (void)signal(number, SIG_DFL);
        (void)raise(number);
    }
}

static void on_ask(int number)
{
    (void)number;
    asked++;
}

void signals_catch(void)
{
    static const int stops[] = { SIGINT, SIGTERM, SIGHUP, SIGUSR2 };
    struct sigaction before, stop = { .sa_handler = on_stop, .sa_flags = SA_RESTART };
    struct sigaction ask = { .sa_handler = on_ask, .sa_flags = SA_RESTART };
    (void)sigemptyset(&stop.sa_mask);
    (void)sigemptyset(&ask.sa_mask);
    for (size_t q = 0; q < sizeof stops / sizeof *stops; q++) {
        bool nohup = stops[q] == SIGHUP && sigaction(SIGHUP, NULL, &before) == 0 && before.sa_handler == SIG_IGN;
        if (!nohup) (void)sigaction(stops[q], &stop, NULL);
    }
    (void)sigaction(SIGUSR1, &ask, NULL);
}

void signals_keep(void)
{
    keeping_something = 1;
}

bool signals_stopped(void)
{
    return stopping != 0;
}

/* Who keeps a run asks first just before it has something to keep, its checkpoint of update 0. Before that memory was taken and cleared,
 * which takes seconds for a large net and need not be waited for. */
long signals_asked(void *self)
{
    (void)self;
    signals_keep();
    return asked;
}
