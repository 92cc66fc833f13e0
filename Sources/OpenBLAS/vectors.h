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
