/// Checks a loss's gradient against central differences.
///
///     try gradientCheck(MyLoss(), on: .random(8, 16)).verify()
///
/// - Parameters:
///   - z: Embeddings `[2N, D]`; rows `i` and `i + N` are a pair.
///   - groups: Which samples are of the same group, a number for each.
///   - tolerance: The largest relative error allowed.
///   - seed: Where the embeddings are drawn from.
/// - Throws: `GraphErrors` if the loss has a mistake in its settings or shapes.
public func gradientCheck(
  _ loss: some ContrastiveLoss, on z: CheckInput, groups: [Int]? = nil, tolerance: Double = 1e-6,
  seed: UInt64 = 0
) throws -> GradientReport {
  let pairs = pairs(of: z, groups)
  try loss.validate()
  return try gradientCheck(loss.summary, on: [z], tolerance: tolerance, seed: seed) { loss($0[0], pairs) }
}

/// Checks the gradients of a loss that takes more than embeddings: for the embeddings, and for what is
/// predicted from them. The target network's embeddings are drawn like `z`.
///
/// - Parameters:
///   - z: Embeddings `[2N, D]`; rows `i` and `i + N` are a pair.
///   - groups: Which samples are of the same group, a number for each.
///   - tolerance: The largest relative error allowed.
///   - seed: Where all of them are drawn from.
/// - Throws: `GraphErrors` if the loss has a mistake in its shapes.
public func gradientCheck(
  _ loss: some EmbeddingLoss, on z: CheckInput, groups: [Int]? = nil, tolerance: Double = 1e-6,
  seed: UInt64 = 0
) throws -> GradientReport {
  let pairs = pairs(of: z, groups)
  try loss.validate()
  let inputs = [
    z, .uniform("predicted", z.shape), .uniform("target", z.shape, differentiated: false),
  ]
  return try gradientCheck(loss.summary, on: inputs, tolerance: tolerance, seed: seed) {
    loss(Embeddings(online: $0[0], predicted: $0[1], target: $0[2], pairs: pairs))
  }
}

extension EmbeddingLoss {
  // Throws what does not work of its settings.
  fileprivate func validate() throws(GraphErrors) {
    let graph = GraphBuilder()
    graph.check(self)
    try graph.validate()
  }
}

private func pairs(of z: CheckInput, _ groups: [Int]?) -> Pairs {
  contract(z.shape.rank == 2 && z.shape[0] % 2 == 0, "embeddings are [2N, D], not \(z.shape)")
  return Pairs(z.shape[0] / 2, groups: groups.map { .given($0) } ?? .none)
}

extension CheckInput {
  /// Embeddings `[rows, columns]` drawn from -1 to 1.
  public static func random(_ rows: Int, _ columns: Int) -> CheckInput { .uniform("z", [rows, columns]) }
}
