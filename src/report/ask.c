/* What the :words of a query stand for: see ask.h. */
#include "ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "digest.h"
#include "file.h"
#include "json.h"
#include "page_path.h"
#include "strata/settings.h"

enum { QUERY_LIMIT = 1 << 20, SLUG = 36, DIGITS = 8, VALUE = 4096 };

/* ---- the words of the page ------------------------------------------------------------------------------------------------------- */

static strata_status add_word(ask_words *w, const char *name, store_value value, char *owned)
{
    if (w->count == ASK_WORDS) {
        free(owned);
        return status_fail(STRATA_ERR_DATA, "more than %d words for the queries", ASK_WORDS);
    }
    w->owned[w->count] = owned;
    w->word[w->count++] = (store_parameter){ name, value };
    return STRATA_OK;
}

static strata_status add_json(ask_words *w, const char *name, json_value *value)
{
    char *words;
    strata_status status = json_write_compact(value, &words);
    json_free(value);
    if (status != STRATA_OK) return status;
    return add_word(w, name, (store_value){ .type = STORE_TEXT, .text = words }, words);
}

static strata_status add_list(ask_words *w, const yaml_node *list)
{
    json_value *all = json_new_list();
    for (const yaml_node *node = list->first; node != NULL; node = node->next) json_append_text(all, node->word);
    return add_json(w, list->key, all);
}

static strata_status add_defaults(ask_words *w)
{
    size_t count;
    char value[VALUE];
    strata_config *config;
    const strata_setting *setting = strata_settings(&count);
    TRY(strata_config_new(&config));
    json_value *all = json_new_object();
    strata_status status = STRATA_OK;
    for (size_t s = 0; s < count && status == STRATA_OK; s++) {
        status = strata_config_get(config, setting[s].key, value, sizeof value);
        json_put_text(all, setting[s].key, value);
    }
    strata_config_free(config);
    if (status == STRATA_OK) return add_json(w, "defaults", all);
    json_free(all);
    return status;
}

static strata_status check_list(const char *path, const yaml_node *list)
{
    for (const yaml_node *node = list->first; node != NULL; node = node->next) {
        if (list->kind != YAML_MAP && node->kind == YAML_WORD) continue;
        (void)status_fail(STRATA_ERR_DATA, "%s is neither a word nor a list of words", text_shown(list->key));
        return figures_as_data(yaml_blame(path, list));
    }
    return STRATA_OK;
}

static strata_status read_words(const char *path, ask_words *w)
{
    TRY(figures_as_data(yaml_read(path, &w->root)));
    for (const yaml_node *node = w->root->first; node != NULL; node = node->next) {
        TRY(check_list(path, node));
        if (node->kind == YAML_WORD) TRY(add_word(w, node->key, (store_value){ .type = STORE_TEXT, .text = node->word }, NULL));
        else TRY(add_list(w, node));
    }
    return STRATA_OK;
}

strata_status ask_words_read(const char *templates, bool live, ask_words *out)
{
    ask_words w = { .count = 0 };
    text path = { 0 };
    bool there = false;
    strata_status status = add_word(&w, "live", (store_value){ .type = STORE_INTEGER, .integer = live }, NULL);
    if (status == STRATA_OK) status = add_defaults(&w);
    if (status == STRATA_OK) status = page_path(&path, templates, "", "words.yaml", "");
    if (status == STRATA_OK) status = file_look(path.at, &there);
    if (status == STRATA_OK && there) status = read_words(path.at, &w);
    text_free(&path);
    if (status == STRATA_OK) *out = w;
    else ask_words_free(&w);
    return status;
}

void ask_words_free(ask_words *w)
{
    for (size_t q = 0; q < w->count; q++) free(w->owned[q]);
    yaml_file_free(w->root);
    *w = (ask_words){ .count = 0 };
}

const char *ask_word(const ask_words *w, const char *name)
{
    for (size_t q = 0; q < w->count; q++) {
        if (strcmp(w->word[q].name, name) == 0) return w->word[q].value.text;
    }
    return NULL;
}

/* ---- rows ------------------------------------------------------------------------------------------------------------------------ */

strata_status ask_anchor(const ask_row *row, char out[ASK_ANCHOR])
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    const char *name = table_at(row->rows, row->row, 0);
    char slug[SLUG + 1] = "", digest[DIGEST_TEXT];
    size_t length = 0;
    bool safe = name[0] != '\0' && strlen(name) <= SLUG && strspn(name, letters) == strlen(name);
    if (safe) return (void)snprintf(out, ASK_ANCHOR, "%s", name), STRATA_OK;
    for (const char *c = name; *c != '\0' && length < SLUG; c++) {
        bool plain = strchr(letters, *c) != NULL;
        if (plain || length == 0 || slug[length - 1] != '-') slug[length++] = plain ? *c : '-';
    }
    TRY(digest_sha256(name, strlen(name), digest));
    (void)snprintf(out, ASK_ANCHOR, "%s~%.*s", slug, DIGITS, digest);
    return STRATA_OK;
}

/* ---- questions ------------------------------------------------------------------------------------------------------------------- */

/* What the row, the rows around it, and the page tell, the nearest first. To be freed. */
static strata_status list_offers(const ask_words *words, const ask_row *row, store_parameter **out, size_t *count)
{
    void *made;
    size_t all = words->count;
    for (const ask_row *r = row; r != NULL; r = r->outer) all += r->rows->columns;
    TRY(alloc_zero(&made, all, sizeof(store_parameter), "the words for a query"));
    *out = made;
    *count = 0;
    for (const ask_row *r = row; r != NULL; r = r->outer) {
        for (size_t c = 0; c < r->rows->columns; c++) {
            (*out)[(*count)++] = (store_parameter){ table_name(r->rows, c), table_value(r->rows, r->row, c) };
        }
    }
    for (size_t w = 0; w < words->count; w++) (*out)[(*count)++] = words->word[w];
    return STRATA_OK;
}

strata_status ask(store *s, const store_question *question, const ask_words *words, const ask_row *row, table *out)
{
    store_parameter *offered;
    store_question whole = *question;
    TRY(list_offers(words, row, &offered, &whole.offers));
    whole.offered = offered;
    strata_status status = table_ask(s, &whole, out);
    free(offered);
    return status;
}

strata_status ask_file(store *s, const char *templates, const char *name, const figures_entry *figure, const ask_words *words,
                       const ask_row *row, table *out)
{
    uint8_t *sql = NULL;
    size_t size;
    text path = { 0 };
    strata_status status = page_path(&path, templates, "queries/", name, figures_ends_in(name, ".sql") ? "" : ".sql");
    if (status == STRATA_OK) status = file_read_all(path.at, QUERY_LIMIT, &sql, &size);
    if (status == STRATA_OK) {
        const store_question question = { .place = path.at, .sql = (const char *)sql, .parameter = figure != NULL ? figure->with : NULL,
                                          .parameters = figure != NULL ? figure->words : 0 };
        status = ask(s, &question, words, row, out);
    }
    free(sql);
    text_free(&path);
    return status;
}
