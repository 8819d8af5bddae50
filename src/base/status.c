/* The last sentence of each thread, and the names of the status codes, expanded from the one list in strata.h. */
#include "status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "clocale.h"

static _Thread_local char sentence[STATUS_SENTENCE];

strata_status status_fail(strata_status status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    locale_t before = clocale_enter();
    if (vsnprintf(sentence, sizeof sentence, format, arguments) < 0) sentence[0] = '\0';
    clocale_leave(before);
    va_end(arguments);
    return status;
}

strata_status status_fail_at(strata_status status, const char *place)
{
    char kept[STATUS_SENTENCE];
    status_sentence_save(kept);
    return status_fail(status, "%s: %s", place, kept);
}

void status_sentence_save(char out[STATUS_SENTENCE])
{
    memcpy(out, sentence, sizeof sentence);
}

void status_sentence_load(const char in[STATUS_SENTENCE])
{
    memcpy(sentence, in, sizeof sentence);
}

const char *strata_error(void)
{
    return sentence;
}

const char *strata_status_text(strata_status status)
{
    static const char *const text[] = {
#define STATUS_TEXT(name, code, words) [STRATA_##name] = words,
        STRATA_STATUS_LIST(STATUS_TEXT)
#undef STATUS_TEXT
    };
    size_t s = (size_t)status;
    return s < sizeof text / sizeof *text && text[s] != NULL ? text[s] : "unknown status";
}

const char *strata_version(void)
{
    return STRATA_VERSION;
}

int strata_version_number(void)
{
    return STRATA_VERSION_NUMBER;
}
