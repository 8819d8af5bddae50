/* refc64: the definition in double complex, for the complex step (20): what is differentiated is the same source that trains. */
#include <complex.h>
#include <string.h>

/* re + i im. C17's CMPLX is missing where clang meets this C library; the standard gives a complex number this layout. */
static double complex pair(double re, double im)
{
    const double parts[2] = { re, im };
    double complex z;
    memcpy(&z, parts, sizeof z);
    return z;
}

#define REAL double complex
#define WIDE double complex
#define PARTS 2
#define UNIT 0x1p-53
#define TABLE mat_refc64
#define NAME "refc64"
#define DESCRIPTION "the definition, in double complex, for the complex-step derivative"
#define RE(x) creal(x)
#define PUT(d) pair((d)[0], (d)[1])
#define GET(d, x) ((d)[0] = creal(x), (d)[1] = cimag(x))
#define STEP(h) pair(0, h)
#include "mat_ref.inc"
