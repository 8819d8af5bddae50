/* See table_words.h. Control characters, line breaks among them, are '?' in all three. UTF-8 stays. */
#include "table_words.h"

#include <string.h>

void table_words_plain(text *out, const char *words)
{
    while (*words != '\0') text_add(out, "%c", text_take_visible(&words));
}

/* A backslash before punctuation of ASCII makes it a character like others, within a table too, where '|' would end the cell. */
void table_words_markdown(text *out, const char *words)
{
    while (*words != '\0') {
        char c = text_take_visible(&words);
        text_add(out, strchr("\\`*_{}[]<>()#+!|~&$^\"'", c) != NULL ? "\\%c" : "%c", c);
    }
}

/* What stands for a character of LaTeX; NULL: itself. A row may not begin with [ or *, which "\\" above it would take; two hyphens would
 * be a dash, and two of these quotes another one. */
static const char *latex_of(char c, char next)
{
    switch (c) {
    case '\\': return "\\textbackslash{}";
    case '{': return "\\{";
    case '}': return "\\}";
    case '$': return "\\$";
    case '&': return "\\&";
    case '#': return "\\#";
    case '%': return "\\%";
    case '_': return "\\_";
    case '~': return "\\textasciitilde{}";
    case '^': return "\\textasciicircum{}";
    case '<': return "\\textless{}";
    case '>': return "\\textgreater{}";
    case '|': return "\\textbar{}";
    case '"': return "\\char34{}";
    case '[': return "{[}";
    case '*': return "{*}";
    case '-': return next == '-' ? "-{}" : NULL;
    case '\'': return next == '\'' ? "'{}" : NULL;
    case '`': return next == '`' || next == '?' || next == '!' ? "`{}" : NULL;
    case '?': return next == '`' ? "?{}" : NULL;
    case '!': return next == '`' ? "!{}" : NULL;
    default: return NULL;
    }
}

void table_words_latex(text *out, const char *words)
{
    while (*words != '\0') {
        char c = text_take_visible(&words);
        const char *instead = latex_of(c, *words);
        if (instead != NULL) text_add(out, "%s", instead);
        else text_add(out, "%c", c);
    }
}
