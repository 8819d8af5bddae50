/* What this processor and this system let the kernels of src/mat/cpu use. */
#ifndef STRATA_MAT_PROCESSOR_H
#define STRATA_MAT_PROCESSOR_H

/* The best level: 0 generic, 1 avx2, 2 avx512, 3 vnni, 4 amx; on 64-bit Arm 1 neon, 2 dotprod. On Linux asks the kernel for the registers
 * of AMX where there are any. */
int processor_level(void);

#endif
