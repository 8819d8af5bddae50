/* A race on purpose: under ThreadSanitizer this program must fail, or the settings it runs with hide races of our own. */
#include <stdio.h>

#include "team.h"

static void add(void *sum, int number)
{
    *(long *)sum += number;
}

int main(void)
{
    long sum = 0;
    team_share(4, 1000, add, &sum);
    (void)printf("%ld\n", sum);
    return 0;
}
