/*
 * The pixel verbs in whole numbers, for precision = bf16: two digits, 16 bits of the largest number of a unit. bf16 keeps 8 of every
 * number, and in the mean square over a product two digits are the better ones: half a step is at most 2^-15 of the largest number, which
 * is at most sqrt(3072) = 55 times the root mean square of its unit, and 55 2^-15 is less than 2^-9. One digit would be worse than bf16.
 */
#define DIGITS 2
#define INT8 LEVEL(int8_bf16)
#define BIAS 0x80
#define PIXEL_UNIT 0x1p-8
#include "int8_products.inc"
