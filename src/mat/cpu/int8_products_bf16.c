/*
 * The pixel verbs by products of bytes, for precision = bf16: two limbs, 16 bits of the largest number of a unit. bf16 keeps 8 bits of each
 * number. Two limbs are better than that in the mean square over a product. The error of a term, half a step, is at most 2^-15 of the
 * largest number. The largest of 3072 numbers is at most sqrt(3072) = 55 times their root mean square, and 55 2^-15 is less than 2^-9. One
 * limb would be worse than bf16.
 */
#define LIMBS 2
#define INT8 LEVEL(int8_bf16)
#define BIAS 0x80
#define PIXEL_UNIT 0x1p-8
#include "int8_products.inc"
