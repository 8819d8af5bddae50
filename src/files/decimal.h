/* Decimal numbers in files of text, as the C locale writes them, at the speed of reading them. Pure; any thread. */
#ifndef STRATA_FILES_DECIMAL_H
#define STRATA_FILES_DECIMAL_H

#include <stdbool.h>

/*
 * Is all of at .. end a decimal number ("7", "+5", ".5", "5.", "-1E-3")? Then *out is the float nearest to it, bit for bit what strtof
 * makes of it: infinite where it is too large. "", "nan", "inf", "0x10", "1_000" and "1,5" are none. *end can be read, and is no letter,
 * digit, sign or point.
 */
bool decimal_float(const char *at, const char *end, float *out);

#endif
