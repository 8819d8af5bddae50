/* HTML: see html.h. */
#include "html.h"

#include <stdlib.h>
#include <string.h>

#include "digest.h"

static const char *escape(char c)
{
    switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    default: return "&#39;";
    }
}

void html_add(text *page, const char *words)
{
    while (*words != '\0') {
        size_t plain = strcspn(words, "&<>\"'");
        text_add(page, "%.*s", (int)plain, words);
        words += plain;
        if (*words != '\0') text_add(page, "%s", escape(*words++));
    }
}

strata_status html_add_data(text *page, const char *type, const void *bytes, size_t size)
{
    char *letters;
    TRY(digest_base64(bytes, size, &letters));
    text_add(page, "data:%s;base64,%s", type, letters);
    free(letters);
    return STRATA_OK;
}
