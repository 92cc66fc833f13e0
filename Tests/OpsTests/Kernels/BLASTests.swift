import Testing

@testable import Ops

/// The limitation of OpenBLAS's kernels, by their names.
@Suite struct BLASTests {
  @Test(arguments: ["Prescott", "Barcelona", "Sandybridge"])
  func kernelsOfAnOlderProcessorAreALimitation(name: String) throws {
    let sentence = try #require(limitation(ofBLASKernels: name))
    #expect(sentence.contains("its kernels for \(name),") && sentence.contains("OPENBLAS_CORETYPE="))
  }

  @Test(arguments: ["Haswell", "Zen", "SkylakeX", "SapphireRapids", "neoversen1"])
  func othersAreNone(name: String) {
    #expect(limitation(ofBLASKernels: name) == nil)
  }
}
