/* See identity.h. Every id that was ever recorded must come out of here again: nothing in this file follows a release. */
#include "identity.h"

#include <stdio.h>
#include <string.h>

#include "digest.h"

/* How numerics 1 is written: the release that had them put its version there. It is not STRATA_VERSION, and never changes. */
static const char numerics_1[] = "version = 0.1.0";

/* What a row adds to the text, or nothing. */
static void add_setting(const setting *row, const strata_config *config, text *out)
{
    text value = { 0 };
    if (row->identity.rule == IDENTITY_NEVER) return;
    if (row->identity.rule == IDENTITY_AS) text_add(&value, "%s", row->identity.text);
    else row->kind->print(row, setting_value(row, config), &value);
    out->failed = out->failed || value.failed;
    bool neutral = row->identity.rule == IDENTITY_UNLESS && value.at != NULL && strcmp(value.at, row->identity.text) == 0;
    if (value.at != NULL && !neutral) text_add(out, "%s = %s\n", row->key, value.at);
    text_free(&value);
}

void identity_describe(setting_list list, const strata_config *resolved, const char *data_digest, long numerics, text *out)
{
    for (const setting *row = setting_after(list, 0); row != NULL; row = setting_after(list, row->number)) add_setting(row, resolved, out);
    text_add(out, "data = %s\n", data_digest);
    if (numerics == 1) text_add(out, "%s\n", numerics_1);
    else text_add(out, "numerics = %ld\n", numerics);
}

strata_status run_make_id(const strata_config *resolved, const char *data_digest, long numerics, char out[RUN_ID])
{
    text identity = { 0 };
    char digest[DIGEST_TEXT];
    identity_describe(settings_all(), resolved, data_digest, numerics, &identity);
    strata_status status = identity.failed ? status_fail(STRATA_ERR_MEMORY, "no memory for a run's id")
                                           : digest_sha256(identity.at, identity.length, digest);
    text_free(&identity);
    if (status == STRATA_OK) (void)snprintf(out, RUN_ID, "%.12s", digest);
    return status;
}
