/// The operands of attention: queries `[N, Q, C]`, keys and values `[N, K, C]`, or all of them as one,
/// `[N, T, 3 C]`; then a bias and a mask, `[N, heads, Q, K]` or 1 in place of any of the first three.
package struct AttentionForm: Hashable, Sendable {
  /// The number of heads, a divisor of C.
  package let heads: Int
  /// Whether queries, keys and values are one operand.
  package let isPacked: Bool
  /// The number of packed tokens, the first ones, that have queries; all if nil.
  package var queries: Int?
  /// Whether a bias is added to the scores.
  package var hasBias = false
  /// Whether a mask says which keys take part.
  package var hasMask = false

  /// The number of operands that hold queries, keys and values.
  package var partCount: Int { isPacked ? 1 : 3 }
  /// The operand that is the bias.
  package var bias: Int? { hasBias ? partCount : nil }
  /// The operand that is the mask.
  package var mask: Int? { hasMask ? partCount + (hasBias ? 1 : 0) : nil }
  /// The number of operands.
  package var operandCount: Int { partCount + (hasBias ? 1 : 0) + (hasMask ? 1 : 0) }

  /// Returns the operand with the queries (0), the keys (1) or the values (2).
  func operand(of part: Int) -> Int { isPacked ? 0 : part }

  /// Returns the extents of attention to operands of these shapes.
  func extents(_ shapes: [Shape]) -> AttentionExtents {
    AttentionExtents(
      images: shapes[0][0], queries: queries ?? shapes[0][1], keys: shapes[operand(of: 1)][1], heads: heads,
      depth: shapes[0][2] / (heads * (isPacked ? 3 : 1)), isPacked: isPacked)
  }

  /// Checks the operands and returns the type of the result, `[N, Q, C]`.
  func resultType(
    _ operation: some Operation, of operands: [TensorType]
  ) throws(ShapeError) -> TensorType {
    try operation.requireReals(operands, assuming: nil)
    let shapes = operands.map(\.shape)
    if isPacked {
      guard shapes[0].rank == 3, heads > 0, shapes[0][2] % (3 * heads) == 0 else {
        throw ShapeError(
          "Self-attention needs the queries, keys and values of tokens for every head.",
          expected: "[N, T, 3 C] with C a multiple of \(heads)", found: "\(shapes[0])")
      }
      if let queries, !(1...max(1, shapes[0][1])).contains(queries) {
        throw ShapeError(
          "Self-attention has the queries of one token at least and of all at most.",
          expected: "1 to \(shapes[0][1]) queries", found: "\(queries)")
      }
    } else {
      let (queries, keys, values) = (shapes[0], shapes[1], shapes[2])
      guard queries.rank == 3, keys.rank == 3, keys == values, queries[0] == keys[0],
        queries[2] == keys[2], heads > 0, queries[2] % heads == 0
      else {
        throw ShapeError(
          "Attention needs the queries of some tokens, and the keys and values of some, for every head.",
          expected: "[N, Q, C] and twice [N, K, C], with C a multiple of \(heads)",
          found: "\(queries), \(keys) and \(values)")
      }
    }
    let extents = extents(shapes)
    let result = TensorType([extents.images, extents.queries, extents.channels], operands[0].element)
    for (name, operand) in [("bias", bias), ("mask", mask)] {
      guard let operand else { continue }
      let (scores, found) = (extents.scores, shapes[operand])
      guard found.rank == 4, found[3] == scores[3],
        (0..<3).allSatisfy({ [1, scores[$0]].contains(found[$0]) })
      else {
        throw ShapeError(
          "The \(name) of attention has a number for each key, of all images, heads and queries or of each.",
          expected: "\(scores), or 1 in place of any of the first three", found: "\(found)",
          assuming: result)
      }
    }
    return result
  }
}

/// The extents of attention, and where its parts lie in memory.
struct AttentionExtents: Hashable, Sendable {
  let images: Int, queries: Int, keys: Int, heads: Int
  /// The channels of a head.
  let depth: Int
  let isPacked: Bool

  var channels: Int { heads * depth }
  /// The shape of the scores, which are never in memory: `[N, heads, Q, K]`.
  var scores: Shape { [images, heads, queries, keys] }
  /// The shape of the gradients of queries, keys and values as one tensor.
  var gradients: Shape {
    isPacked ? [images, keys, 3 * channels] : [images, queries + 2 * keys, channels]
  }

  /// Returns where the queries (0), keys (1) or values (2) lie in their operand.
  func operand(_ part: Int) -> TokenPlaces {
    isPacked
      ? gradient(part)
      : TokenPlaces(first: 0, image: (part == 0 ? queries : keys) * channels, pitch: channels, depth: depth)
  }

  /// Returns where the gradients of queries (0), keys (1) or values (2) lie in the tensor of all.
  func gradient(_ part: Int) -> TokenPlaces {
    isPacked
      ? TokenPlaces(first: part * channels, image: keys * 3 * channels, pitch: 3 * channels, depth: depth)
      : TokenPlaces(
        first: (part == 0 ? 0 : queries + (part - 1) * keys) * channels,
        image: (queries + 2 * keys) * channels, pitch: channels, depth: depth)
  }

  /// Where the result lies.
  var result: TokenPlaces {
    TokenPlaces(first: 0, image: queries * channels, pitch: channels, depth: depth)
  }
}

/// Where some channels of tokens lie in a tensor.
struct TokenPlaces: Hashable, Sendable {
  /// The place of the first token's first channel.
  let first: Int
  /// The distances of images and of tokens.
  let image: Int, pitch: Int
  /// The channels of a head.
  let depth: Int

  /// Returns the place of a head's first channel of its image's first token.
  @inline(__always)
  func start(of head: ImageHead) -> Int { first + head.image * image + head.index * depth }
}

/// A head of attention in one image of a batch.
struct ImageHead {
  let image: Int, index: Int
}

/// Where the rows of a bias or a mask lie, `[N, heads, Q, K]` or 1 in place of any of the first three.
struct ScoreRows: Hashable, Sendable {
  private let image: Int, head: Int, query: Int

  init(_ shape: Shape) {
    func stride(_ axis: Int) -> Int { shape[axis] == 1 ? 0 : shape.strides[axis] }
    (image, head, query) = (stride(0), stride(1), stride(2))
  }

  /// Returns the place of a row's first key.
  @inline(__always)
  func start(of head: ImageHead, query: Int) -> Int {
    head.image * image + head.index * self.head + query * self.query
  }
}
