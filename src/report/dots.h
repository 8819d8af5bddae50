/* How large a PNG is in print. Internal to the module. */
#ifndef STRATA_REPORT_DOTS_H
#define STRATA_REPORT_DOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "status.h"

/* Writes the file; where the bytes are a PNG that does not say how many dots an inch has, with a chunk that says 300. */
strata_status dots_write(const char *path, const uint8_t *bytes, size_t size);

#endif
