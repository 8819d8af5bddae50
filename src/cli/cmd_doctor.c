/* strata doctor: what this build and machine can do, what is missing, what that costs, and what brings it. */
#include <unistd.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "crew_seat.h"
#include "download.h"
#include "file.h"
#include "run_folder.h"
#include "unpack.h"

static void print_backends(void)
{
    size_t count;
    const strata_backend_facts *b = strata_backends(&count);
    printf("backends (auto is %s)\n", strata_backend_auto());
    for (size_t q = 0; q < count; q++) {
        printf("  %-8s %-4s %s%s%s\n", b[q].name, b[q].available ? "yes" : "NO", b[q].description, b[q].available ? "" : ": ",
               b[q].available ? "" : b[q].missing);
    }
}

/* Is a program on the PATH? */
static bool has_program(const char *name)
{
    const char *path = getenv("PATH");
    for (const char *at = path; at != NULL && *at != '\0';) {
        size_t length = strcspn(at, ":");
        text file = { 0 };
        text_add(&file, "%.*s/%s", (int)length, at, name);
        bool found = file.at != NULL && access(file.at, X_OK) == 0;
        text_free(&file);
        if (found) return true;
        at += length + (at[length] == ':');
    }
    return false;
}

static void print_optional(const char *name, bool present, const char *costs)
{
    printf("  %-8s %-4s %s%s\n", name, present ? "yes" : "NO", present ? "" : "without it: ", present ? "" : costs);
}

strata_status cmd_doctor(char **argv)
{
    bool help = false, json = false;
    const option options[] = {
        { "--json", OPTION_FLAG, &json, "", "one JSON document on stdout" },
        { "--help", OPTION_FLAG, &help, "", "this text" },
    };
    strata_machine_facts m = { .size = sizeof m };
    TRY(options_read(argv, options, sizeof options / sizeof *options, options_take_nothing, NULL));
    if (help) {
        printf("usage: strata doctor [OPTION ...]\n\nWhat this build and machine can do, and what would bring the rest.\n\n");
        options_print(options, sizeof options / sizeof *options);
        return STRATA_OK;
    }
    (void)strata_machine(&m);
    if (json) return json_print(run_folder_machine());
    printf("strata %s, commit %s\ncompiler %s\nflags    %s\nhost     %s\ncpu      %s, %d cores\nlevel    %s\nbf16     %s\nblas     %s\n\n",
           strata_version(), m.commit, m.compiler, m.flags, m.host, m.cpu, m.cores, m.cpu_level,
           m.bf16 ? "yes, in the first layer of cpu: precision=bf16" : "NO, precision=bf16 means float at this level", m.blas);
    print_backends();
    printf("\noptional parts\n");
    print_optional("yaml", m.yaml, "no CONFIG.yaml and no experiments, key=value only; libyaml-dev");
    print_optional("png", m.png, "no pictures of weights and mistakes, none to predict; libpng-dev");
    print_optional("zlib", STRATA_ZLIB == 1, "no data sets in compressed files (.gz); zlib1g-dev");
    print_optional("zip", STRATA_ZIP == 1, "no data sets in archives of arrays (.npz); libzip-dev");
    print_optional("curl", download_available(), "no strata data fetch from the network; libcurl4-openssl-dev to build, libcurl4");
    print_optional("archive", unpack_available(), "no packed archives for strata data fetch; libarchive-dev to build, libarchive13");
    const char *why, *mpi = crew_seat_library(&why);
    printf("  %-8s %-4s %s%s\n", "mpi", mpi != NULL ? "yes" : "NO", mpi != NULL ? mpi : "without it: no strata lab on many machines; ",
           mpi != NULL ? "" : why);
    print_optional("gnuplot", has_program("gnuplot"), "tables in place of figures; gnuplot-nox");
    const char *rule, *folder = data_choice(NULL, &rule);
    if (folder == NULL) printf("\ndata\n  none: no $STRATA_DATA and no %s, so commands without --data draw the synthetic set\n", rule);
    if (folder == NULL) return STRATA_OK;
    bool there;
    printf("\ndata\n  %s, by %s", folder, rule);
    if (file_look(folder, &there) != STRATA_OK) printf(": UNKNOWN, %s\n", strata_error());
    else printf("%s\n", there ? "" : ": NOT THERE, commands will end with exit code 3");
    return STRATA_OK;
}
