/* The program `strata`: looks its command up in a table and turns the status into an exit code. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "crew_seat.h"

static const struct {
    const char *name;
    command_function *run;
    const char *help;
} commands[] = {
    { "train", cmd_train, "train a network, over several seeds if asked to" },
    { "eval", cmd_eval, "loss and accuracy of a saved model" },
    { "predict", cmd_predict, "the class of each row of a file, or of pictures, by a saved model" },
    { "gradcheck", cmd_gradcheck, "prove the gradients" },
    { "data", cmd_data, "verify | info | synth | ls | fetch: what data hold, and where they come from" },
    { "reproduce", cmd_reproduce, "the whole report: every experiment, then the page" },
    { "resume", cmd_resume, "finish runs that were interrupted" },
    { "lab", cmd_lab, "run experiments; what the store has is not run again" },
    { "report", cmd_report, "the page, its figures and results.json from a store" },
    { "plot", cmd_plot, "the curves of any runs as one figure" },
    { "runs", cmd_runs, "ls | show | diff | verify | note | rm | prune: what the store knows of runs" },
    { "export", cmd_export, "a trained model as a file for other programs" },
    { "import", cmd_import, "a network that was trained in PyTorch as a model file" },
    { "bench", cmd_bench, "what an update takes, verb by verb, beside the machine's peak" },
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

static bool answered_no;

void exit_no(void)
{
    answered_no = true;
}

static int exit_code(strata_status status)
{
    if (status == STRATA_OK && answered_no) return 1;
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
    if (name[0] == '-')
        return status_fail(STRATA_ERR_ARGUMENT, "unknown option %s before a command; strata --help lists both", text_shown(name));
    for (int c = 0; c < COMMANDS; c++) names[c] = commands[c].name;
    const char *near = text_nearest(name, names, COMMANDS);
    if (near != NULL) return status_fail(STRATA_ERR_ARGUMENT, "unknown command '%s'; did you mean '%s'?", text_cut(name), near);
    return status_fail(STRATA_ERR_ARGUMENT, "unknown command '%s'; %s (strata --help)", text_cut(name), text_known(names, COMMANDS));
}

static strata_status run_command(char **argv)
{
    for (int c = 0; c < COMMANDS; c++) {
        if (strcmp(argv[0], commands[c].name) == 0) return commands[c].run(argv);
    }
    return unknown_command(argv[0]);
}

/* All that --help says of this version, its exit codes and its commands, as lines: those with fields begin with a tab, the others are text
 * of the command before them. manual/make makes manual pages and completions of it. */
static strata_status print_table(void)
{
    static char table_option[] = "--help=table";
    printf("\tversion\t%s\n", strata_version());
#define EXIT_LINE(name, code, words) printf("\texit\t%d\t%s\n", code, words);
    STRATA_STATUS_LIST(EXIT_LINE)
#undef EXIT_LINE
    for (int c = 0; c < COMMANDS; c++) {
        char name[32];
        (void)snprintf(name, sizeof name, "%s", commands[c].name);
        printf("\tcommand\t%s\t%s\n", name, commands[c].help);
        TRY(commands[c].run((char *[]){ name, table_option, NULL }));
    }
    return STRATA_OK;
}

static strata_status run(char **argv)
{
    static char help_option[] = "--help";
    if (argv[1] == NULL) return status_fail(STRATA_ERR_ARGUMENT, "a command is missing; strata --help lists them");
    bool help = strcmp(argv[1], "help") == 0;
    if (help && argv[2] != NULL) return run_command((char *[]){ argv[2], help_option, NULL });
    if (help || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) return print_help(), STRATA_OK;
    if (strcmp(argv[1], "--help=table") == 0) return print_table();
    if (strcmp(argv[1], "--words") == 0) return words_print(argv + 2), STRATA_OK;
    if (strcmp(argv[1], "--version") == 0) return (void)printf("strata %s\n", strata_version()), STRATA_OK;
    return run_command(argv + 1);
}

/* $STRATA_CPU limits the level of the cpu backend's kernels. The library reads no environment, so this is done here. */
static strata_status limit_cpu(void)
{
    const char *level = getenv("STRATA_CPU");
    if (level == NULL || level[0] == '\0' || strata_cpu_limit(level) == STRATA_OK) return STRATA_OK;
    return status_fail_at(STRATA_ERR_ARGUMENT, "STRATA_CPU");
}

/* $OMP_NUM_THREADS, by which schedulers and users say how many cores a program may take, limits what "all cores" means. The first number
 * counts, as for OpenMP; what is no number is not ours to judge. */
static void limit_threads(void)
{
    const char *words = getenv("OMP_NUM_THREADS");
    char *end;
    long threads = words != NULL ? strtol(words, &end, 10) : 0;
    if (threads < 1 || (*end != '\0' && *end != ',')) return;
    (void)strata_threads_limit(threads < STRATA_THREADS_MAX ? (int)threads : STRATA_THREADS_MAX);
}

/* A data file must never be opened as descriptor 0, 1 or 2, where a message could be printed into it. What was closed is opened the wrong
 * way round, so that using it still fails. */
static void fill_standard_descriptors(void)
{
    for (int fd = 0; fd <= 2; fd++) {
        if (fcntl(fd, F_GETFD) == -1 && errno == EBADF) (void)open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
    }
}

/* The sentence of a failure on stderr. */
static void print_sentence(void)
{
    (void)fprintf(stderr, "strata: ");
    message_print(strata_error());
}

int main(int argc, char **argv)
{
    (void)argc;
    fill_standard_descriptors();
    (void)signal(SIGPIPE, SIG_IGN); /* a closed pipe and a file at its size limit then are failed writes, which are reported */
    (void)signal(SIGXFSZ, SIG_IGN);
    limit_threads();
    strata_status status = limit_cpu();
    if (status == STRATA_OK) status = run(argv);
    bool reader_gone = false;
    if (status == STRATA_OK) status = output_finish(&reader_gone);
    else (void)fflush(stdout); /* what there is of results comes before the sentence */
    if (status != STRATA_OK && !reader_gone) print_sentence();
    int code = exit_code(status);
    crew_seat_leave(code);
    return code;
}
