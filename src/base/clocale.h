/*
 * The C locale for this thread, for as long as numbers are read or written: an embedding program may have chosen decimal commas. Any
 * thread; enter and leave in pairs.
 */
#ifndef STRATA_BASE_CLOCALE_H
#define STRATA_BASE_CLOCALE_H

#include <locale.h>

/* Switches to the C locale and returns the one that this thread had. */
locale_t clocale_enter(void);
void clocale_leave(locale_t before);

#endif
