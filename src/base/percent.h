/* Fractions as percent, for people: one rule of rounding, wherever they are shown. */
#ifndef STRATA_BASE_PERCENT_H
#define STRATA_BASE_PERCENT_H

typedef struct {
    char words[32];
} percent_text;

/* "39.08" for 0.39075: two digits, halves up; "nan" for NaN. The mean over some seeds often ends in a half, which binary numbers have only
 * nearly, and which C and SQL round each in its own way; so a billionth of a percent is added before. The queries of the page do the same
 * with means: printf('%.2f', 100 * mean + 1e-9). percent_of(x).words lives as long as the expression it is in. */
percent_text percent_of(double fraction);

#endif
