/*
 * The synthetic set: ten classes of drawn 32 x 32 colour images in the official CIFAR-10 record layout, for machines where no CIFAR-10
 * is to be had. Image (seed, index) is a pure function in integer arithmetic: the same bytes on every machine, in any order, in any
 * thread. Indices 0..49999 are the five training files and 50000..59999 the test file; each ten successive images from a multiple of
 * ten hold every class once, so each file of 10,000 holds exactly 1000 of each.
 */
#ifndef STRATA_DATA_SYNTH_H
#define STRATA_DATA_SYNTH_H

#include <stdint.h>

/* Names of the labels 0..9. */
extern const char *const synth_class_names[10];

/* Image `index` (0..59999) of the set of this seed: the label byte, then 1024 red, 1024 green and 1024 blue bytes, each plane row by
 * row from the top. */
void synth_record(uint64_t seed, uint32_t index, uint8_t record[3073]);

#endif
