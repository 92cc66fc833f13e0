/// Multi-head self-attention of tokens (Vaswani et al. 2017): `[N, T, 3 C]`, each token's queries, keys and
/// values for all heads, to `[N, T, C]`. The head's part of a token is `softmax(q k^T / sqrt(D)) v` with
/// `D = C / heads`.
package struct SelfAttention: TensorOperation {
  /// The number of heads.
  package let heads: Int

  package func resultType(of operands: [TensorType]) throws(ShapeError) -> TensorType {
    try requireReals(operands, assuming: nil)
    let shape = operands[0].shape
    guard shape.rank == 3, heads > 0, shape[2] % (3 * heads) == 0 else {
      throw ShapeError(
        "Self-attention needs the queries, keys and values of tokens for every head.",
        expected: "[N, T, 3 C] with C a multiple of \(heads)", found: "\(shape)")
    }
    return TensorType([shape[0], shape[1], shape[2] / 3], operands[0].element)
  }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [upstream.graph.apply(SelfAttentionGradient(heads: heads), to: [operands[0], upstream])]
  }

  package func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] {
    let x = Definition(operands[0], operands.shape(0), heads: heads)
    var result = [T](repeating: 0, count: type.shape.count)
    x.forEachHead { image, head in
      let weights = x.weights(image, head)
      for token in 0..<x.tokens {
        for other in 0..<x.tokens {
          let weight = weights[token * x.tokens + other]
          for channel in 0..<x.depth {
            result[x.place(image, token, head, channel)] += weight * x[image, other, 2, head, channel]
          }
        }
      }
    }
    return result
  }
}

/// The gradient of `SelfAttention` for its operand, given that and the gradient of the result.
package struct SelfAttentionGradient: TensorOperation {
  /// The number of heads.
  package let heads: Int

  package func resultType(of operands: [TensorType]) throws(ShapeError) -> TensorType {
    let forward = try SelfAttention(heads: heads).resultType(of: [operands[0]])
    try requireSame(operands[1], forward, assuming: operands[0])
    return operands[0]
  }

  package func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] {
    let (x, upstream) = (Definition(operands[0], operands.shape(0), heads: heads), operands[1])
    var result = [T](repeating: 0, count: type.shape.count)
    x.forEachHead { image, head in
      let weights = x.weights(image, head)
      for token in 0..<x.tokens {
        // The gradient of each weight, and their mean weighted by the weights.
        var slopes = [T](repeating: 0, count: x.tokens)
        var mean: T = 0
        for other in 0..<x.tokens {
          let weight = weights[token * x.tokens + other]
          for channel in 0..<x.depth {
            let change = upstream[x.place(image, token, head, channel)]
            slopes[other] += change * x[image, other, 2, head, channel]
            result[x.index(image, other, 2, head, channel)] += weight * change
          }
          mean += weight * slopes[other]
        }
        for other in 0..<x.tokens {
          let change = weights[token * x.tokens + other] * (slopes[other] - mean) * x.scale
          for channel in 0..<x.depth {
            result[x.index(image, token, 0, head, channel)] += change * x[image, other, 1, head, channel]
            result[x.index(image, other, 1, head, channel)] += change * x[image, token, 0, head, channel]
          }
        }
      }
    }
    return result
  }

  // With s = 1 / sqrt(D), P = softmax(s q k^T), U = u v^T and r the row sums of P U, this operation is
  // (s Z k, s Z^T q, P^T u) with Z = P (U - r). For upstream gradients (a, b, c) of the three, let
  // A = s (a k^T + q b^T) and B = u c^T, with row sums t of P A. The inner product of the result and the
  // upstream gradients is the sum of P A U - r t + P B, which is differentiated here.
  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    let parts = SelfAttentionParts(operands[0], heads: heads)
    let changes = SelfAttentionParts(upstream, heads: heads)
    let u = parts.heads(of: operands[1])
    let (q, k, v) = (parts.queries, parts.keys, parts.values)
    let (a, b, c) = (changes.queries, changes.keys, changes.values)
    let scale = 1 / Double(q.shape.channels).squareRoot()
    func sums(_ x: Tensor) -> Tensor { x.sum(axes: [-1], keepingDimensions: true) }
    let weights = softmax(matmul(q, k, transposeB: true) * scale)
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
    return [
      parts.joined(forQueries, forKeys, forValues),
      parts.tokens(of: matmul(forSlopes, v) + matmul(weights, c)),
    ]
  }
}

/// The elements of the queries, keys and values, and the weights of a head.
private struct Definition<T: Real> {
  let images: Int, tokens: Int, heads: Int, depth: Int
  private let x: [T]

  init(_ x: [T], _ shape: Shape, heads: Int) {
    (images, tokens, self.heads) = (shape[0], shape[1], heads)
    depth = shape[2] / (3 * heads)
    self.x = x
  }

  var scale: T { 1 / T(depth).squareRoot() }

  /// Returns the place of a query (0), key (1) or value (2).
  func index(_ image: Int, _ token: Int, _ part: Int, _ head: Int, _ channel: Int) -> Int {
    (((image * tokens + token) * 3 + part) * heads + head) * depth + channel
  }

  /// Returns the place of an element of the result.
  func place(_ image: Int, _ token: Int, _ head: Int, _ channel: Int) -> Int {
    ((image * tokens + token) * heads + head) * depth + channel
  }

  subscript(image: Int, token: Int, part: Int, head: Int, channel: Int) -> T {
    x[index(image, token, part, head, channel)]
  }

  func forEachHead(_ body: (_ image: Int, _ head: Int) -> Void) {
    for image in 0..<images { for head in 0..<heads { body(image, head) } }
  }

  /// Returns each token's weights of all tokens, `[T, T]`.
  func weights(_ image: Int, _ head: Int) -> [T] {
    var weights: [T] = []
    for token in 0..<tokens {
      let scores = (0..<tokens).map { other in
        (0..<depth).reduce(T(0)) { sum, channel in
          sum + self[image, token, 0, head, channel] * self[image, other, 1, head, channel]
        } * scale
      }
      let most = scores.max() ?? 0
      let powers = scores.map { T.exp($0 - most) }
      let sum = powers.reduce(0, +)
      weights += powers.map { $0 / sum }
    }
    return weights
  }
}

/// The queries, keys and values of tokens by head, `[N, heads, T, D]`.
private struct SelfAttentionParts {
  let queries: Tensor, keys: Tensor, values: Tensor
  private let count: Int

  init(_ x: Tensor, heads: Int) {
    count = heads
    let (images, tokens, channels) = (x.shape[0], x.shape[1], x.shape[2] / 3)
    let all = x.reshaped(to: [images, tokens, 3, heads, channels / heads]).transposed(2, 0, 3, 1, 4)
    (queries, keys, values) = (all.entry(0), all.entry(1), all.entry(2))
  }

  /// Returns tokens `[N, T, C]` by head.
  func heads(of x: Tensor) -> Tensor {
    x.reshaped(to: [x.shape[0], x.shape[1], count, x.shape[2] / count]).transposed(0, 2, 1, 3)
  }

  /// Returns the parts of heads as tokens, `[N, T, C]`.
  func tokens(of x: Tensor) -> Tensor {
    x.transposed(0, 2, 1, 3).reshaped(to: [x.shape[0], x.shape[2], count * x.shape[3]])
  }

  /// Returns queries, keys and values as tokens, `[N, T, 3 C]`.
  func joined(_ queries: Tensor, _ keys: Tensor, _ values: Tensor) -> Tensor {
    concatenate([queries, keys, values].map { tokens(of: $0) }, axis: 2)
  }
}

/// Returns the multi-head self-attention of tokens (Vaswani et al. 2017): `softmax(q k^T / sqrt(D)) v` for
/// each head, `[N, T, C]`, with `D = C / heads`.
///
/// - Parameters:
///   - x: The queries, keys and values of each token, `[N, T, 3 C]`: all heads' queries first.
///   - heads: The number of heads, a divisor of `C`.
public func selfAttention(_ x: Tensor, heads: Int) -> Tensor {
  x.graph.apply(SelfAttention(heads: heads), to: [x])
}
