/// Checks a loss's gradient against central differences.
///
///     try gradientCheck(MyLoss(), on: .random(8, 16)).verify()
///
/// - Parameters:
///   - z: Embeddings `[2N, D]`; rows `i` and `i + N` are a pair.
///   - tolerance: The largest relative error allowed.
///   - seed: Where the embeddings are drawn from.
/// - Throws: `GraphErrors` if the loss has a mistake in its shapes.
public func gradientCheck(
  _ loss: some ContrastiveLoss, on z: CheckInput, tolerance: Double = 1e-6, seed: UInt64 = 0
) throws -> GradientReport {
  precondition(z.shape.rank == 2 && z.shape[0] % 2 == 0, "embeddings are [2N, D], not \(z.shape)")
  let pairs = Pairs(z.shape[0] / 2)
  return try gradientCheck(loss.summary, on: [z], tolerance: tolerance, seed: seed) { loss($0[0], pairs) }
}

extension CheckInput {
  /// Embeddings `[rows, columns]` drawn from -1 to 1.
  public static func random(_ rows: Int, _ columns: Int) -> CheckInput { .uniform("z", [rows, columns]) }
}
