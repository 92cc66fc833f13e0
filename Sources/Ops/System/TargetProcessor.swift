// The traits of the package that name a processor exclude each other: of two flags, a compiler takes the
// last.
#if (NativeCPU && AVX2) || (NativeCPU && AVX512) || (AVX2 && AVX512)
  #error("Enable one of the traits NativeCPU (the default), AVX2 and AVX512; `--traits AVX2` is AVX2 alone.")
#endif
