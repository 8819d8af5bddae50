/* See run_files.h. The digest is that of the file's own bytes, with zeros where its 64 digits stand. */
#include "run_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "digest.h"
#include "file.h"

enum { RECORD_LIMIT = 1 << 24, DIGITS = DIGEST_TEXT - 1 };

const char run_files_record[] = "run.json";
static const char key[] = "\"digest\": \"", zeros[] = "0000000000000000000000000000000000000000000000000000000000000000";

/* ---- writing ------------------------------------------------------------------------------------------------------------------------- */

static strata_status path_of(text *path, const char *folder, const char *name)
{
    path->length = 0;
    text_add(path, "%s/%s", folder, name);
    return path->failed ? status_fail(STRATA_ERR_MEMORY, "no memory for the path of %s", name) : STRATA_OK;
}

void run_files_put(json_value *files, const char *name, int64_t bytes, const char *sha256)
{
    json_value *file = json_new_object();
    json_put_int(file, "bytes", bytes);
    json_put_text(file, "sha256", sha256);
    json_put(files, name, file);
}

/* Where the digits of the digest stand: the last member of that name; NULL when there is none. */
static char *digits_in(char *words)
{
    char *found = NULL;
    for (char *at = words; (at = strstr(at, key)) != NULL;) {
        at += strlen(key);
        if (strlen(at) > DIGITS && at[DIGITS] == '"') found = at;
    }
    return found;
}

strata_status run_files_save(json_value *record, const char *path)
{
    char *words, digest[DIGEST_TEXT];
    json_put_text(record, "digest", zeros);
    strata_status status = json_write(record, &words);
    json_free(record);
    TRY(status);
    status = digest_sha256(words, strlen(words), digest);
    char *digits = digits_in(words);
    if (status == STRATA_OK && digits != NULL) memcpy(digits, digest, DIGITS);
    if (status == STRATA_OK) status = file_write(path, words, strlen(words));
    free(words);
    return status;
}

/* ---- reading ------------------------------------------------------------------------------------------------------------------------- */

static void says(run_record *r, store_file state, const char *why)
{
    r->found.state = state;
    (void)snprintf(r->found.why, sizeof r->found.why, "%.399s", why);
}

/* Records of before there were digests have neither that nor a list of files. */
static strata_status check_digest(run_record *r, char *words, size_t size)
{
    char told[DIGEST_TEXT] = "", digest[DIGEST_TEXT];
    if (json_as_text(json_get(r->record, "digest")) == NULL) {
        if (json_get(r->record, "files") != NULL) says(r, STORE_FILE_CHANGED, "it has no digest, which was written with its list of files");
        return STRATA_OK;
    }
    char *digits = digits_in(words);
    if (digits != NULL) {
        (void)snprintf(told, sizeof told, "%.64s", digits);
        memcpy(digits, zeros, DIGITS);
    }
    TRY(digest_sha256(words, size, digest));
    r->signed_so = strcmp(told, digest) == 0;
    if (!r->signed_so) says(r, STORE_FILE_CHANGED, "its digest is not that of its bytes");
    return STRATA_OK;
}

static strata_status parse(run_record *r, uint8_t *bytes, size_t size)
{
    strata_status status = json_read((const char *)bytes, size, &r->record);
    if (status == STRATA_ERR_DATA) return says(r, STORE_FILE_CHANGED, strata_error()), STRATA_OK;
    return status == STRATA_OK ? check_digest(r, (char *)bytes, size) : status;
}

strata_status run_files_read(const char *folder, run_record *out)
{
    bool there;
    text path = { 0 };
    uint8_t *bytes = NULL;
    size_t size;
    *out = (run_record){ .found.state = STORE_FILE_WHOLE };
    TRY(path_of(&path, folder, run_files_record));
    strata_status status = file_look(path.at, &there);
    if (status == STRATA_OK && !there) says(out, STORE_FILE_MISSING, "it is not there");
    if (status == STRATA_OK && there) status = file_read_all(path.at, RECORD_LIMIT, &bytes, &size);
    if (status == STRATA_ERR_STORAGE) says(out, STORE_FILE_UNREADABLE, strata_error());
    if (status == STRATA_ERR_DATA) says(out, STORE_FILE_CHANGED, strata_error());
    if (status == STRATA_ERR_STORAGE || status == STRATA_ERR_DATA) status = STRATA_OK;
    if (bytes != NULL) status = parse(out, bytes, size);
    free(bytes);
    text_free(&path);
    if (status != STRATA_OK) run_files_free(out);
    return status;
}

void run_files_free(run_record *r)
{
    json_free(r->record);
    r->record = NULL;
}

/* ---- a model and its record ---------------------------------------------------------------------------------------------------------- */

strata_status run_files_check_model(const char *path, const char *digest)
{
    static const char name[] = "/model.safetensors";
    run_record r;
    text folder = { 0 };
    size_t length = strlen(path), tail = strlen(name);
    bool alone = strcmp(path, name + 1) == 0;
    if (!alone && (length <= tail || strcmp(path + length - tail, name) != 0)) return STRATA_OK;
    text_add(&folder, "%.*s", alone ? 1 : (int)(length - tail), alone ? "." : path);
    if (folder.failed) return status_fail(STRATA_ERR_MEMORY, "no memory for the path of %s", run_files_record);
    strata_status status = run_files_read(folder.at, &r);
    text_free(&folder);
    TRY(status);
    const char *due = json_as_text(json_get(r.record, "model_digest"));
    if (due != NULL && strcmp(due, digest) != 0) {
        status = status_fail(STRATA_ERR_DATA, "%s: is not the model that its run ended with: its parameters have the digest %.12s..., and "
                             "%s beside it says %.12s...; was it changed, or put there?", path, digest, run_files_record, due);
    }
    run_files_free(&r);
    return status;
}
