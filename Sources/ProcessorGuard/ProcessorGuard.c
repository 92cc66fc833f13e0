// Ends a program before `main` with a sentence, where it would otherwise end with "Illegal instruction": on a processor
// without the instruction sets that it was compiled for.
//
// The compiler's flags for this file are those of the kernels, so its macros say what the kernels may use. The check
// itself is compiled for the oldest processor of the architecture.

#if defined(__x86_64__)

#include <stdbool.h>
#include <string.h>
#include <unistd.h>

// The status of `sysexits.h` for a missing system file; a shell sees it as `$?`.
#define PROCESSOR_UNSUITABLE 72

#define BASE_INSTRUCTION_SET __attribute__((target("arch=x86-64")))

#define FIRST_WORDS "This program was built for another processor; this one lacks "

BASE_INSTRUCTION_SET static void say(const char *text) {
  ssize_t written = write(STDERR_FILENO, text, strlen(text));
  (void)written;
}

// Adds an instruction set to the sentence if this processor lacks it. `__builtin_cpu_supports` takes literals only.
#define REQUIRE(feature, name)            \
  if (!__builtin_cpu_supports(feature)) { \
    say(missing ? ", " : FIRST_WORDS);    \
    say(name);                            \
    missing = true;                       \
  }

BASE_INSTRUCTION_SET __attribute__((constructor(101))) static void check_processor(void) {
  bool missing = false;
  __builtin_cpu_init();
#ifdef __SSE4_2__
  REQUIRE("sse4.2", "SSE4.2")
#endif
#ifdef __POPCNT__
  REQUIRE("popcnt", "POPCNT")
#endif
#ifdef __AVX__
  REQUIRE("avx", "AVX")
#endif
#ifdef __AVX2__
  REQUIRE("avx2", "AVX2")
#endif
#ifdef __FMA__
  REQUIRE("fma", "FMA")
#endif
#ifdef __F16C__
  REQUIRE("f16c", "F16C")
#endif
#ifdef __LZCNT__
  REQUIRE("lzcnt", "LZCNT")
#endif
#ifdef __MOVBE__
  REQUIRE("movbe", "MOVBE")
#endif
#ifdef __BMI__
  REQUIRE("bmi", "BMI")
#endif
#ifdef __BMI2__
  REQUIRE("bmi2", "BMI2")
#endif
#ifdef __ADX__
  REQUIRE("adx", "ADX")
#endif
#ifdef __SHA__
  REQUIRE("sha", "SHA")
#endif
#ifdef __GFNI__
  REQUIRE("gfni", "GFNI")
#endif
#ifdef __VAES__
  REQUIRE("vaes", "VAES")
#endif
#ifdef __VPCLMULQDQ__
  REQUIRE("vpclmulqdq", "VPCLMULQDQ")
#endif
#ifdef __AVXVNNI__
  REQUIRE("avxvnni", "AVX-VNNI")
#endif
#ifdef __AVX512F__
  REQUIRE("avx512f", "AVX-512F")
#endif
#ifdef __AVX512CD__
  REQUIRE("avx512cd", "AVX-512CD")
#endif
#ifdef __AVX512BW__
  REQUIRE("avx512bw", "AVX-512BW")
#endif
#ifdef __AVX512DQ__
  REQUIRE("avx512dq", "AVX-512DQ")
#endif
#ifdef __AVX512VL__
  REQUIRE("avx512vl", "AVX-512VL")
#endif
#ifdef __AVX512IFMA__
  REQUIRE("avx512ifma", "AVX-512IFMA")
#endif
#ifdef __AVX512VBMI__
  REQUIRE("avx512vbmi", "AVX-512VBMI")
#endif
#ifdef __AVX512VBMI2__
  REQUIRE("avx512vbmi2", "AVX-512VBMI2")
#endif
#ifdef __AVX512VNNI__
  REQUIRE("avx512vnni", "AVX-512VNNI")
#endif
#ifdef __AVX512BITALG__
  REQUIRE("avx512bitalg", "AVX-512BITALG")
#endif
#ifdef __AVX512VPOPCNTDQ__
  REQUIRE("avx512vpopcntdq", "AVX-512VPOPCNTDQ")
#endif
#ifdef __AVX512BF16__
  REQUIRE("avx512bf16", "AVX-512BF16")
#endif
#ifdef __AVX512FP16__
  REQUIRE("avx512fp16", "AVX-512FP16")
#endif
#ifdef __AVX512VP2INTERSECT__
  REQUIRE("avx512vp2intersect", "AVX-512VP2INTERSECT")
#endif
  if (!missing) return;
  say(". Build it on this machine, with `swift build -c release`");
#ifdef __AVX512F__
  say(", or for every x86-64 processor that has AVX2, with `--traits AVX2`");
#endif
  say(".\n");
  _exit(PROCESSOR_UNSUITABLE);
}

#endif
