/// Multi-head attention (Vaswani et al. 2017): each query's mean of the values, `[N, Q, C]`, by the weights
/// `softmax(q k^T / sqrt(D) + bias)` over the keys for each head, with `D = C / heads`.
///
/// Keys whose mask is 0 or whose bias is -infinity have no weight. A query without any other key has the
/// result 0, and no gradient.
package struct Attention: TensorOperation {
  /// The operands.
  package let form: AttentionForm

  package func resultType(of operands: [TensorType]) throws(ShapeError) -> TensorType {
    try form.resultType(self, of: operands)
  }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    let all = upstream.graph.apply(AttentionGradient(form: form), to: operands + [upstream])
    var gradients: [Tensor?] = form.split(all, form.extents(operands.map(\.shape)))
    if form.hasBias { gradients.append(ComposedAttention(form, operands).biasGradient(upstream)) }
    if form.hasMask { gradients.append(nil) }
    return gradients
  }

  @specialized(where T == Double)
  @specialized(where T == Float)
  package func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] {
    let x = AttentionDefinition(form, operands)
    var result = [T](repeating: 0, count: type.shape.count)
    x.forEachHead { head in
      let weights = x.weights(head)
      let values = x.place(2, head)
      let own = x.extents.result.start(of: head)
      for query in 0..<x.extents.queries {
        for key in 0..<x.extents.keys {
          let weight = weights[query * x.extents.keys + key]
          for channel in 0..<x.extents.depth {
            result[own + query * x.extents.channels + channel] +=
              weight * x.parts[2][values + key * x.pitch + channel]
          }
        }
      }
    }
    return result
  }
}

/// The gradients of `Attention` for its queries, keys and values, given its operands and the gradient of the
/// result: of the shape of a packed operand, or `[N, Q + 2 K, C]`.
package struct AttentionGradient: TensorOperation {
  /// The operands of the attention, which the gradient of its result follows.
  package let form: AttentionForm

  package func resultType(of operands: [TensorType]) throws(ShapeError) -> TensorType {
    let given = Array(operands.prefix(form.operandCount))
    let forward = try form.resultType(self, of: given)
    let result = TensorType(form.extents(given.map(\.shape)).gradients, operands[0].element)
    try requireSame(operands[form.operandCount], forward, assuming: result)
    return result
  }

  @specialized(where T == Double)
  @specialized(where T == Float)
  package func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] {
    let (x, upstream) = (AttentionDefinition(form, operands), operands[form.operandCount])
    let (sizes, pitch) = (x.extents, x.pitch)
    var result = [T](repeating: 0, count: type.shape.count)
    x.forEachHead { head in
      let weights = x.weights(head)
      let (q, k, v) = (x.place(0, head), x.place(1, head), x.place(2, head))
      func gradient(_ part: Int) -> Int { sizes.gradient(part).start(of: head) }
      let (forQueries, forKeys, forValues) = (gradient(0), gradient(1), gradient(2))
      let own = sizes.result.start(of: head)
      for query in 0..<sizes.queries {
        // The gradient of each weight, and their mean weighted by the weights.
        var slopes = [T](repeating: 0, count: sizes.keys)
        var mean: T = 0
        for key in 0..<sizes.keys {
          let weight = weights[query * sizes.keys + key]
          for channel in 0..<sizes.depth {
            let change = upstream[own + query * sizes.channels + channel]
            slopes[key] += change * x.parts[2][v + key * pitch + channel]
            result[forValues + key * pitch + channel] += weight * change
          }
          mean += weight * slopes[key]
        }
        for key in 0..<sizes.keys {
          let change = weights[query * sizes.keys + key] * (slopes[key] - mean) * x.scale
          for channel in 0..<sizes.depth {
            result[forQueries + query * pitch + channel] += change * x.parts[1][k + key * pitch + channel]
            result[forKeys + key * pitch + channel] += change * x.parts[0][q + query * pitch + channel]
          }
        }
      }
    }
    return result
  }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    let given = Array(operands.prefix(form.operandCount))
    let slopes = ComposedAttention(form, given).gradients(
      of: operands[form.operandCount], changing: form.split(upstream, form.extents(given.map(\.shape))))
    return slopes.parts + (form.hasBias ? [slopes.bias] : []) + (form.hasMask ? [nil] : [])
      + [slopes.upstream]
  }
}

/// The elements of queries, keys and values, and the weights of a head.
private struct AttentionDefinition<T: Real> {
  let extents: AttentionExtents
  /// The operands of queries, keys and values.
  let parts: [[T]]
  private let bias: (elements: [T], rows: ScoreRows)?
  private let mask: (elements: [T], rows: ScoreRows)?

  init(_ form: AttentionForm, _ operands: Operands<T>) {
    extents = form.extents((0..<form.operandCount).map { operands.shape($0) })
    parts = (0..<3).map { operands[form.operand(of: $0)] }
    bias = form.bias.map { (operands[$0], ScoreRows(operands.shape($0))) }
    mask = form.mask.map { (operands[$0], ScoreRows(operands.shape($0))) }
  }

  var scale: T { 1 / T(extents.depth).squareRoot() }

  /// The distance of tokens in the operands.
  var pitch: Int { extents.operand(0).pitch }

  /// Returns the place of a head's queries (0), keys (1) or values (2).
  func place(_ part: Int, _ head: ImageHead) -> Int {
    extents.operand(part).start(of: head)
  }

  func forEachHead(_ body: (ImageHead) -> Void) {
    for image in 0..<extents.images {
      for head in 0..<extents.heads { body(ImageHead(image: image, index: head)) }
    }
  }

  /// Returns each query's weights of all keys, `[Q, K]`.
  func weights(_ head: ImageHead) -> [T] {
    let (queries, keys) = (place(0, head), place(1, head))
    var weights: [T] = []
    for query in 0..<extents.queries {
      var scores = (0..<extents.keys).map { key in
        (0..<extents.depth).reduce(T(0)) { sum, channel in
          sum + parts[0][queries + query * pitch + channel] * parts[1][keys + key * pitch + channel]
        } * scale
      }
      if let bias {
        let first = bias.rows.start(of: head, query: query)
        for key in scores.indices { scores[key] += bias.elements[first + key] }
      }
      if let mask {
        let first = mask.rows.start(of: head, query: query)
        for key in scores.indices where mask.elements[first + key] == 0 { scores[key] = -.infinity }
      }
      if scores.allSatisfy({ $0 == -.infinity }) {
        weights += [T](repeating: 0, count: scores.count)
        continue
      }
      let most = scores.max() ?? 0
      let powers = scores.map { T.exp($0 - most) }
      let sum = powers.reduce(0, +)
      weights += powers.map { $0 / sum }
    }
    return weights
  }
}

/// Returns multi-head attention (Vaswani et al. 2017): each query's mean of the values, `[N, Q, C]`, by the
/// weights `softmax(q k^T / sqrt(D) + bias)` over the keys for each head, with `D = C / heads`.
///
/// It is PyTorch's `scaled_dot_product_attention` on tokens whose heads are next to each other. A query none
/// of whose keys takes part has the result 0 and no gradient. The gradient of a bias has the scores of all
/// images, heads, queries and keys in memory; nothing else has.
///
/// - Parameters:
///   - queries: The queries, `[N, Q, C]`: all channels of the first head first.
///   - keys: The keys, `[N, K, C]`.
///   - values: The values, `[N, K, C]`.
///   - heads: The number of heads, a divisor of `C`.
///   - bias: Numbers added to the scores, `[N, heads, Q, K]` or 1 in place of any of the first three; a key
///     with -infinity takes no part.
///   - mask: 0 where a key takes no part, such as padding, and any other number where it does: `[N, K]`, or
///     as `bias`.
public func attention(
  _ queries: Tensor, _ keys: Tensor, _ values: Tensor, heads: Int, bias: Tensor? = nil, mask: Tensor? = nil
) -> Tensor {
  attention([queries, keys, values], AttentionForm(heads: heads, isPacked: false), bias, mask)
}

/// Returns the multi-head attention of tokens, or of the first `Q` of them, to all, `[N, Q, C]`: as
/// ``attention(_:_:_:heads:bias:mask:)`` of their queries, keys and values, which are not copied.
///
/// - Parameters:
///   - x: The queries, keys and values of each token, `[N, T, 3 C]`: all heads' queries first.
///   - heads: The number of heads, a divisor of `C`.
///   - queries: The number of tokens, the first ones, whose attention is returned; all if nil.
///   - bias: Numbers added to the scores, `[N, heads, Q, T]` or 1 in place of any of the first three; a key
///     with -infinity takes no part.
///   - mask: 0 where a token takes no part as a key, such as padding, and any other number where it does:
///     `[N, T]`, or as `bias`.
public func selfAttention(
  _ x: Tensor, heads: Int, queries: Int? = nil, bias: Tensor? = nil, mask: Tensor? = nil
) -> Tensor {
  attention([x], AttentionForm(heads: heads, isPacked: true, queries: queries), bias, mask)
}

private func attention(_ parts: [Tensor], _ form: AttentionForm, _ bias: Tensor?, _ mask: Tensor?) -> Tensor {
  var form = form
  (form.hasBias, form.hasMask) = (bias != nil, mask != nil)
  let rows = mask.map { mask in
    mask.isKnown && mask.shape.rank == 2
      ? mask.reshaped(to: [mask.shape[0], 1, 1, mask.shape[1]]) : mask
  }
  return parts[0].graph.apply(Attention(form: form), to: parts + [bias, rows].compactMap { $0 })
}
