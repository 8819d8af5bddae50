/*
 * The table of settings, for who walks it. A row says what a setting is. Its kind says how such a value is read, written, bounded and shown
 * in JSON. A new setting is one row of settings.def. A new kind is one row of kinds.c, which is declared here, and the type of its field in
 * config.h.
 */
#ifndef STRATA_SETTINGS_SETTING_H
#define STRATA_SETTINGS_SETTING_H

#include "config.h"
#include "json.h"

enum { SETTING_RANGE = 96 }; /* bytes of a range as text */

typedef struct setting setting;

typedef struct {
    const char *name; /* strata_setting.type */
    /* Text to field. On failure the field is as before, and the sentence has key, value and what is wrong. */
    strata_status (*parse)(const setting *row, const char *value, void *field);
    /* Field to the text that parse reads back to the same value; equal values have equal texts. */
    void (*print)(const setting *row, const void *field, text *out);
    /* strata_setting.range */
    void (*range)(const setting *row, char out[SETTING_RANGE]);
    /* What a JSON schema says of such a value, but for its default and its help. */
    void (*schema)(const setting *row, json_value *property);
    /* The value in JSON, under `key`. */
    void (*put)(const setting *row, const void *field, json_value *object, const char *key);
} setting_kind;

/* One word of a choice. A list of them ends with a word that is NULL. */
typedef struct {
    const char *word;
    int value;
} setting_choice_word;

/* What of a setting enters a run's id: see settings.def. */
typedef enum { IDENTITY_ALWAYS, IDENTITY_AS, IDENTITY_UNLESS, IDENTITY_NEVER } setting_identity;

struct setting {
    int number;
    const char *subject, *key;
    const setting_kind *kind;
    const char *fallback;
    struct {
        setting_identity rule;
        const char *text; /* of IDENTITY_AS; of IDENTITY_UNLESS and IDENTITY_NEVER the neutral value */
    } identity;
    double least, most;
    const char *least_text, *most_text;
    const setting_choice_word *words;
    const char *help;
    size_t offset; /* of the field in a strata_config */
};

extern const setting setting_rows[SETTINGS];

/* kinds.c */
extern const setting_kind setting_kind_whole, setting_kind_number, setting_kind_switch, setting_kind_widths, setting_kind_init;
extern const setting_kind setting_kind_choice, setting_kind_word, setting_kind_backend;

/* choices.c */
extern const setting_choice_word setting_precision_words[], setting_activation_words[], setting_norm_words[], setting_place_words[];
extern const setting_choice_word setting_loss_words[], setting_standardise_words[], setting_padding_words[], setting_optimiser_words[];
extern const setting_choice_word setting_schedule_words[], setting_keep_words[], setting_average_words[];

/* A list of rows may be setting_rows, or one with further rows in it. */
typedef struct {
    const setting *rows;
    size_t count;
} setting_list;

setting_list settings_all(void);

/* The row of this key; NULL when there is none. */
const setting *setting_find(setting_list list, const char *key);

/* Walks the rows by their numbers: the row with the next larger one, or NULL. */
const setting *setting_after(setting_list list, int number);

/* The field of this row. */
void *setting_field(const setting *row, strata_config *config);
const void *setting_value(const setting *row, const strata_config *config);

/* Does it change no training? */
bool setting_is_idle(const setting *row);

/* Fails with STRATA_ERR_ARGUMENT: no setting is called so. Says which was meant, if that is known. */
strata_status setting_unknown(const char *key);

/* The lines of config_describe and config_read, for a list of rows. */
void settings_describe(setting_list list, const strata_config *config, text *out);
strata_status settings_read(setting_list list, strata_config *config, const char *lines);

#endif
