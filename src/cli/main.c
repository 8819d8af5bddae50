/* The program `strata`: looks its command up in a table and turns the status into an exit code. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

static const struct {
    const char *name;
    command_function *run;
    const char *help;
} commands[] = {
    { "train", cmd_train, "train a network, over several seeds if asked to" },
    { "eval", cmd_eval, "loss and accuracy of a saved model" },
    { "gradcheck", cmd_gradcheck, "prove the gradients" },
    { "data", cmd_data, "verify DIR | info DIR | synth DIR" },
    { "reproduce", cmd_reproduce, "the assignment's networks and gradient tables, beside the published values" },
    { "bench", cmd_bench, "time an update of the assignment's networks" },
    { "doctor", cmd_doctor, "what this build and machine can do" },
};

enum { COMMANDS = sizeof commands / sizeof *commands };

static void print_help(void)
{
    printf("strata %s: a laboratory for fully connected networks\n\nusage: strata COMMAND [ARGUMENT ...]\n\n", strata_version());
    for (int c = 0; c < COMMANDS; c++) printf("  %-10s  %s\n", commands[c].name, commands[c].help);
    printf("\nstrata COMMAND --help tells more. Exit codes: 0 done, 1 failed, 2 usage or setting, 3 data missing or not what it\n"
           "claims, 4 diverged, 5 storage, 6 a check failed, 75 stopped by a signal.\n");
}

static int exit_code(strata_status status)
{
    static const int codes[] = {
#define EXIT_CODE(name, code, words) [STRATA_##name] = code,
        STRATA_STATUS_LIST(EXIT_CODE)
#undef EXIT_CODE
    };
    return codes[status];
}

static strata_status unknown_command(const char *name)
{
    const char *names[COMMANDS];
    for (int c = 0; c < COMMANDS; c++) names[c] = commands[c].name;
    const char *near = text_nearest(name, names, COMMANDS);
    if (near != NULL) return status_fail(STRATA_ERR_ARGUMENT, "unknown command '%s'; did you mean '%s'?", name, near);
    return status_fail(STRATA_ERR_ARGUMENT, "unknown command '%s'; strata --help lists the commands", name);
}

static strata_status run(char **argv)
{
    if (argv[1] == NULL) return status_fail(STRATA_ERR_ARGUMENT, "a command is missing; strata --help lists them");
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) return print_help(), STRATA_OK;
    if (strcmp(argv[1], "--version") == 0) return (void)printf("strata %s\n", strata_version()), STRATA_OK;
    for (int c = 0; c < COMMANDS; c++) {
        if (strcmp(argv[1], commands[c].name) == 0) return commands[c].run(argv + 1);
    }
    return unknown_command(argv[1]);
}

/* A data file must never be opened as descriptor 0, 1 or 2, where a message could be printed into it. */
static void fill_standard_descriptors(void)
{
    for (int fd = 0; fd <= 2; fd++) {
        if (fcntl(fd, F_GETFD) == -1 && errno == EBADF) (void)open("/dev/null", O_RDWR);
    }
}

int main(int argc, char **argv)
{
    (void)argc;
    fill_standard_descriptors();
    (void)signal(SIGPIPE, SIG_IGN); /* a closed pipe then is a failed write, which is reported */
    strata_status status = run(argv);
    if (status == STRATA_OK) status = output_finish();
    if (status != STRATA_OK) (void)fprintf(stderr, "strata: %s\n", strata_error());
    return exit_code(status);
}
