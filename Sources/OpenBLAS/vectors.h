#pragma once
#include <stdint.h>

// Functions of sixteen numbers, on vectors that Swift imports as SIMD16. Swift's own are written lane by lane: the
// machine code is the same, but the compiler takes many times as long to find it.
typedef float loupe_floats __attribute__((ext_vector_type(16)));
typedef double loupe_doubles __attribute__((ext_vector_type(16)));
typedef uint16_t loupe_halves __attribute__((ext_vector_type(16)));
typedef uint32_t loupe_words __attribute__((ext_vector_type(16)));

#define LOUPE_INLINE static inline __attribute__((always_inline))
// Also without side effects, so that Swift's optimizer moves and merges calls.
#define LOUPE_FUNCTION static inline __attribute__((always_inline, const))

#define LOUPE_ARITHMETIC(vector, type)                                                                      \
  LOUPE_FUNCTION vector loupe_sum_##type(vector a, vector b) { return a + b; }                              \
  LOUPE_FUNCTION vector loupe_difference_##type(vector a, vector b) { return a - b; }                       \
  LOUPE_FUNCTION vector loupe_product_##type(vector a, vector b) { return a * b; }                          \
  LOUPE_FUNCTION vector loupe_quotient_##type(vector a, vector b) { return a / b; }                         \
  LOUPE_FUNCTION vector loupe_negative_##type(vector a) { return -a; }                                      \
  LOUPE_FUNCTION vector loupe_square_root_##type(vector a) { return __builtin_elementwise_sqrt(a); }        \
  /* a + b c, rounded once */                                                                               \
  LOUPE_FUNCTION vector loupe_adding_product_##type(vector a, vector b, vector c) {                         \
    return __builtin_elementwise_fma(b, c, a);                                                              \
  }                                                                                                         \
  /* a < b ? c : d */                                                                                       \
  LOUPE_FUNCTION vector loupe_where_less_##type(vector a, vector b, vector c, vector d) {                   \
    return a < b ? c : d;                                                                                   \
  }                                                                                                         \
  /* a <= b ? c : d */                                                                                      \
  LOUPE_FUNCTION vector loupe_where_less_or_equal_##type(vector a, vector b, vector c, vector d) {          \
    return a <= b ? c : d;                                                                                  \
  }                                                                                                         \
  /* a == b ? c : d */                                                                                      \
  LOUPE_FUNCTION vector loupe_where_equal_##type(vector a, vector b, vector c, vector d) {                  \
    return a == b ? c : d;                                                                                  \
  }

LOUPE_ARITHMETIC(loupe_floats, floats)
LOUPE_ARITHMETIC(loupe_doubles, doubles)

// Conversions.
LOUPE_FUNCTION loupe_words loupe_widened(loupe_halves a) { return __builtin_convertvector(a, loupe_words); }
LOUPE_FUNCTION loupe_halves loupe_narrowed(loupe_words a) { return __builtin_convertvector(a, loupe_halves); }
LOUPE_FUNCTION loupe_doubles loupe_doubles_of(loupe_floats a) { return __builtin_convertvector(a, loupe_doubles); }
LOUPE_FUNCTION loupe_floats loupe_floats_of(loupe_doubles a) { return __builtin_convertvector(a, loupe_floats); }

// Exponents, with the same bits on every processor: x 2^n for a whole n within 254 of 0, rounded once; the whole part of
// log2 |x|, -infinity for 0; and x divided by 2 to that power, NaN if x is less than 0.
#ifdef __AVX512F__
// 4: rounded as the thread's control word says.
LOUPE_FUNCTION loupe_floats loupe_scaled(loupe_floats x, loupe_floats n) {
  return (loupe_floats)__builtin_ia32_scalefps512_mask(x, n, x, (uint16_t)-1, 4);
}
LOUPE_FUNCTION loupe_floats loupe_exponent(loupe_floats x) {
  return (loupe_floats)__builtin_ia32_getexpps512_mask(x, x, (uint16_t)-1, 4);
}
LOUPE_FUNCTION loupe_floats loupe_mantissa(loupe_floats x) {
  // 12: from 1 to 2, with the sign 0, and NaN if x is negative.
  return (loupe_floats)__builtin_ia32_getmantps512_mask(x, 12, x, (uint16_t)-1, 4);
}
#else
// A float of this size has no fractional bits: the integer that is added to it is in its low bits.
#define LOUPE_WHOLE 0x1.8p23f
#define LOUPE_WHOLE_BITS 0x4B400000
typedef int32_t loupe_integers __attribute__((ext_vector_type(16)));
LOUPE_FUNCTION loupe_floats loupe_scaled(loupe_floats x, loupe_floats n) {
  // Two factors, each a normal number even where their product is not.
  loupe_integers exponent = (loupe_integers)(n + LOUPE_WHOLE) - LOUPE_WHOLE_BITS, half = exponent >> 1;
  return x * (loupe_floats)((half + 127) << 23) * (loupe_floats)((exponent - half + 127) << 23);
}
// Subnormal numbers are scaled by 2^24.
#define LOUPE_NORMAL(x) ((x) < 0x1p-126f ? (x) * 0x1p24f : (x))
LOUPE_FUNCTION loupe_floats loupe_exponent(loupe_floats x) {
  x = (loupe_floats)((loupe_integers)x & INT32_MAX);
  loupe_integers bits = ((loupe_integers)LOUPE_NORMAL(x) >> 23) - 127 + LOUPE_WHOLE_BITS;
  loupe_floats exponent = (loupe_floats)bits - LOUPE_WHOLE;
  exponent = x < 0x1p-126f ? exponent - 24 : exponent;
  exponent = x == 0 ? -(loupe_floats)__builtin_inff() : exponent;
  return x < __builtin_inff() ? exponent : x;
}
LOUPE_FUNCTION loupe_floats loupe_mantissa(loupe_floats x) {
  loupe_integers bits = (loupe_integers)LOUPE_NORMAL(x) & 0x7FFFFF;
  loupe_floats mantissa = (loupe_floats)(bits | 0x3F800000);
  return x >= 0 ? mantissa : (loupe_floats)__builtin_nanf("");
}
#endif
