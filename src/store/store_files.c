/* The files that a store remembers, and what has become of them. */
#include <stdio.h>
#include <string.h>

#include "file.h"
#include "store.h"

const char *const store_file_words[] = {
#define FILE_WORD(name, word) word,
    STORE_FILE_LIST(FILE_WORD)
#undef FILE_WORD
    NULL
};

/* A path that stays below the folder: a store from elsewhere may say anything. */
static bool stays_below(const char *path)
{
    if (path[0] == '/' || path[0] == '\0') return false;
    for (const char *at = path; at != NULL; at = strchr(at, '/')) {
        at += *at == '/';
        if (strncmp(at, "..", 2) == 0 && (at[2] == '/' || at[2] == '\0')) return false;
    }
    return true;
}

static strata_status says(store_file_found *found, store_file state, const char *why)
{
    found->state = state;
    (void)snprintf(found->why, sizeof found->why, "%s", why);
    return STRATA_OK;
}

static strata_status compare(const char *path, const store_artifact *due, store_file_found *found)
{
    char digest[DIGEST_TEXT], why[sizeof found->why];
    size_t size;
    strata_status status = file_digest(path, &size, digest);
    if (status == STRATA_ERR_MEMORY || status == STRATA_ERR_INTERNAL) return status;
    if (status != STRATA_OK) return says(found, status == STRATA_ERR_DATA ? STORE_FILE_CHANGED : STORE_FILE_UNREADABLE, strata_error());
    if ((int64_t)size != due->bytes) {
        (void)snprintf(why, sizeof why, "%zu bytes, and %lld were recorded", size, (long long)due->bytes);
        return says(found, (int64_t)size < due->bytes ? STORE_FILE_TRUNCATED : STORE_FILE_CHANGED, why);
    }
    if (strcmp(digest, due->sha256) == 0) return says(found, STORE_FILE_WHOLE, "");
    return says(found, STORE_FILE_CHANGED, "its bytes are not those that were recorded");
}

strata_status store_look_at_file(const char *folder, const store_artifact *due, store_file_found *found)
{
    bool there;
    text path = { 0 };
    *found = (store_file_found){ .state = STORE_FILE_UNREADABLE };
    if (!stays_below(due->path)) return says(found, STORE_FILE_UNREADABLE, "its path leads out of the folder, so nobody looks");
    text_add(&path, "%s%s%s", folder, folder[0] != '\0' ? "/" : "", due->path);
    if (path.failed) return status_fail(STRATA_ERR_MEMORY, "no memory for the path of a file");
    strata_status status = file_look(path.at, &there);
    if (status != STRATA_OK) status = says(found, STORE_FILE_UNREADABLE, strata_error());
    else if (!there) status = says(found, STORE_FILE_MISSING, "it is not there");
    else status = compare(path.at, due, found);
    text_free(&path);
    return status;
}
