import Autodiff

extension OperationCase {
  static let attentions: [OperationCase] = ofOneOperand + ofThreeOperands

  private static let ofOneOperand: [OperationCase] = [
    OperationCase("selfAttention", x([2, 5, 12])) { selfAttention($0[0], heads: 2) },
    OperationCase("selfAttention of one token", x([1, 1, 6])) { selfAttention($0[0], heads: 1) },
    OperationCase("selfAttention, several tiles and panels", x([1, 70, 6])) {
      selfAttention($0[0], heads: 1)
    },
    OperationCase("selfAttention of the first token", x([2, 5, 12])) {
      selfAttention($0[0], heads: 2, queries: 1)
    },
    OperationCase("selfAttention of some tokens, several tiles", x([1, 70, 6])) {
      selfAttention($0[0], heads: 1, queries: 50)
    },
    OperationCase(
      "selfAttention of some tokens, bias and mask", x([2, 4, 12]), x([1, 2, 3, 4], "bias"),
      valid([2, 4], [3, 0])
    ) { selfAttention($0[0], heads: 2, queries: 3, bias: $0[1], mask: $0[2]) },
    OperationCase("selfAttention, bias", x([2, 3, 12]), x([2, 2, 3, 3], "bias")) {
      selfAttention($0[0], heads: 2, bias: $0[1])
    },
    OperationCase("selfAttention, mask", x([3, 18, 6]), valid([3, 18], [18, 0, 17])) {
      selfAttention($0[0], heads: 1, mask: $0[1])
    },
    OperationCase(
      "selfAttention, bias and mask", x([2, 4, 12]), x([1, 2, 4, 4], "bias"), valid([2, 4], [3, 0])
    ) { selfAttention($0[0], heads: 2, bias: $0[1], mask: $0[2]) },
  ]

  private static let ofThreeOperands: [OperationCase] = [
    across("attention", 3, 5),
    across("attention of one to one", 1, 1),
    across("attention of one to several", 1, 17),
    across("attention, several tiles and panels", 50, 70, channels: 3),
    across("attention, bias", 3, 5, x([2, 2, 3, 5], "bias")),
    across("attention, bias of heads", 3, 18, x([1, 2, 3, 18], "bias")),
    across("attention, bias of images", 3, 5, x([2, 1, 1, 5], "bias")),
    across("attention, bias of keys", 3, 16, x([1, 1, 1, 16], "bias")),
    across("attention, bias without some keys", 2, 3, infinite),
    across("attention, mask of no keys", 3, 5, mask: valid([2, 5], [0, 0])),
    across("attention, mask of images", 3, 33, mask: valid([2, 33], [33, 9])),
    across("attention, mask of queries", 3, 4, mask: valid([1, 1, 3, 4], [2, 0, 4])),
    across("attention, bias and mask", 50, 40, x([1, 2, 50, 40], "bias"), mask: valid([2, 40], [40, 0])),
  ]

  /// A bias without any key for one query, and without some for others.
  private static var infinite: CheckInput {
    let out = -Double.infinity
    let values: [Double] = [0, 0.5, out, out, out, out, 1, -1, 0, out, 2, 0.25]
    return .given("bias", [1, 2, 2, 3], values, differentiated: false)
  }

  /// Attention of some tokens to others, of two images and by two heads.
  private static func across(
    _ name: String, _ queries: Int, _ keys: Int, channels: Int = 2, _ bias: CheckInput? = nil,
    mask: CheckInput? = nil
  ) -> OperationCase {
    let width = 2 * channels
    let parts = [x([2, queries, width], "q"), x([2, keys, width], "k"), x([2, keys, width], "v")]
    let (hasBias, hasMask) = (bias != nil, mask != nil)
    return OperationCase(name, parts + [bias, mask].compactMap { $0 }) { operands in
      attention(
        operands[0], operands[1], operands[2], heads: 2, bias: hasBias ? operands[3] : nil,
        mask: hasMask ? operands[operands.count - 1] : nil)
    }
  }

  /// A mask whose rows have so many keys, the first ones.
  private static func valid(_ shape: Shape, _ counts: [Int]) -> CheckInput {
    let values = counts.flatMap { count in (0..<shape[-1]).map { $0 < count ? 1.0 : 0.0 } }
    return .given("mask", shape, values, differentiated: false)
  }
}
