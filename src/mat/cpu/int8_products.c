/* The pixel verbs in whole numbers, for precision = float: three digits. */
#define DIGITS 3
#define INT8 LEVEL(int8)
#define BIAS 0x8080  /* 2^7 in every digit but the first */
#define PIXEL_UNIT 0 /* no more error than the floats' own */
#include "int8_products.inc"
