/* The C locale, made once and kept for the life of the program. */
#include "clocale.h"

#include <pthread.h>

static locale_t c_locale;
static pthread_once_t c_locale_once = PTHREAD_ONCE_INIT;

static void make_c_locale(void)
{
    c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

locale_t clocale_enter(void)
{
    pthread_once(&c_locale_once, make_c_locale);
    return uselocale(c_locale);
}

void clocale_leave(locale_t before)
{
    (void)uselocale(before);
}
