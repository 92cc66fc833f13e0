import OpenBLAS

/// The name of OpenBLAS's kernels for this processor, such as `Haswell` or `SkylakeX`.
public var blasKernelName: String { String(cString: openblas_get_corename()) }

/// A sentence on OpenBLAS if it computes with kernels that lack this processor's vector instructions, as a
/// library does that is older than the processor; nil otherwise.
package var blasLimitation: String? { hasAVX2 ? limitation(ofBLASKernels: blasKernelName) : nil }

private var hasAVX2: Bool { LOUPE_HAS_AVX2 != 0 }

/// Returns a sentence on OpenBLAS's kernels of a name if they have no AVX2; nil otherwise.
func limitation(ofBLASKernels name: String) -> String? {
  let kernelsWithoutAVX2: Set = [
    "Katmai", "Coppermine", "Northwood", "Prescott", "Banias", "Atom", "Core2", "Penryn", "Dunnington",
    "Nehalem", "Athlon", "Opteron", "Opteron_SSE3", "Barcelona", "Nano", "Sandybridge", "Bobcat",
    "Bulldozer", "Piledriver", "Steamroller", "Excavator",
  ]
  guard kernelsWithoutAVX2.contains(name) else { return nil }
  return "OpenBLAS computes with its kernels for \(name), without this processor's vector instructions: "
    + "products of few rows take several times as long. Set OPENBLAS_CORETYPE="
    + "\(PackedPanels.hasWideRegisters ? "SkylakeX" : "Haswell") in the environment, or install a later OpenBLAS."
}

/// An identifier of everything besides shapes that affects the rounding of products: the BLAS, its kernels
/// for this processor, and the register width that this package's kernels were compiled for.
public var kernelNames: String {
  // The configuration starts with name and version.
  let version = String(cString: openblas_get_config()).split(separator: " ").prefix(2).joined(separator: " ")
  let registers = PackedPanels.hasWideRegisters ? "32 registers of 64 bytes" : "16 registers of 32 bytes"
  return "\(version) \(blasKernelName), \(registers)"
}

/// Returns the bounds of piece `index` when `total` is divided into pieces of `size`, the last one shorter.
@inline(__always)
package func piece(_ index: Int, of size: Int, in total: Int) -> Range<Int> {
  index * size..<min(total, (index + 1) * size)
}

/// Returns the number of pieces of `size` that `total` is divided into.
@inline(__always)
package func pieces(of size: Int, in total: Int) -> Int { (total + size - 1) / size }
