import Autodiff
import Testing
import TestSupport

@Suite struct RandomGraphTests {
  private static let chunks = (0..<15).map { $0 * 20..<($0 + 1) * 20 }

  /// In double precision the same numbers but for rounding.
  @Test(arguments: chunks)
  func agreesInDoublePrecision(_ seeds: Range<Int>) throws {
    for seed in seeds { try check(seed, as: Double.self, tolerance: 1e-10) }
  }

  @Test(arguments: chunks)
  func agreesInSinglePrecision(_ seeds: Range<Int>) throws {
    let options = [CompilerOptions(), CompilerOptions.noPass]
    for seed in seeds { try check(seed, as: Float.self, tolerance: 1e-4, options: options) }
  }

  private func check<T: Real>(
    _ seed: Int, as type: T.Type, tolerance: Double,
    options: [CompilerOptions] = CompilerOptions.everyCombination
  ) throws {
    let random = RandomGraph(seed: seed, precision: T.element)
    let (inputs, variables) = random.values(as: T.self)
    try expectAgreement(
      random.graph, outputs: random.outputs, inputs: inputs, variables: variables, steps: 2,
      tolerance: tolerance, options: options)
  }
}
