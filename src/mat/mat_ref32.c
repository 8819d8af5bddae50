/* ref32: the definition of every verb, in float. Losses and penalties, which sum many terms, are accumulated in double. */
#define REAL float
#define WIDE double
#define PARTS 1
#define UNIT 0x1p-24
#define TABLE mat_ref32
#define NAME "ref32"
#define DESCRIPTION "the definition, in single precision"
#define RE(x) (x)
#define PUT(d) ((float)*(d))
#define GET(d, x) (*(d) = (double)(x))
#define STEP(h) ((float)(h))
#include "mat_ref.inc"
