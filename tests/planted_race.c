/* A race on purpose: under ThreadSanitizer this program must fail, or the settings it runs with hide races of our own. */
#include <stdio.h>

int main(void)
{
    long sum = 0;
#pragma omp parallel for num_threads(4)
    for (int t = 0; t < 1000; t++) sum += t;
    (void)printf("%ld\n", sum);
    return 0;
}
