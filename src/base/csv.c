/* Texts as cells of CSV: see csv.h. */
#include "csv.h"

#include <string.h>

void csv_add(text *csv, const char *value)
{
    double number; /* "-0.61" and "+0.61" are no formulas, nor is "-inf" */
    bool formula = value[0] != '\0' && strchr("=+-@\t\r", value[0]) != NULL && !text_to_double(value + (value[0] == '+'), &number);
    size_t length = strlen(value);
    bool quoted = length == 0 || strpbrk(value, ",\"\r\n") != NULL || value[0] == ' ' || value[length - 1] == ' ';
    text_add(csv, "%s%s", quoted ? "\"" : "", formula ? "'" : "");
    for (const char *quote; (quote = strchr(value, '"')) != NULL; value = quote + 1) text_add(csv, "%.*s\"\"", (int)(quote - value), value);
    text_add(csv, "%s%s", value, quoted ? "\"" : "");
}

void csv_add_number(text *csv, double value)
{
    char number[32];
    text_from_double(value, number);
    text_add(csv, "%s", number);
}
