/* The pixel verbs by products of bytes, for precision = float: three limbs, 24 bits. */
#define LIMBS 3
#define INT8 LEVEL(int8)
#define BIAS 0x8080  /* 2^7 in every limb but the highest */
#define PIXEL_UNIT 0 /* no more error than in float arithmetic */
#include "int8_products.inc"
