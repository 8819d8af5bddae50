/* Command lines: options from a table, settings as key=value, everything else to the command. */
#include <string.h>

#include "cli.h"
#include "file.h"
#include "other_words.h"

/* Is this, so many characters of it, the name of a setting? */
static bool is_setting(const char *key, size_t length)
{
    size_t count;
    const strata_setting *settings = strata_settings(&count);
    for (size_t q = 0; q < count; q++) {
        if (strlen(settings[q].key) == length && strncmp(settings[q].key, key, length) == 0) return true;
    }
    return false;
}

static strata_status refuse_option(const char *word, size_t length, const option *options, size_t count)
{
    enum { MOST = 32 };
    const char *names[MOST];
    char name[64];
    (void)snprintf(name, sizeof name, "%.*s", (int)(length < sizeof name ? length : sizeof name - 1), word);
    if (length > 2 && is_setting(name + 2, strlen(name + 2))) {
        return status_fail(STRATA_ERR_ARGUMENT, "unknown option %s; settings are written %s=VALUE", name, name + 2);
    }
    const char *meant = length > 2 ? setting_other_word(name + 2) : NULL;
    if (meant != NULL) return status_fail(STRATA_ERR_ARGUMENT, "unknown option %s; as a setting, %s", text_shown(name), meant);
    for (size_t q = 0; q < count && q < MOST; q++) names[q] = options[q].name;
    const char *near = text_nearest(name, names, count < MOST ? count : MOST);
    if (near != NULL) return status_fail(STRATA_ERR_ARGUMENT, "unknown option %s; did you mean %s?", text_shown(name), near);
    return status_fail(STRATA_ERR_ARGUMENT, "unknown option %s; %s", text_shown(name), text_known(names, count < MOST ? count : MOST));
}

static strata_status add_to_list(const option *o, const char *value)
{
    option_list *list = o->into;
    if (list->count == OPTION_LIST_MOST) return status_fail(STRATA_ERR_ARGUMENT, "%s more than %d times", o->name, OPTION_LIST_MOST);
    list->at[list->count++] = value;
    return STRATA_OK;
}

static strata_status store(const option *o, const char *value)
{
    int64_t whole;
    double real;
    switch (o->kind) {
    case OPTION_FLAG: *(bool *)o->into = true; return STRATA_OK;
    case OPTION_NAME:
    case OPTION_TEXT: *(const char **)o->into = value; return STRATA_OK;
    case OPTION_CHOICE: *((const option_choice *)o->into)->into = value; return STRATA_OK;
    case OPTION_WHOLE:
        if (!text_to_int64(value, &whole) || whole < 0 || whole > 1000000000) {
            return status_fail(STRATA_ERR_ARGUMENT, "%s %s is not a whole number from 0 to 1000000000", o->name, text_shown(value));
        }
        *(long *)o->into = (long)whole;
        return STRATA_OK;
    case OPTION_REAL:
        if (!text_to_double(value, &real)) return status_fail(STRATA_ERR_ARGUMENT, "%s %s is not a number", o->name, text_shown(value));
        *(double *)o->into = real;
        return STRATA_OK;
    case OPTION_LIST: return add_to_list(o, value);
    }
    return status_fail(STRATA_ERR_INTERNAL, "an option of no kind");
}

/* One option at argv[*at]: "--name", "--name value" or "--name=value". */
static strata_status read_option(char **argv, int *at, const option *options, size_t count)
{
    const char *word = strcmp(argv[*at], "-h") == 0 ? "--help" : argv[*at], *equals = strchr(word, '=');
    size_t length = equals != NULL ? (size_t)(equals - word) : strlen(word);
    for (size_t q = 0; q < count; q++) {
        const option *o = &options[q];
        if (strlen(o->name) != length || strncmp(o->name, word, length) != 0) continue;
        if (o->kind == OPTION_FLAG) {
            return equals == NULL ? store(o, "") : status_fail(STRATA_ERR_ARGUMENT, "%s takes no value", o->name);
        }
        const char *value = equals != NULL ? equals + 1 : argv[++*at];
        if (value == NULL || value[0] == '\0' || (equals == NULL && strncmp(value, "--", 2) == 0))
            return status_fail(STRATA_ERR_ARGUMENT, "%s needs a value: %s %s", o->name, o->name, o->value);
        return store(o, value);
    }
    return refuse_option(word, length, options, count);
}

/* "data=x" for "--data x" is a common slip. Where a setting has an option's name (threads, backend), this command wants the option. */
static strata_status refuse_slip(const char *word, const option *options, size_t count)
{
    const char *equals = strchr(word, '=');
    for (size_t q = 0; equals != NULL && q < count; q++) {
        size_t length = strlen(options[q].name) - 2;
        if (options[q].kind == OPTION_NAME) continue;
        if ((size_t)(equals - word) != length || strncmp(word, options[q].name + 2, length) != 0) continue;
        return status_fail(STRATA_ERR_ARGUMENT, "'%s' is an option: write %s %s", text_cut(word), options[q].name, options[q].value);
    }
    return STRATA_OK;
}

/* --help=table: options and settings as fields, from which manual pages and completions are made. */
static bool as_table;

/* Who asks for help gets it, whatever else is on the line. */
static bool asks_for_help(char **argv, const option *options, size_t count)
{
    bool asked = as_table = argv[1] != NULL && strcmp(argv[1], "--help=table") == 0;
    for (int at = 1; argv[at] != NULL; at++) asked = asked || strcmp(argv[at], "--help") == 0 || strcmp(argv[at], "-h") == 0;
    for (size_t q = 0; asked && q < count; q++) {
        if (strcmp(options[q].name, "--help") == 0) *(bool *)options[q].into = true;
    }
    return asked;
}

strata_status options_read(char **argv, const option *options, size_t count, word_taker *take, void *self)
{
    if (asks_for_help(argv, options, count)) return STRATA_OK;
    for (int at = 1; argv[at] != NULL; at++) {
        if (argv[at][0] == '\0') return status_fail(STRATA_ERR_ARGUMENT, "an empty word is not understood; --help tells what is");
        if (argv[at][0] == '-' && argv[at][1] != '\0') TRY(read_option(argv, &at, options, count));
        else {
            TRY(refuse_slip(argv[at], options, count));
            TRY(take(self, argv[at]));
        }
    }
    return STRATA_OK;
}

static void print_option_fields(const option *o)
{
    static const char *const kinds[] = { [OPTION_FLAG] = "flag",     [OPTION_TEXT] = "text",   [OPTION_NAME] = "text",
                                         [OPTION_CHOICE] = "choice", [OPTION_WHOLE] = "whole", [OPTION_REAL] = "real",
                                         [OPTION_LIST] = "list" };
    const char *words = o->kind == OPTION_CHOICE ? ((const option_choice *)o->into)->words : "";
    printf("\toption\t%s\t%s\t%s\t%s\t%s\n", o->name, kinds[o->kind], o->value, words, o->help);
}

void options_print(const option *options, size_t count)
{
    for (size_t q = 0; q < count; q++) {
        if (as_table) {
            print_option_fields(&options[q]);
            continue;
        }
        char left[40];
        (void)snprintf(left, sizeof left, "%s %s", options[q].name, options[q].value);
        printf("  %-22s %s\n", left, options[q].help);
    }
}

static strata_status take_file(strata_config *config, const char *path)
{
    if (is_setting(path, strlen(path)) && !file_exists(path))
        return status_fail(STRATA_ERR_ARGUMENT, "the setting %s needs a value: %s=VALUE", path, path);
    text file = { 0 };
    strata_status status = install_experiment(path, &file);
    if (status == STRATA_OK) status = strata_config_load(config, file.at);
    text_free(&file);
    return status;
}

strata_status options_take_setting(void *self, const char *word)
{
    strata_config *config = self;
    const char *equals = strchr(word, '=');
    char key[64];
    if (equals == NULL) return take_file(config, word);
    size_t length = (size_t)(equals - word);
    if (length >= sizeof key) return status_fail(STRATA_ERR_ARGUMENT, "'%s' is no setting; strata train --help lists them", text_cut(word));
    memcpy(key, word, length);
    key[length] = '\0';
    return strata_config_set(config, key, equals + 1);
}

bool options_is_setting(const char *word)
{
    return strchr(word, '=') != NULL && !file_exists(word);
}

strata_status options_take_nothing(void *self, const char *word)
{
    (void)self;
    return status_fail(STRATA_ERR_ARGUMENT, "'%s' is not understood here; --help tells what is", text_cut(word));
}

static void print_settings_fields(const strata_setting *settings, size_t count)
{
    for (size_t q = 0; q < count; q++) {
        const strata_setting *s = &settings[q];
        printf("\tsetting\t%s\t%s\t%s\t%s\t%s\t%s\n", s->subject, s->key, s->type, s->fallback, s->range, s->help);
    }
}

void options_print_settings(void)
{
    size_t count;
    const char *subject = "";
    const strata_setting *settings = strata_settings(&count);
    if (as_table) {
        print_settings_fields(settings, count);
        return;
    }
    printf("\nSettings, as key=value or as 'key: value' lines of a YAML file; later words win (default, range):\n");
    for (size_t q = 0; q < count; q++) {
        const strata_setting *s = &settings[q];
        char left[40];
        if (strcmp(s->subject, subject) != 0) printf(" %s\n", s->subject);
        subject = s->subject;
        (void)snprintf(left, sizeof left, "%s=%s", s->key, s->fallback);
        printf("  %-18s %s%s%s%s\n", left, s->help, s->range[0] != '\0' ? " (" : "", s->range, s->range[0] != '\0' ? ")" : "");
    }
}
