/* strata runs verify: what is not as it was recorded, run by run as it is found, or all of it as one document. */
#include <string.h>

#include "cli.h"
#include "runs_print.h"
#include "verify.h"

enum { LINE = 400 };

/* The run at hand; its name is printed above the first file that is not as it was. */
typedef struct {
    const char *id;
    char kind[64];
    bool headed;
} printer;

static void begin(void *self, const char *folder, const char *id, const char *kind)
{
    printer *p = self;
    (void)folder;
    p->id = id;
    (void)snprintf(p->kind, sizeof p->kind, "%s", kind);
    p->headed = false;
}

static void print_file(void *self, const char *path, const char *word, const char *why)
{
    printer *p = self;
    if (strcmp(word, store_file_words[STORE_FILE_WHOLE]) == 0) return;
    if (!p->headed) {
        printf("  ");
        stored_text_print(p->id, 0, LINE);
        printf("  %s\n", p->kind);
    }
    p->headed = true;
    printf("    %-10s  ", word);
    stored_text_print(path, 0, LINE);
    printf("%s", why[0] != '\0' ? ": " : "");
    stored_text_print(why, 0, LINE);
    printf("\n");
}

static void end(void *self, bool passed)
{
    (void)self, (void)passed;
}

static strata_status verify_as_json(const char *folder)
{
    json_value *root;
    runs_verified found;
    TRY(runs_verify_json(folder, &root, &found));
    TRY(json_print(root));
    return runs_verify_conclude(&found);
}

strata_status runs_print_verified(const char *folder, bool json)
{
    printer p = { .id = "" };
    runs_verified v;
    if (json) return verify_as_json(folder);
    TRY(runs_verify(folder, &(runs_verify_watch){ &p, begin, print_file, end }, &v));
    printf("%ld run%s, %ld file%s: %ld as recorded, %ld not", v.runs, v.runs == 1 ? "" : "s", v.files, v.files == 1 ? "" : "s",
           v.files - v.wrong_files, v.wrong_files);
    if (v.extras > 0) printf("; %ld more that nobody recorded", v.extras);
    printf("\n");
    return runs_verify_conclude(&v);
}
