import Testing

@testable import Recipes

/// Rounding behind a batch normalization of nearly equal rows, which a class token's are, is no mistake; a
/// mistake is.
@Suite struct TransformerGradientCheckTests {
  private func report(_ encoder: SmallTransformer, seed: UInt64) throws -> GradientReport {
    let head = ProjectionHead(hidden: [8], output: 6)
    return try gradientCheck(SimCLR(encoder, head: head, epochs: 1), image: [8, 8, 3], seed: seed)
  }

  @Test(arguments: 0..<12 as Range<UInt64>) func passes(seed: UInt64) throws {
    let report = try report(SmallTransformer(), seed: seed)
    #expect(report.passes, "\(report)")
    #expect(report.kinks.count < 6, "\(report)")
  }

  /// A gradient that is a ten-thousandth too large is found and named.
  @Test(arguments: 0..<3 as Range<UInt64>) func aSmallMistakeIsFound(seed: UInt64) throws {
    let encoder = SmallTransformer(depth: 1, tampered: { $0.graph.apply(SlightlySteeper(), to: [$0]) })
    let report = try report(encoder, seed: seed)
    #expect(report.worstError > 1e-5, "\(report)")
    #expect(report.mistakenNodes.map(\.origin.operation) == ["SlightlySteeper"], "\(report)")
  }
}

private struct SlightlySteeper: TensorOperation {
  func resultType(of operands: [TensorType]) -> TensorType { operands[0] }

  func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] { [upstream * 1.0001] }

  func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] { operands[0] }
}
