/// Attention written as products and a softmax, which have the scores in memory: for the gradient of a bias
/// and for second derivatives.
struct ComposedAttention {
  private let form: AttentionForm
  private let bias: Tensor?
  // By head, `[N, heads, T, D]`.
  private let queries: Tensor, keys: Tensor, values: Tensor
  // `[N, heads, Q, K]`.
  private let weights: Tensor

  init(_ form: AttentionForm, _ operands: [Tensor]) {
    self.form = form
    bias = form.bias.map { operands[$0] }
    (queries, keys, values) = form.byHead(Array(operands.prefix(form.partCount)))
    weights = ComposedAttention.weights(
      matmul(queries, keys, transposeB: true) * ComposedAttention.scale(of: queries), bias,
      form.mask.map { operands[$0] })
  }

  private static func scale(of queries: Tensor) -> Double { 1 / Double(queries.shape.channels).squareRoot() }

  // A key that takes no part has a score that no other has, and then no weight, so that a row of such keys
  // has no infinite number.
  private static func weights(_ scores: Tensor, _ bias: Tensor?, _ mask: Tensor?) -> Tensor {
    let biased = bias.map { scores + $0 } ?? scores
    let unbiased = bias.map { $0 .>= -Double(Float.greatestFiniteMagnitude) }
    let takesPart = [mask.map { select($0, scores.constant(1), scores.constant(0)) }, unbiased]
      .compactMap { $0 }
    guard let first = takesPart.first else { return softmax(biased) }
    let all = takesPart.dropFirst().reduce(first) { $0 * $1 }
    return softmax(select(all, biased, scores.constant(-1e30))) * all
  }

  /// Returns the gradient of the bias for that of the result, `[N, Q, C]`.
  func biasGradient(_ upstream: Tensor) -> Tensor? {
    let slopes = matmul(form.heads(of: upstream), values, transposeB: true)
    return bias.map { (weights * (slopes - sums(weights * slopes))).unbroadcast(to: $0.shape) }
  }

  /// Returns the gradients of the gradients of queries, keys and values.
  ///
  /// With s = 1 / sqrt(D), P the weights, U = u v^T and r the row sums of P U, they are (s Z k, s Z^T q,
  /// P^T u) with Z = P (U - r). For upstream gradients (a, b, c) of the three, let A = s (a k^T + q b^T) and
  /// B = u c^T, with row sums t of P A. The inner product of the gradients and their upstream gradients is
  /// the sum of P A U - r t + P B, which is differentiated here.
  ///
  /// - Parameters:
  ///   - upstream: The gradient of the result, `[N, Q, C]`.
  ///   - changes: The upstream gradients, in the form of the operands.
  func gradients(
    of upstream: Tensor, changing changes: [Tensor]
  ) -> (parts: [Tensor?], bias: Tensor?, upstream: Tensor) {
    let u = form.heads(of: upstream)
    let (q, k, v) = (queries, keys, values)
    let (a, b, c) = form.byHead(changes)
    let scale = ComposedAttention.scale(of: q)
    let slopes = matmul(u, v, transposeB: true)
    let shifts = (matmul(a, k, transposeB: true) + matmul(q, b, transposeB: true)) * scale
    let (r, t) = (sums(weights * slopes), sums(weights * shifts))
    let forSlopes = weights * (shifts - t)
    let forShifts = weights * (slopes - r)
    let forWeights = shifts * slopes - slopes * t - shifts * r + matmul(u, c, transposeB: true)
    let forScores = weights * (forWeights - sums(weights * forWeights))
    let forQueries = (matmul(forShifts, b) + matmul(forScores, k)) * scale
    let forKeys = (matmul(forShifts, a, transposeA: true) + matmul(forScores, q, transposeA: true)) * scale
    let forValues = matmul(forSlopes, u, transposeA: true)
    return (
      form.joined(forQueries, forKeys, forValues), bias.map { forScores.unbroadcast(to: $0.shape) },
      form.tokens(of: matmul(forSlopes, v) + matmul(weights, c))
    )
  }

  private func sums(_ x: Tensor) -> Tensor { x.sum(axes: [-1], keepingDimensions: true) }
}

extension AttentionForm {
  /// Returns the gradients of the operands from the tensor of all.
  func split(_ gradients: Tensor, _ extents: AttentionExtents) -> [Tensor] {
    if isPacked { return [gradients] }
    let ends = [0, extents.queries, extents.queries + extents.keys, extents.queries + 2 * extents.keys]
    return zip(ends, ends.dropFirst()).map { gradients.sliced($0..<$1, axis: 1) }
  }

  /// Returns queries, keys and values by head, `[N, heads, T, D]`.
  fileprivate func byHead(_ parts: [Tensor]) -> (Tensor, Tensor, Tensor) {
    guard isPacked else { return (heads(of: parts[0]), heads(of: parts[1]), heads(of: parts[2])) }
    let shape = parts[0].shape
    let all = parts[0].reshaped(to: [shape[0], shape[1], 3, heads, shape[2] / (3 * heads)])
      .transposed(2, 0, 3, 1, 4)
    return (all.entry(0).sliced(0..<(queries ?? shape[1]), axis: 2), all.entry(1), all.entry(2))
  }

  /// Returns tokens `[N, T, C]` by head.
  fileprivate func heads(of x: Tensor) -> Tensor {
    x.reshaped(to: [x.shape[0], x.shape[1], heads, x.shape[2] / heads]).transposed(0, 2, 1, 3)
  }

  /// Returns the parts of heads as tokens, `[N, T, C]`.
  fileprivate func tokens(of x: Tensor) -> Tensor {
    x.transposed(0, 2, 1, 3).reshaped(to: [x.shape[0], x.shape[2], heads * x.shape[3]])
  }

  /// Returns queries, keys and values by head as operands.
  fileprivate func joined(_ queries: Tensor, _ keys: Tensor, _ values: Tensor) -> [Tensor?] {
    var parts = [queries, keys, values].map { tokens(of: $0) }
    guard isPacked else { return parts }
    let others = parts[1].shape[1] - parts[0].shape[1]
    parts[0] = parts[0].padded(low: [0, 0, 0], high: [0, others, 0])
    return [concatenate(parts, axis: 2)]
  }
}
