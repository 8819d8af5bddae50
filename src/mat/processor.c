/*
 * What this processor and this system let the kernels use. A level needs its instructions, and a system that saves their registers. For
 * vectors the compiler's __builtin_cpu_supports knows both. The tiles of AMX are 8 KB a thread, so Linux lets only processes use them that
 * ask.
 */
#define _DEFAULT_SOURCE /* syscall */
#include "processor.h"

#include <stdbool.h>

#if STRATA_X86

#include <cpuid.h>
#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

/* Tiles with products of bytes: leaf 7, EDX bits 24 and 25. */
static bool has_tiles(void)
{
    unsigned a, b, c, d;
    const unsigned both = 3U << 24;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (d & both) == both;
}

static bool may_use_tiles(void)
{
#if defined(__linux__) && defined(SYS_arch_prctl)
    enum { ARCH_REQ_XCOMP_PERM = 0x1023, XFEATURE_XTILEDATA = 18 }; /* asm/prctl.h of Linux 5.16 and later */
    return syscall(SYS_arch_prctl, ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA) == 0;
#else
    return false;
#endif
}

int processor_level(void)
{
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return 0;
    if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512bw") || !__builtin_cpu_supports("avx512dq") ||
        !__builtin_cpu_supports("avx512vl")) return 1;
    if (!__builtin_cpu_supports("avx512vnni")) return 2;
    return has_tiles() && may_use_tiles() ? 4 : 3;
}

#elif STRATA_ARM64

#if defined(__linux__)
#include <sys/auxv.h>
#endif

/* All of them have NEON. Linux says which have products of bytes. */
int processor_level(void)
{
#if defined(__linux__)
    enum { HWCAP_DOT_PRODUCTS = 1 << 20 }; /* asm/hwcap.h: HWCAP_ASIMDDP */
    return (getauxval(AT_HWCAP) & HWCAP_DOT_PRODUCTS) != 0 ? 2 : 1;
#else
    return 1;
#endif
}

#else

int processor_level(void)
{
    return 0;
}

#endif
