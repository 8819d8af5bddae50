/* ref64: the definition of every verb, in double. Gradient checks run here, and every other backend is compared with it. */
#define REAL double
#define WIDE double
#define PARTS 1
#define UNIT 0x1p-53
#define TABLE mat_ref64
#define NAME "ref64"
#define DESCRIPTION "the definition, in double precision"
#define RE(x) (x)
#define PUT(d) (*(d))
#define GET(d, x) (*(d) = (x))
#define STEP(h) (h)
#include "mat_ref.inc"
