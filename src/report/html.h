/* HTML: texts that cannot break out of their place, and bytes within the page. Internal to the module. */
#ifndef STRATA_REPORT_HTML_H
#define STRATA_REPORT_HTML_H

#include "text.h"

/* Adds the words, escaped for an element's content and for a quoted attribute. */
void html_add(text *page, const char *words);

/* Adds "data:TYPE;base64,...". */
strata_status html_add_data(text *page, const char *type, const void *bytes, size_t size);

#endif
