import OpenBLAS

/// The kernels OpenBLAS chose for this processor, such as `Haswell` or `SkylakeX`.
public var blasKernelName: String { String(cString: openblas_get_corename()) }

/// What the rounding of a product depends on besides its shape: the BLAS, its kernels for this processor, and
/// the registers that this package's own kernels were compiled for.
public var kernelNames: String {
  // The configuration begins with the name and the version.
  let version = String(cString: openblas_get_config()).split(separator: " ").prefix(2).joined(separator: " ")
  let registers = PackedPanels.hasWideRegisters ? "32 registers of 64 bytes" : "16 registers of 32 bytes"
  return "\(version) \(blasKernelName), \(registers)"
}

/// `total` cut in pieces of `size`, the last one shorter: the bounds of piece `index`.
@inline(__always)
func piece(_ index: Int, of size: Int, in total: Int) -> Range<Int> {
  index * size..<min(total, (index + 1) * size)
}

@inline(__always)
func pieces(of size: Int, in total: Int) -> Int { (total + size - 1) / size }
