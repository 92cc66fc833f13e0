#pragma once
#include "vectors.h"

// The instructions for bfloat16 (AVX512_BF16), which Swift does not have, on vectors that it imports as SIMD16.
#ifdef __AVX512BF16__
#define LOUPE_HAS_BFLOAT16 1
typedef __bf16 loupe_bfloat16x16 __attribute__((__vector_size__(32)));
typedef __bf16 loupe_bfloat16x32 __attribute__((__vector_size__(64)));

// The nearest bfloat16, ties to even; subnormal numbers become zero.
LOUPE_INLINE loupe_halves loupe_rounded(loupe_floats a) {
  return (loupe_halves)__builtin_ia32_cvtneps2bf16_512_mask(a, (loupe_bfloat16x16)(loupe_halves)0, (uint16_t)-1);
}

// sum + high(a) high(b) + low(a) low(b) of the halves of each 32 bits: two multiply-adds, those of the high halves
// first, each rounded to nearest.
LOUPE_INLINE loupe_floats loupe_adding_pair_products(loupe_floats sum, loupe_words a, loupe_words b) {
  return (loupe_floats)__builtin_ia32_dpbf16ps_512(sum, (loupe_bfloat16x32)a, (loupe_bfloat16x32)b);
}
#else
#define LOUPE_HAS_BFLOAT16 0
// Never called.
LOUPE_INLINE loupe_halves loupe_rounded(loupe_floats a) { return (loupe_halves)0; }
LOUPE_INLINE loupe_floats loupe_adding_pair_products(loupe_floats sum, loupe_words a, loupe_words b) { return sum; }
#endif

// The control word of this thread's floating-point arithmetic, by which subnormal numbers are read and written as
// zeros, as the instructions above always do.
#ifdef __x86_64__
#define LOUPE_FLUSHES_SUBNORMALS 0x8040u
LOUPE_INLINE unsigned loupe_control(void) { return __builtin_ia32_stmxcsr(); }
LOUPE_INLINE void loupe_set_control(unsigned control) { __builtin_ia32_ldmxcsr(control); }
#elif defined(__aarch64__)
#define LOUPE_FLUSHES_SUBNORMALS 0x1000000u
LOUPE_INLINE unsigned loupe_control(void) { return (unsigned)__builtin_arm_rsr64("fpcr"); }
LOUPE_INLINE void loupe_set_control(unsigned control) { __builtin_arm_wsr64("fpcr", control); }
#else
#define LOUPE_FLUSHES_SUBNORMALS 0u
LOUPE_INLINE unsigned loupe_control(void) { return 0; }
LOUPE_INLINE void loupe_set_control(unsigned control) {}
#endif
