/*
 * The vocabulary of the kernels: vectors of V floats (vec), V int32 (vec_int), V uint32 (vec_word) and V/2 floats (vec_half), and the few
 * operations that C has no word for. The same kernel source is compiled once per level with that level's compiler flags. This header alone
 * looks at the level.
 *
 * + - * / on vectors are those of the language (GNU vector extensions), with one rounding each. The compiler may not contract
 * (-ffp-contract=off): a fused multiplication and addition is always asked for by name, vec_fma. So the bits of an element follow from the
 * source alone, and its place in a vector does not matter. On the generic level vec_fma has two roundings.
 */
#ifndef STRATA_MAT_CPU_VEC_H
#define STRATA_MAT_CPU_VEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))
#define NOINLINE __attribute__((noinline)) /* where what is inlined around a loop would take its registers */

/* The products of bytes use tiles (int8_tiles.inc) on the level amx, and in its emulation for tests; else dots (int8_dots.inc). */
#if defined(__AMX_INT8__) || defined(STRATA_EMULATE_TILES)
#define INT8_TILES 1
#else
#define INT8_TILES 0
#endif

/* Has the level products of bytes, vec_dot? */
#if defined(__AVX512VNNI__)
#define INT8_DOTS 1
#elif defined(STRATA_NEON) && defined(__ARM_FEATURE_DOTPROD)
#define INT8_DOTS 1
#else
#define INT8_DOTS 0
#endif

/* Before a loop over vectors in registers, whose bounds are constants once the function is inlined. */
#ifdef __clang__
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

/* The register tile of product.c: TILE_VECTORS vectors of rows by TILE_COLUMNS columns, all accumulators. The edges of a matrix need
 * smaller ones: TILE_HEIGHTS calls X(vectors, 1 if half a vector more), TILE_WIDTHS calls Y(vectors, half, columns), for every size. */
#if defined(__AVX512F__)
enum { V = 16, TILE_VECTORS = 4, TILE_COLUMNS = 6 }; /* 24 accumulators, 4 vectors of the panel and a factor in 32 registers */
#define TILE_HEIGHTS(X) X(0, 1) X(1, 0) X(1, 1) X(2, 0) X(2, 1) X(3, 0) X(3, 1) X(4, 0)
#define TILE_WIDTHS(Y, nv, half) Y(nv, half, 1) Y(nv, half, 2) Y(nv, half, 3) Y(nv, half, 4) Y(nv, half, 5) Y(nv, half, 6)
#elif defined(__AVX2__)
enum { V = 8, TILE_VECTORS = 3, TILE_COLUMNS = 4 }; /* 12, 3 and 1 in 16 */
#define TILE_HEIGHTS(X) X(0, 1) X(1, 0) X(1, 1) X(2, 0) X(2, 1) X(3, 0)
#define TILE_WIDTHS(Y, nv, half) Y(nv, half, 1) Y(nv, half, 2) Y(nv, half, 3) Y(nv, half, 4)
#elif defined(STRATA_NEON)
enum { V = 4, TILE_VECTORS = 4, TILE_COLUMNS = 5 }; /* 20, 4 and 5 in 32: gcc loads all factors at once, and with 6 has too few registers */
#define TILE_HEIGHTS(X) X(0, 1) X(1, 0) X(1, 1) X(2, 0) X(2, 1) X(3, 0) X(3, 1) X(4, 0)
#define TILE_WIDTHS(Y, nv, half) Y(nv, half, 1) Y(nv, half, 2) Y(nv, half, 3) Y(nv, half, 4) Y(nv, half, 5)
#else
enum { V = 4, TILE_VECTORS = 2, TILE_COLUMNS = 4 };
#define TILE_HEIGHTS(X) X(0, 1) X(1, 0) X(1, 1) X(2, 0)
#define TILE_WIDTHS(Y, nv, half) Y(nv, half, 1) Y(nv, half, 2) Y(nv, half, 3) Y(nv, half, 4)
#endif

typedef float vec __attribute__((vector_size(V * sizeof(float))));
typedef float vec_half __attribute__((vector_size(V * sizeof(float) / 2)));
typedef int32_t vec_int __attribute__((vector_size(V * sizeof(float))));
typedef uint32_t vec_word __attribute__((vector_size(V * sizeof(float))));

INLINE vec vec_load(const float *p)
{
    vec x;
    memcpy(&x, p, sizeof x);
    return x;
}

INLINE void vec_store(float *p, vec x)
{
    memcpy(p, &x, sizeof x);
}

INLINE vec_half vec_half_load(const float *p)
{
    vec_half x;
    memcpy(&x, p, sizeof x);
    return x;
}

INLINE void vec_half_store(float *p, vec_half x)
{
    memcpy(p, &x, sizeof x);
}

/* x in every element. */
INLINE vec vec_all(float x)
{
    return x - (vec){ 0 };
}

#if defined(__AVX512F__)
#include <immintrin.h>

INLINE vec vec_fma(vec a, vec b, vec c) { return (vec)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c); }
INLINE vec_half vec_half_fma(vec_half a, vec_half b, vec_half c) { return (vec_half)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c); }
INLINE vec_half vec_low(vec x) { return (vec_half)_mm512_castps512_ps256((__m512)x); }

/* x stays in a register until here. So gcc leaves each sum of a tile where it is: else it moves sums about, and spills. */
INLINE void vec_keep(vec x) { __asm__ volatile("" : : "v"(x)); }
INLINE void vec_half_keep(vec_half x) { __asm__ volatile("" : : "v"(x)); }

/* The first count (0..V) elements at p, zeros behind them; nothing else is touched. */
INLINE vec vec_load_some(const float *p, int count)
{
    return (vec)_mm512_maskz_loadu_ps((__mmask16)((1U << count) - 1), p);
}

INLINE void vec_store_some(float *p, int count, vec x)
{
    _mm512_mask_storeu_ps(p, (__mmask16)((1U << count) - 1), (__m512)x);
}

/* V bytes as floats; and byte `number` (0..3) of the 32 bits of each element, as a float. */
INLINE vec vec_bytes(const uint8_t *p)
{
    return (vec)_mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)p)));
}

INLINE vec vec_byte(vec x, int number)
{
    __m512i bits = _mm512_srli_epi32(_mm512_castps_si512((__m512)x), 8U * (unsigned)number);
    return (vec)_mm512_cvtepi32_ps(_mm512_and_si512(bits, _mm512_set1_epi32(255)));
}

/* A V x V transpose, q[r] being row r: pairs of 32 bits, then of 64 bits, then quarters of registers, twice. */
INLINE void vec_transpose(vec q[V])
{
    __m512 a[V], b[V];
    UNROLL
    for (int r = 0; r < V; r += 2) {
        a[r] = _mm512_unpacklo_ps((__m512)q[r], (__m512)q[r + 1]);
        a[r + 1] = _mm512_unpackhi_ps((__m512)q[r], (__m512)q[r + 1]);
    }
    UNROLL
    for (int r = 0; r < V; r += 4) { /* b[r + c]: column 4 x + c of rows r .. r + 3, in quarter x */
        b[r] = _mm512_castpd_ps(_mm512_unpacklo_pd(_mm512_castps_pd(a[r]), _mm512_castps_pd(a[r + 2])));
        b[r + 1] = _mm512_castpd_ps(_mm512_unpackhi_pd(_mm512_castps_pd(a[r]), _mm512_castps_pd(a[r + 2])));
        b[r + 2] = _mm512_castpd_ps(_mm512_unpacklo_pd(_mm512_castps_pd(a[r + 1]), _mm512_castps_pd(a[r + 3])));
        b[r + 3] = _mm512_castpd_ps(_mm512_unpackhi_pd(_mm512_castps_pd(a[r + 1]), _mm512_castps_pd(a[r + 3])));
    }
    UNROLL
    for (int c = 0; c < 4; c++) {
        __m512 low02 = _mm512_shuffle_f32x4(b[c], b[4 + c], 0x88), low13 = _mm512_shuffle_f32x4(b[c], b[4 + c], 0xdd);
        __m512 high02 = _mm512_shuffle_f32x4(b[8 + c], b[12 + c], 0x88), high13 = _mm512_shuffle_f32x4(b[8 + c], b[12 + c], 0xdd);
        q[c] = (vec)_mm512_shuffle_f32x4(low02, high02, 0x88);
        q[8 + c] = (vec)_mm512_shuffle_f32x4(low02, high02, 0xdd);
        q[4 + c] = (vec)_mm512_shuffle_f32x4(low13, high13, 0x88);
        q[12 + c] = (vec)_mm512_shuffle_f32x4(low13, high13, 0xdd);
    }
}

/* The product of each element and factor has 64 bits: returns the low halves, and sets *high to the high ones. */
INLINE vec_word vec_times(vec_word a, uint32_t factor, vec_word *high)
{
    __m512i f = _mm512_set1_epi32((int)factor);
    __m512i even = _mm512_mul_epu32((__m512i)a, f), odd = _mm512_mul_epu32(_mm512_srli_epi64((__m512i)a, 32), f);
    *high = (vec_word)_mm512_mask_blend_epi32(0xaaaa, _mm512_srli_epi64(even, 32), odd);
    return (vec_word)_mm512_mask_blend_epi32(0xaaaa, even, _mm512_slli_epi64(odd, 32));
}

/* Deals four vectors out: the four numbers x of out[r] are element 4 x + r of q[0], q[1], q[2] and q[3]. */
INLINE void vec_deal(vec_word out[4], const vec_word q[4])
{
    __m512i low = _mm512_unpacklo_epi32((__m512i)q[0], (__m512i)q[1]), high = _mm512_unpackhi_epi32((__m512i)q[0], (__m512i)q[1]);
    __m512i low2 = _mm512_unpacklo_epi32((__m512i)q[2], (__m512i)q[3]), high2 = _mm512_unpackhi_epi32((__m512i)q[2], (__m512i)q[3]);
    out[0] = (vec_word)_mm512_unpacklo_epi64(low, low2);
    out[1] = (vec_word)_mm512_unpackhi_epi64(low, low2);
    out[2] = (vec_word)_mm512_unpacklo_epi64(high, high2);
    out[3] = (vec_word)_mm512_unpackhi_epi64(high, high2);
}

#if defined(__AVX512VNNI__)
/* Each element: sum + the four products of the unsigned bytes with the signed bytes of limbs; int32, exact. */
INLINE vec_int vec_dot(vec_int sum, vec_int bytes, vec_int limbs)
{
    return (vec_int)_mm512_dpbusd_epi32((__m512i)sum, (__m512i)bytes, (__m512i)limbs);
}

/* Each of the 4 V bytes is 128. */
#define PIXELS_128 ((vec_int){ 0 } + (int32_t)0x80808080)

INLINE void vec_int_store_some(int32_t *p, int count, vec_int x)
{
    _mm512_mask_storeu_epi32(p, (__mmask16)((1U << count) - 1), (__m512i)x);
}

/* Splits 4 V integers of 2 or 3 bytes into limbs: element e of out[d] is byte d of q[0], q[1], q[2] and q[3] in element e. Bytes 0 and 1 of
 * q[0] and q[1], and of q[2] and q[3], are interleaved first, and 16-bit halves of those then. */
INLINE void vec_split(vec_int *out, const vec_int q[4], int limbs)
{
    const __m512i even = _mm512_set4_epi32((int)0x800d800c, (int)0x80098008, (int)0x80058004, (int)0x80018000);
    const __m512i odd = _mm512_set4_epi32(0x0d800c80, 0x09800880, 0x05800480, 0x01800080);
    __m512i low = _mm512_or_si512(_mm512_shuffle_epi8((__m512i)q[0], even), _mm512_shuffle_epi8((__m512i)q[1], odd));
    __m512i high = _mm512_or_si512(_mm512_shuffle_epi8((__m512i)q[2], even), _mm512_shuffle_epi8((__m512i)q[3], odd));
    out[0] = (vec_int)_mm512_mask_blend_epi16(0xaaaaaaaa, low, _mm512_slli_epi32(high, 16));
    out[1] = (vec_int)_mm512_mask_blend_epi16(0xaaaaaaaa, _mm512_srli_epi32(low, 16), high);
    if (limbs == 3) out[2] = (q[0] >> 16 & 255) | (q[1] >> 16 & 255) << 8 | (q[2] & 255 << 16) | (q[3] >> 16) << 24;
}

/* To the nearest integer, ties to even. */
INLINE vec_int vec_round(vec x)
{
    return (vec_int)_mm512_cvtps_epi32((__m512)x);
}

/* V consecutive elements of a and then b, from number `first` on, V at most. */
INLINE vec_int vec_from(vec_int a, vec_int b, int first)
{
    const __m512i order = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    return (vec_int)_mm512_permutex2var_epi32((__m512i)a, _mm512_add_epi32(order, _mm512_set1_epi32(first)), (__m512i)b);
}

INLINE vec vec_abs(vec x) { return (vec)_mm512_abs_ps((__m512)x); }
INLINE vec vec_max(vec a, vec b) { return (vec)_mm512_max_ps((__m512)a, (__m512)b); } /* b where one is a NaN */

/* Element e: byte e of a, b, c and d, a the lowest: a quad. */
INLINE vec_int vec_interleave(const uint8_t *a, const uint8_t *b, const uint8_t *c, const uint8_t *d)
{
    __m128i p = _mm_loadu_si128((const __m128i *)a), q = _mm_loadu_si128((const __m128i *)b);
    __m128i r = _mm_loadu_si128((const __m128i *)c), s = _mm_loadu_si128((const __m128i *)d);
    __m128i low = _mm_unpacklo_epi8(p, q), high = _mm_unpackhi_epi8(p, q);
    __m128i low2 = _mm_unpacklo_epi8(r, s), high2 = _mm_unpackhi_epi8(r, s);
    __m256i first = _mm256_set_m128i(_mm_unpackhi_epi16(low, low2), _mm_unpacklo_epi16(low, low2));
    __m256i second = _mm256_set_m128i(_mm_unpackhi_epi16(high, high2), _mm_unpacklo_epi16(high, high2));
    return (vec_int)_mm512_inserti64x4(_mm512_castsi256_si512(first), second, 1);
}
#endif

#elif defined(__AVX2__)
#include <immintrin.h>

INLINE vec vec_fma(vec a, vec b, vec c) { return (vec)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c); }
INLINE vec_half vec_half_fma(vec_half a, vec_half b, vec_half c) { return (vec_half)_mm_fmadd_ps((__m128)a, (__m128)b, (__m128)c); }
INLINE vec_half vec_low(vec x) { return (vec_half)_mm256_castps256_ps128((__m256)x); }
INLINE void vec_keep(vec x) { __asm__ volatile("" : : "x"(x)); }
INLINE void vec_half_keep(vec_half x) { __asm__ volatile("" : : "x"(x)); }

INLINE __m256i vec_first(int count)
{
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(count), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

INLINE vec vec_load_some(const float *p, int count) { return (vec)_mm256_maskload_ps(p, vec_first(count)); }
INLINE void vec_store_some(float *p, int count, vec x) { _mm256_maskstore_ps(p, vec_first(count), (__m256)x); }

INLINE vec vec_bytes(const uint8_t *p)
{
    return (vec)_mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)p)));
}

INLINE vec vec_byte(vec x, int number)
{
    __m256i bits = _mm256_srli_epi32(_mm256_castps_si256((__m256)x), 8 * number);
    return (vec)_mm256_cvtepi32_ps(_mm256_and_si256(bits, _mm256_set1_epi32(255)));
}

INLINE void vec_transpose(vec q[V])
{
    __m256 a[V], b[V];
    UNROLL
    for (int r = 0; r < V; r += 2) {
        a[r] = _mm256_unpacklo_ps((__m256)q[r], (__m256)q[r + 1]);
        a[r + 1] = _mm256_unpackhi_ps((__m256)q[r], (__m256)q[r + 1]);
    }
    UNROLL
    for (int r = 0; r < V; r += 4) {
        b[r] = _mm256_castpd_ps(_mm256_unpacklo_pd(_mm256_castps_pd(a[r]), _mm256_castps_pd(a[r + 2])));
        b[r + 1] = _mm256_castpd_ps(_mm256_unpackhi_pd(_mm256_castps_pd(a[r]), _mm256_castps_pd(a[r + 2])));
        b[r + 2] = _mm256_castpd_ps(_mm256_unpacklo_pd(_mm256_castps_pd(a[r + 1]), _mm256_castps_pd(a[r + 3])));
        b[r + 3] = _mm256_castpd_ps(_mm256_unpackhi_pd(_mm256_castps_pd(a[r + 1]), _mm256_castps_pd(a[r + 3])));
    }
    UNROLL
    for (int c = 0; c < 4; c++) {
        q[c] = (vec)_mm256_permute2f128_ps(b[c], b[4 + c], 0x20);
        q[4 + c] = (vec)_mm256_permute2f128_ps(b[c], b[4 + c], 0x31);
    }
}

INLINE vec_word vec_times(vec_word a, uint32_t factor, vec_word *high)
{
    __m256i f = _mm256_set1_epi32((int)factor);
    __m256i even = _mm256_mul_epu32((__m256i)a, f), odd = _mm256_mul_epu32(_mm256_srli_epi64((__m256i)a, 32), f);
    *high = (vec_word)_mm256_blend_epi32(_mm256_srli_epi64(even, 32), odd, 0xaa);
    return (vec_word)_mm256_blend_epi32(even, _mm256_slli_epi64(odd, 32), 0xaa);
}

INLINE void vec_deal(vec_word out[4], const vec_word q[4])
{
    __m256i low = _mm256_unpacklo_epi32((__m256i)q[0], (__m256i)q[1]), high = _mm256_unpackhi_epi32((__m256i)q[0], (__m256i)q[1]);
    __m256i low2 = _mm256_unpacklo_epi32((__m256i)q[2], (__m256i)q[3]), high2 = _mm256_unpackhi_epi32((__m256i)q[2], (__m256i)q[3]);
    out[0] = (vec_word)_mm256_unpacklo_epi64(low, low2);
    out[1] = (vec_word)_mm256_unpackhi_epi64(low, low2);
    out[2] = (vec_word)_mm256_unpacklo_epi64(high, high2);
    out[3] = (vec_word)_mm256_unpackhi_epi64(high, high2);
}

#elif defined(STRATA_NEON)
#include <arm_neon.h>

INLINE vec vec_fma(vec a, vec b, vec c) { return (vec)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b); }

INLINE vec_half vec_half_fma(vec_half a, vec_half b, vec_half c)
{
    return (vec_half)vfma_f32((float32x2_t)c, (float32x2_t)a, (float32x2_t)b);
}

INLINE vec_half vec_low(vec x) { return (vec_half)vget_low_f32((float32x4_t)x); }
INLINE void vec_keep(vec x) { __asm__ volatile("" : : "w"(x)); }
INLINE void vec_half_keep(vec_half x) { __asm__ volatile("" : : "w"(x)); }

INLINE vec vec_load_some(const float *p, int count)
{
    const float32x4_t none = vdupq_n_f32(0);
    switch (count) {
    case 0: return (vec)none;
    case 1: return (vec)vld1q_lane_f32(p, none, 0);
    case 2: return (vec)vcombine_f32(vld1_f32(p), vget_low_f32(none));
    case 3: return (vec)vld1q_lane_f32(p + 2, vcombine_f32(vld1_f32(p), vget_low_f32(none)), 2);
    default: return vec_load(p);
    }
}

/* p: floats or integers. */
INLINE void vec_store_first(void *p, int count, vec x)
{
    vec_half low = vec_low(x);
    float first = x[0], third = x[2];
    switch (count) {
    case 0: break;
    case 1: memcpy(p, &first, sizeof first); break;
    case 2: memcpy(p, &low, sizeof low); break;
    case 3:
        memcpy(p, &low, sizeof low);
        memcpy((char *)p + sizeof low, &third, sizeof third);
        break;
    default: memcpy(p, &x, sizeof x);
    }
}

INLINE void vec_store_some(float *p, int count, vec x) { vec_store_first(p, count, x); }

/* The four bytes at p, in the low half. */
INLINE uint8x8_t vec_four(const uint8_t *p)
{
    uint32_t four;
    memcpy(&four, p, sizeof four);
    return vcreate_u8(four);
}

INLINE vec vec_bytes(const uint8_t *p)
{
    return (vec)vcvtq_f32_u32(vmovl_u16(vget_low_u16(vmovl_u8(vec_four(p)))));
}

INLINE vec vec_byte(vec x, int number)
{
    return (vec)vcvtq_f32_u32((uint32x4_t)(((vec_word)x >> (uint32_t)(8 * number)) & 255));
}

/* A 4 x 4 transpose: pairs of 32 bits, then of 64. */
INLINE void vec_transpose(vec q[V])
{
    float32x4_t even = vtrn1q_f32((float32x4_t)q[0], (float32x4_t)q[1]), odd = vtrn2q_f32((float32x4_t)q[0], (float32x4_t)q[1]);
    float32x4_t even2 = vtrn1q_f32((float32x4_t)q[2], (float32x4_t)q[3]), odd2 = vtrn2q_f32((float32x4_t)q[2], (float32x4_t)q[3]);
    q[0] = (vec)vtrn1q_f64((float64x2_t)even, (float64x2_t)even2);
    q[1] = (vec)vtrn1q_f64((float64x2_t)odd, (float64x2_t)odd2);
    q[2] = (vec)vtrn2q_f64((float64x2_t)even, (float64x2_t)even2);
    q[3] = (vec)vtrn2q_f64((float64x2_t)odd, (float64x2_t)odd2);
}

INLINE vec_word vec_times(vec_word a, uint32_t factor, vec_word *high)
{
    uint32x4_t x = (uint32x4_t)a, f = vdupq_n_u32(factor);
    uint32x4_t first = (uint32x4_t)vmull_u32(vget_low_u32(x), vget_low_u32(f)), last = (uint32x4_t)vmull_high_u32(x, f);
    *high = (vec_word)vuzp2q_u32(first, last);
    return (vec_word)vuzp1q_u32(first, last);
}

INLINE void vec_deal(vec_word out[4], const vec_word q[4])
{
    vec x[4];
    for (int r = 0; r < 4; r++) x[r] = (vec)q[r];
    vec_transpose(x);
    for (int r = 0; r < 4; r++) out[r] = (vec_word)x[r];
}

#if INT8_DOTS
/* This instruction multiplies signed bytes alone. So the pixels lose their zero point here, and vec_dot of PIXELS_128 is 0: no sum needs a
 * correction, and all have the integers of VNNI in the end. */
INLINE vec_int vec_dot(vec_int sum, vec_int bytes, vec_int limbs)
{
    return (vec_int)vdotq_s32((int32x4_t)sum, (int8x16_t)(bytes ^ (int32_t)0x80808080), (int8x16_t)limbs);
}

#define PIXELS_128 ((vec_int){ 0 } + (int32_t)0x80808080)

INLINE void vec_int_store_some(int32_t *p, int count, vec_int x) { vec_store_first(p, count, (vec)x); }

/* Pairs of bytes, and then of these: bytes 0 and 2 of all four are in the even ones of the first, 1 in those of the second. */
INLINE void vec_split(vec_int *out, const vec_int q[4], int limbs)
{
    int16x8_t even = (int16x8_t)vtrn1q_s8((int8x16_t)q[0], (int8x16_t)q[1]), odd = (int16x8_t)vtrn2q_s8((int8x16_t)q[0], (int8x16_t)q[1]);
    int16x8_t even2 = (int16x8_t)vtrn1q_s8((int8x16_t)q[2], (int8x16_t)q[3]), odd2 = (int16x8_t)vtrn2q_s8((int8x16_t)q[2], (int8x16_t)q[3]);
    out[0] = (vec_int)vtrn1q_s16(even, even2);
    out[1] = (vec_int)vtrn1q_s16(odd, odd2);
    if (limbs == 3) out[2] = (vec_int)vtrn2q_s16(even, even2);
}

INLINE vec_int vec_from(vec_int a, vec_int b, int first)
{
    int32_t both[2 * V];
    memcpy(both, &a, sizeof a);
    memcpy(both + V, &b, sizeof b);
    memcpy(&a, both + first, sizeof a);
    return a;
}

INLINE vec_int vec_round(vec x) { return (vec_int)vcvtnq_s32_f32((float32x4_t)x); }
INLINE vec vec_abs(vec x) { return (vec)vabsq_f32((float32x4_t)x); }

INLINE vec vec_max(vec a, vec b)
{
    return (vec)vbslq_f32(vcgtq_f32((float32x4_t)a, (float32x4_t)b), (float32x4_t)a, (float32x4_t)b);
}

INLINE vec_int vec_interleave(const uint8_t *a, const uint8_t *b, const uint8_t *c, const uint8_t *d)
{
    uint16x4_t ab = (uint16x4_t)vzip1_u8(vec_four(a), vec_four(b)), cd = (uint16x4_t)vzip1_u8(vec_four(c), vec_four(d));
    return (vec_int)vcombine_u16(vzip1_u16(ab, cd), vzip2_u16(ab, cd));
}
#endif

#else

INLINE vec vec_fma(vec a, vec b, vec c) { return a * b + c; }
INLINE vec_half vec_half_fma(vec_half a, vec_half b, vec_half c) { return a * b + c; }
INLINE vec_half vec_low(vec x) { return (vec_half){ x[0], x[1] }; }
INLINE void vec_keep(vec x) { (void)x; }
INLINE void vec_half_keep(vec_half x) { (void)x; }

INLINE vec vec_load_some(const float *p, int count)
{
    vec x = { 0 };
    memcpy(&x, p, (size_t)count * sizeof(float));
    return x;
}

INLINE void vec_store_some(float *p, int count, vec x)
{
    memcpy(p, &x, (size_t)count * sizeof(float));
}

INLINE vec vec_bytes(const uint8_t *p)
{
    return (vec){ p[0], p[1], p[2], p[3] };
}

INLINE vec vec_byte(vec x, int number)
{
    return __builtin_convertvector(((vec_int)x >> 8 * number) & 255, vec);
}

INLINE void vec_transpose(vec q[V])
{
    vec a = q[0], b = q[1], c = q[2], d = q[3];
    q[0] = (vec){ a[0], b[0], c[0], d[0] };
    q[1] = (vec){ a[1], b[1], c[1], d[1] };
    q[2] = (vec){ a[2], b[2], c[2], d[2] };
    q[3] = (vec){ a[3], b[3], c[3], d[3] };
}

INLINE vec_word vec_times(vec_word a, uint32_t factor, vec_word *high)
{
    vec_word low = { 0 };
    for (int e = 0; e < V; e++) {
        uint64_t product = (uint64_t)a[e] * factor;
        low[e] = (uint32_t)product;
        (*high)[e] = (uint32_t)(product >> 32);
    }
    return low;
}

INLINE void vec_deal(vec_word out[4], const vec_word q[4])
{
    for (int r = 0; r < 4; r++) out[r] = (vec_word){ q[0][r], q[1][r], q[2][r], q[3][r] };
}

#endif
#endif
