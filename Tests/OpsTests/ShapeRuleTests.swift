import Ops
import Testing

@Suite struct ShapeRuleTests {
  @Test(arguments: Misfit.all)
  func saysWhatDoesNotFit(_ misfit: Misfit) {
    let graph = GraphBuilder()
    _ = misfit.build(graph)
    #expect(graph.diagnostics.map(\.description) == [misfit.sentence])
  }

  @Test func goesOnAfterAMistake() {
    let graph = GraphBuilder()
    let x = graph.input("x", [2, 8, 8, 3])
    let y = conv2d(x, graph.input("w", [3, 3, 4, 16]))
    _ = maxPool2d(relu(y), window: 2).flattened + graph.input("b", [10])
    #expect(
      graph.diagnostics.map(\.error) == [
        "A convolution needs images with as many channels as its kernels read.",
        "Add cannot broadcast its operands to a common shape.",
      ])
  }

  @Test func saysNothingOfWhatFollowsFromAMistake() {
    let graph = GraphBuilder()
    let x = matmul(graph.input("x", [5]), graph.input("w", [5, 3]))
    _ = crossEntropy(softmax(globalAveragePool(x.transposed)), targets: x.flattened)
    _ = (x.max(axes: [3]).sliced(0..<4, axis: 2) + x.moments(axes: [7]).mean).l2Normalized(axis: 9)
    #expect(graph.diagnostics.count == 1)
  }

  @Test(arguments: Shapes.all)
  func givesTheShape(_ row: Shapes) throws {
    let graph = GraphBuilder()
    #expect(row.build(graph).shape == row.shape)
    try graph.verify()
  }
}

/// Operands that do not fit, and the whole sentence that says so.
struct Misfit: Sendable, CustomTestStringConvertible {
  let name: String
  let build: @Sendable (GraphBuilder) -> Tensor
  let sentence: String

  init(
    _ name: String, _ build: @escaping @Sendable (GraphBuilder) -> Tensor, _ error: String, expected: String,
    found: String
  ) {
    self.name = name
    self.build = build
    sentence = "model: \(error)\n  expected: \(expected)\n  found:    \(found)"
  }

  var testDescription: String { name }

  static let all =
    elementwise + reductions + products + attentions + spatial + movements + compositions + empties

  private static let elementwise: [Misfit] = [
    Misfit(
      "add, broadcasting", { $0.input("a", [2, 3]) + $0.input("b", [2, 4]) },
      "Add cannot broadcast its operands to a common shape.", expected: "axes equal to those of [2, 3], or 1",
      found: "[2, 4]"),
    Misfit(
      "select, broadcasting",
      { select($0.input("m", [3]), $0.input("a", [5, 1]), $0.input("b", [4, 3])) },
      "Select cannot broadcast its operands to a common shape.",
      expected: "axes equal to those of [5, 3], or 1", found: "[4, 3]"),
    Misfit(
      "multiply, labels", { $0.input("a", [3]) * $0.input("b", [3], .int32) },
      "Multiply needs real numbers of one precision.", expected: "f32", found: "i32"),
    Misfit(
      "exp, labels", { exp($0.input("a", [3], .int32)) }, "Exp needs real numbers of one precision.",
      expected: "f32 or f64", found: "i32"),
    Misfit(
      "maximum, two precisions", { maximum($0.input("a", [3]), $0.input("b", [3], .float64)) },
      "Maximum needs real numbers of one precision.", expected: "f32", found: "f64"),
  ]

  private static let reductions: [Misfit] = [
    Misfit(
      "sum, missing axis", { $0.input("a", [2, 3]).sum(axes: [2]) },
      "A reduction names an axis twice or one that is not there.", expected: "axes of [2, 3]", found: "[2]"),
    Misfit(
      "mean, axis named twice", { $0.input("a", [2, 3]).mean(axes: [1, -1]) },
      "A reduction names an axis twice or one that is not there.", expected: "axes of [2, 3]",
      found: "[1, 1]"),
    Misfit(
      "moments, missing axis", { $0.input("a", [2, 3]).moments(axes: [-3]).mean },
      "A reduction names an axis twice or one that is not there.", expected: "axes of [2, 3]", found: "[-1]"),
    Misfit(
      "sum, labels", { $0.input("a", [2], .int32).sum() }, "Sum needs real numbers of one precision.",
      expected: "f32 or f64", found: "i32"),
    Misfit(
      "logSumExp, labels", { $0.input("a", [2], .int32).logSumExp() },
      "LogSumExp needs real numbers of one precision.", expected: "f32 or f64", found: "i32"),
  ]

  private static let products: [Misfit] = [
    Misfit(
      "matmul, rows", { matmul($0.input("a", [2, 3]), $0.input("b", [4, 5])) },
      "A matrix product needs as many rows in the second matrix as columns in the first.",
      expected: "3 rows", found: "4 in [4, 5]"),
    Misfit(
      "matmul, a vector", { matmul($0.input("a", [2, 3]), $0.input("b", [3])) },
      "A matrix product needs two matrices, or two stacks of equally many, of one precision.",
      expected: "[..., M, K] and [..., K, N]", found: "f32[2,3] and f32[3]"),
    Misfit(
      "conv2d, channels", { conv2d($0.input("x", [2, 8, 8, 3]), $0.input("w", [3, 3, 4, 16])) },
      "A convolution needs images with as many channels as its kernels read.", expected: "4 channels",
      found: "3 in [2, 8, 8, 3]"),
    Misfit(
      "conv2d, channels of groups",
      { conv2d($0.input("x", [2, 8, 8, 6]), $0.input("w", [3, 3, 6, 16]), groups: 2) },
      "A convolution needs images with as many channels as its kernels read.", expected: "12 channels",
      found: "6 in [2, 8, 8, 6]"),
    Misfit(
      "conv2d, groups", { conv2d($0.input("x", [2, 8, 8, 6]), $0.input("w", [3, 3, 2, 16]), groups: 3) },
      "The results of a convolution are shared out equally among its groups.",
      expected: "a multiple of 3 kernels", found: "16"),
    Misfit(
      "conv2d, flat images", { conv2d($0.input("x", [2, 192]), $0.input("w", [3, 3, 3, 16])) },
      "A convolution needs a batch of images and a stack of kernels.",
      expected: "[N, H, W, C] and [kh, kw, C / groups, K]", found: "[2, 192] and [3, 3, 3, 16]"),
    Misfit(
      "conv2d, small images",
      { conv2d($0.input("x", [2, 2, 4, 3]), $0.input("w", [7, 7, 3, 16]), padding: 1) },
      "The window is larger than the image with its padding.", expected: "at least 5 rows and 5 columns",
      found: "2 and 4 in [2, 2, 4, 3]"),
  ]

  private static let attentions: [Misfit] = [
    Misfit(
      "selfAttention, heads", { selfAttention($0.input("x", [2, 5, 12]), heads: 3) },
      "Self-attention needs the queries, keys and values of tokens for every head.",
      expected: "[N, T, 3 C] with C a multiple of 3", found: "[2, 5, 12]"),
    Misfit(
      "selfAttention, no heads", { selfAttention($0.input("x", [2, 5, 12]), heads: 0) },
      "Self-attention needs the queries, keys and values of tokens for every head.",
      expected: "[N, T, 3 C] with C a multiple of 0", found: "[2, 5, 12]"),
    Misfit(
      "selfAttention, more queries than tokens",
      { selfAttention($0.input("x", [2, 5, 12]), heads: 2, queries: 6) },
      "Self-attention has the queries of one token at least and of all at most.",
      expected: "1 to 5 queries", found: "6"),
    Misfit(
      "selfAttention, no queries", { selfAttention($0.input("x", [2, 5, 12]), heads: 2, queries: 0) },
      "Self-attention has the queries of one token at least and of all at most.",
      expected: "1 to 5 queries", found: "0"),
    Misfit(
      "attention, fewer values than keys",
      {
        attention($0.input("q", [2, 3, 4]), $0.input("k", [2, 5, 4]), $0.input("v", [2, 4, 4]), heads: 2)
      },
      "Attention needs the queries of some tokens, and the keys and values of some, for every head.",
      expected: "[N, Q, C] and twice [N, K, C], with C a multiple of 2",
      found: "[2, 3, 4], [2, 5, 4] and [2, 4, 4]"),
    Misfit(
      "attention, bias of other queries",
      { selfAttention($0.input("x", [2, 5, 12]), heads: 2, bias: $0.input("bias", [1, 2, 3, 5])) },
      "The bias of attention has a number for each key, of all images, heads and queries or of each.",
      expected: "[2, 2, 5, 5], or 1 in place of any of the first three", found: "[1, 2, 3, 5]"),
    Misfit(
      "attention, mask of one key",
      { selfAttention($0.input("x", [2, 5, 12]), heads: 2, mask: $0.input("mask", [2, 1])) },
      "The mask of attention has a number for each key, of all images, heads and queries or of each.",
      expected: "[2, 2, 5, 5], or 1 in place of any of the first three", found: "[2, 1, 1, 1]"),
    Misfit(
      "attention, mask of labels",
      { selfAttention($0.input("x", [2, 5, 12]), heads: 2, mask: $0.input("mask", [2, 1, 1, 5], .int32)) },
      "Attention needs real numbers of one precision.", expected: "f32", found: "i32"),
  ]

  private static let spatial: [Misfit] = [
    Misfit(
      "maxPool2d, flat images", { maxPool2d($0.input("x", [2, 192]), window: 2) },
      "A window slides over a batch of images.", expected: "[N, H, W, C]", found: "[2, 192]"),
    Misfit(
      "maxPool2d, padding", { maxPool2d($0.input("x", [2, 8, 8, 3]), window: 3, padding: 2) },
      "A pooling window is padded by at most half its extent, so that it never lies outside the image.",
      expected: "at most 1 and 1", found: "2 and 2"),
    Misfit(
      "averagePool2d, small images", { averagePool2d($0.input("x", [2, 4, 8, 3]), window: 7) },
      "The window is larger than the image with its padding.", expected: "at least 7 rows and 7 columns",
      found: "4 and 8 in [2, 4, 8, 3]"),
    Misfit(
      "globalAveragePool, flat images", { globalAveragePool($0.input("x", [2, 192])) },
      "A global average is taken over a batch of images.", expected: "[N, H, W, C]", found: "[2, 192]"),
  ]

  private static let movements: [Misfit] = [
    Misfit(
      "reshape", { $0.input("x", [2, 3]).reshaped(to: [4]) }, "A reshape keeps the number of elements.",
      expected: "4 elements for [4]", found: "6 in [2, 3]"),
    Misfit(
      "broadcast", { $0.input("x", [2, 3]).broadcast(to: [2, 6]) },
      "A tensor can only be stretched along axes of extent 1.", expected: "a shape that stretches to [2, 6]",
      found: "[2, 3]"),
    Misfit(
      "transpose, axes", { $0.input("x", [2, 3]).transposed(0, 2) },
      "A transposition names every axis once.", expected: "the axes 0 to 1 of [2, 3]", found: "[0, 2]"),
    Misfit(
      "transpose, a vector", { $0.input("x", [2]).transposed },
      "Only a matrix, or a stack of them, can be transposed.", expected: "[..., rows, columns]",
      found: "[2]"),
    Misfit(
      "slice, axis", { $0.input("x", [2, 3]).sliced(0..<1, axis: 2) },
      "A slice names an axis that is not there.", expected: "an axis of [2, 3]", found: "2"),
    Misfit(
      "slice, range", { $0.input("x", [2, 3]).sliced(1..<4, axis: -1) },
      "A slice reaches outside its axis.", expected: "a range within 0..<3",
      found: "1..<4 on axis 1 of [2, 3]"),
    Misfit(
      "pad", { $0.input("x", [2, 3]).padded(low: [1], high: [0, 0]) },
      "Padding needs two numbers, neither negative, for every axis.",
      expected: "2 numbers below and above for [2, 3]", found: "[1] and [0, 0]"),
    Misfit(
      "concatenate, axis", { concatenate([$0.input("x", [2])], axis: 1) },
      "A concatenation names an axis that is not there.", expected: "an axis of [2]", found: "1"),
    Misfit(
      "concatenate, extents",
      { concatenate([$0.input("x", [2, 3]), $0.input("y", [4, 3]), $0.input("z", [2, 4])]) },
      "Tensors can be put one after the other along axis 0 if the other axes are equal.",
      expected: "[2, 3] but for axis 0", found: "[2, 4]"),
    Misfit(
      "gather", { $0.input("x", [2, 3]).gathered($0.input("i", [4])) },
      "Rows are gathered by whole numbers.", expected: "f32 or f64 [R, ...] and i32 indices",
      found: "f32[2,3] and f32[4]"),
    Misfit(
      "oneHot", { oneHot($0.input("x", [2]), classes: 3) }, "Labels are whole numbers.", expected: "i32",
      found: "f32[2]"),
  ]

  private static let compositions: [Misfit] = [
    Misfit(
      "crossEntropy, labels", { crossEntropy($0.input("x", [4, 3]), labels: $0.input("y", [5], .int32)) },
      "A cross-entropy needs a label for each row of logits.", expected: "[N, classes] and [N]",
      found: "[4, 3] and [5]"),
    Misfit(
      "crossEntropy, weights",
      { crossEntropy($0.input("x", [4, 3]), labels: $0.input("y", [4], .int32), weights: [1, 2]) },
      "A weighted cross-entropy needs a weight for each class.", expected: "3 weights", found: "2"),
    Misfit(
      "crossEntropy, targets", { crossEntropy($0.input("x", [4, 3]), targets: $0.input("y", [4])) },
      "A cross-entropy needs a target for each logit.", expected: "two tensors [N, classes]",
      found: "[4, 3] and [4]"),
    Misfit(
      "l2Normalized", { $0.input("x", [4, 3]).l2Normalized(axis: 2) },
      "A reduction names an axis twice or one that is not there.", expected: "axes of [4, 3]", found: "[2]"),
  ]

  private static let empties: [Misfit] = [
    empty("a batch of no images", "Input", [0, 8, 8, 3]) {
      conv2d($0.input("x", [0, 8, 8, 3]), $0.input("w", [3, 3, 3, 4]))
    },
    empty("the largest of nothing", "Input", [2, 0]) { $0.input("a", [2, 0]).max(axes: [1]) },
    empty("attention to no keys", "Input", [2, 0, 4]) {
      let keys = $0.input("k", [2, 0, 4])
      return attention($0.input("q", [2, 3, 4]), keys, keys, heads: 2)
    },
    empty("a slice of nothing", "Slice", [0, 3]) { $0.input("x", [2, 3]).sliced(1..<1, axis: 0).sum() },
    empty("no copies", "Broadcast", [0, 3]) { $0.input("x", [1, 3]).broadcast(to: [0, 3]) },
    Misfit(
      "a slice of nothing outside", { $0.input("x", [2, 3]).sliced(5..<5, axis: 0) },
      "A slice reaches outside its axis.", expected: "a range within 0..<2",
      found: "5..<5 on axis 0 of [2, 3]"),
  ]

  private static func empty(
    _ name: String, _ operation: String, _ shape: Shape, _ build: @escaping @Sendable (GraphBuilder) -> Tensor
  ) -> Misfit {
    Misfit(
      name, build, "A tensor of \(operation) has an impossible shape.",
      expected: "extents of at least 1 and at most \(Shape.largestCount) elements", found: "\(shape)")
  }
}
