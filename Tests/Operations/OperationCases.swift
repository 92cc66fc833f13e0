import Autodiff

extension OperationCase {
  /// Every differentiable operation, at shapes that have tripped others.
  public static let all =
    unary + binary + reductions + products + convolutions + dilated + pools + attentions + movements
    + compositions
    + outside

  private static let unary: [OperationCase] = [
    each("negate") { -$0 },
    each("exp") { exp($0) },
    each("log", in: 0.3...3) { log($0) },
    each("sqrt", in: 0.3...3) { sqrt($0) },
    each("rsqrt", in: 0.3...3) { rsqrt($0) },
    each("tanh", in: -2...2) { tanh($0) },
    each("sigmoid", in: -3...3) { sigmoid($0) },
    each("erf", in: -2...2) { erf($0) },
    each("gelu", in: -3...3) { gelu($0) },
    each("silu", in: -3...3) { silu($0) },
    each("pow 1") { pow($0, 1) },
    each("pow 2", in: -2...2) { pow($0, 2) },
    each("pow 3", in: -2...2) { pow($0, 3) },
    each("pow -1.5", in: 0.5...2) { pow($0, -1.5) },
    each("pow 0.5", in: 0.5...2) { pow($0, 0.5) },
    each("relu", smooth: false) { relu($0) },
    each("abs", smooth: false) { abs($0) },
  ].flatMap { $0 }

  private static let binary: [OperationCase] = [
    pair("add") { $0 + $1 },
    pair("subtract") { $0 - $1 },
    pair("multiply") { $0 * $1 },
    pair("divide", in: 0.5...2) { $0 / $1 },
    pair("maximum", smooth: false) { maximum($0, $1) },
    pair("minimum", smooth: false) { minimum($0, $1) },
    pair("select by comparison", smooth: false) { select($0 .<= $1, $0 * $0, $1 * 3) },
    [
      OperationCase("select", .uniform("m", [3, 1], differentiated: false), x([3, 5]), x([5], "y")) {
        select($0[0] .> 0, $0[1], $0[2])
      },
      OperationCase("select stretches", .uniform("m", [2, 5], differentiated: false), x([]), x([2, 1], "y")) {
        select($0[0] .>= 0, $0[1], $0[2])
      },
      OperationCase("numbers", x([7], in: 0.5...2)) { 1 / $0[0] + (2 - $0[0]) * 3 - 4 * $0[0] / 5 },
      OperationCase("stopGradient", x([5]), .uniform("y", [5], differentiated: false)) {
        $0[0] * stopGradient($0[1] * $0[1])
      },
    ],
  ].flatMap { $0 }

  private static let reductions: [OperationCase] = [
    reducing("sum") { $0.sum(axes: $1, keepingDimensions: $2) },
    reducing("mean") { $0.mean(axes: $1, keepingDimensions: $2) },
    reducing("max", smooth: false) { $0.max(axes: $1, keepingDimensions: $2) },
    reducing("min", smooth: false) { $0.min(axes: $1, keepingDimensions: $2) },
    reducing("logSumExp") { $0.logSumExp(axes: $1, keepingDimensions: $2) },
    reducing("argMax in a product", smooth: false) { x, axes, keepingDimensions in
      x.argMax(axes: axes, keepingDimensions: keepingDimensions)
        * x.max(axes: axes, keepingDimensions: keepingDimensions)
    },
    reducing("mean of moments") { x, axes, _ in x.moments(axes: axes).mean },
    reducing("variance of moments") { x, axes, _ in x.moments(axes: axes).variance },
    reducing("normalized by moments") { x, axes, _ in
      let (mean, variance) = x.moments(axes: axes)
      return (x - mean) * rsqrt(variance + 0.1)
    },
    [
      OperationCase(
        "normalization of long rows", x([9, 139]), x([139], "scale"), x([9, 1], "weight"), x([139], "shift")
      ) { operands in
        let (mean, variance) = operands[0].moments(axes: [-1])
        let normalized = (operands[0] - mean) * rsqrt(variance + 0.1) * operands[1] + operands[3]
        return exp(normalized) * operands[2] - tanh(operands[2])
      },
      OperationCase("softmax", x([3, 17])) { softmax($0[0]) },
      OperationCase("softmax of a row with nothing left over", x([2, 32], in: -4...4)) { softmax($0[0]) },
      OperationCase("softmax over the last axes", x([3, 4, 5])) { softmax($0[0], axes: [1, -1]) },
      OperationCase("softmax of what is computed", x([2, 5, 19]), x([19], "y")) {
        softmax($0[0] * 2 + $0[1])
      },
      OperationCase("softmax over the first axis", x([5, 2, 1])) { softmax($0[0], axes: [0]) },
      OperationCase("softmax over two axes", x([2, 3, 4])) { softmax($0[0], axes: [0, 2]) },
      OperationCase("logSoftmax", x([3, 17], in: -3...3)) { logSoftmax($0[0]) },
      OperationCase("logSoftmax over the middle axis", x([2, 5, 3])) { logSoftmax($0[0], axes: [1]) },
    ],
  ].flatMap { $0 }

  private static let products: [OperationCase] = [
    product("matrix", [5, 7], [7, 3]),
    product("row by column", [1, 17], [17, 1]),
    product("column by row", [5, 1], [1, 3]),
    product("stack", [2, 3, 5], [2, 5, 4]),
    product("stack of stacks", [2, 3, 1, 2], [2, 3, 2, 3]),
  ].flatMap { $0 }

  private static let convolutions: [OperationCase] = [
    convolution("3x3", [2, 5, 5, 3], [3, 3, 3, 2], padding: 1),
    convolution("3x3 without padding", [1, 4, 5, 2], [3, 3, 2, 3]),
    convolution("3x3 by steps of 2", [1, 7, 7, 2], [3, 3, 2, 3], stride: 2, padding: 1),
    convolution("3x3 by steps of 2, even", [2, 6, 4, 2], [3, 3, 2, 2], stride: 2, padding: 1),
    convolution("1x1", [2, 3, 2, 17], [1, 1, 17, 3]),
    convolution("1x1 by steps of 2", [1, 5, 4, 3], [1, 1, 3, 5], stride: 2),
    convolution("7x7 by steps of 2", [1, 9, 8, 1], [7, 7, 1, 2], stride: 2, padding: 3),
    convolution("2 groups", [1, 4, 3, 4], [3, 3, 2, 6], padding: 1, groups: 2),
    convolution("3 groups by steps of 2", [2, 5, 5, 3], [3, 3, 1, 6], stride: 2, padding: 1, groups: 3),
    convolution("a group for each channel", [1, 3, 4, 5], [3, 3, 1, 5], padding: 1, groups: 5),
    convolution(
      "a group for each of many channels", [2, 5, 3, 18], [3, 3, 1, 18], stride: 2, padding: 1, groups: 18),
    convolution("one pixel", [2, 1, 1, 3], [3, 3, 3, 2], padding: 1),
    convolution("one product", [1, 1, 1, 1], [1, 1, 1, 1]),
    convolution("steps that skip pixels", [1, 7, 6, 1], [2, 2, 1, 2], stride: 3),
    [
      OperationCase("conv2d oblong", x([1, 6, 5, 2]), x([3, 2, 2, 3], "w")) {
        conv2d($0[0], $0[1], stride: (2, 1), padding: (0, 1))
      }
    ],
  ].flatMap { $0 }

  private static let pools: [OperationCase] = [
    pool("3x3 by steps of 2", [2, 7, 7, 3], Window(kernel: (3, 3), stride: (2, 2), padding: (1, 1))),
    pool("3x3 by steps of 2, even", [1, 8, 6, 2], .square(3, stride: 2, padding: 1)),
    pool("2x2", [1, 4, 6, 3], .square(2)),
    pool("2x2, odd", [1, 5, 7, 1], .square(2)),
    pool("overlapping", [1, 5, 6, 2], .square(3, stride: 1)),
    pool("17 channels", [1, 4, 2, 17], .square(2)),
    pool("one pixel", [2, 1, 1, 3], .square(3, stride: 2, padding: 1)),
    pool("as in TensorFlow", [2, 8, 7, 3], .same(3, stride: 2, height: 8, width: 7)),
    pool("as in TensorFlow, with a remainder", [1, 7, 6, 2], .same(2, height: 7, width: 6)),
    pool("oblong", [1, 7, 5, 2], Window(kernel: (3, 2), stride: (2, 1), padding: (1, 0))),
    [
      OperationCase("globalAveragePool", x([2, 3, 5, 17])) { globalAveragePool($0[0]) },
      OperationCase("globalAveragePool of one pixel", x([3, 1, 1, 1])) { globalAveragePool($0[0]) },
    ],
  ].flatMap { $0 }

  private static let movements: [OperationCase] = [
    OperationCase("reshape", x([2, 3, 5])) { $0[0].reshaped(to: [5, 6]) },
    OperationCase("reshape to a scalar", x([1, 1])) { $0[0].reshaped(to: []) },
    OperationCase("barrier", x([2, 3])) { $0[0].behindOptimizationBarrier * $0[0] },
    OperationCase("barriers of one", x([5])) {
      exp($0[0].behindOptimizationBarrier) * exp($0[0].behindOptimizationBarrier)
    },
    OperationCase("sum over replicas", x([2, 3])) { $0[0].summedOverReplicas() * $0[0] },
    OperationCase("moments over replicas", x([4, 3])) {
      let (mean, variance) = $0[0].moments(axes: [0], overReplicas: true)
      return ($0[0] - mean) * rsqrt(variance + 0.1)
    },
    OperationCase("flatten", x([2, 3, 1, 5])) { $0[0].flattened },
    OperationCase("broadcast", x([3, 1, 5])) { $0[0].broadcast(to: [2, 3, 4, 5]) },
    OperationCase("broadcast a scalar", x([])) { $0[0].broadcast(to: [2, 3]) },
    OperationCase("broadcast to the same", x([2, 1])) { $0[0].broadcast(to: [2, 1]) },
    OperationCase("transpose", x([5, 3])) { $0[0].transposed },
    OperationCase("transpose a stack", x([2, 1, 5])) { $0[0].transposed },
    OperationCase("transpose to channels first", x([2, 3, 5, 4])) { $0[0].transposed(0, 3, 1, 2) },
    OperationCase("transpose by a rotation", x([2, 3, 5])) { $0[0].transposed(1, 2, 0) },
    OperationCase("slice", x([7, 3])) { $0[0].sliced(2..<5, axis: 0) },
    OperationCase("slice the last axis", x([2, 3, 17])) { $0[0].sliced(16..<17, axis: -1) },
    OperationCase("slice everything", x([3, 2])) { $0[0].sliced(0..<3, axis: 0) },
    OperationCase("entry", x([4, 3, 2])) { $0[0].entry(1) * $0[0].entry(-1) },
    OperationCase("entry of a vector", x([5])) { $0[0].entry(3) },
    OperationCase("pad", x([2, 3])) { $0[0].padded(low: [0, 2], high: [1, 0]) },
    OperationCase("pad an image", x([1, 2, 3, 2])) {
      $0[0].padded(low: [0, 1, 2, 0], high: [0, 0, 1, 0])
    },
    OperationCase("concatenate", x([2, 3]), x([1, 3], "y"), x([4, 3], "z")) { concatenate($0) },
    OperationCase("concatenate the last axis", x([2, 3, 1]), x([2, 3, 5], "y")) {
      concatenate($0, axis: -1)
    },
    OperationCase("concatenate with itself", x([2, 3])) { concatenate([$0[0], $0[0] * 2], axis: 1) },
    OperationCase("gather", x([5, 3]), .integers("i", [7], in: 0..<5)) { $0[0].gathered($0[1]) },
    OperationCase("gather outside", x([3, 2]), .integers("i", [9], in: -2..<5)) { $0[0].gathered($0[1]) },
    OperationCase("gather by a table", x([6]), .integers("i", [2, 3], in: 0..<6)) {
      $0[0].gathered($0[1])
    },
    OperationCase("scatter", x([7, 2, 3]), .integers("i", [7], in: 0..<4)) { operands in
      adjoint(of: [4, 2, 3], upstream: operands[0]) { $0.gathered(operands[1]) }
    },
    OperationCase("batchGather", x([2, 5, 3]), places([2, 4], [4, 0, 0, 2, 1, 3, 4, 1])) {
      $0[0].batchGathered(at: $0[1])
    },
    OperationCase("batchGather from one for all", x([1, 4]), places([3, 2], [3, 0, 1, 1, 2, 0])) {
      $0[0].batchGathered(at: $0[1])
    },
    OperationCase("batchGather outside", x([2, 3, 1, 2]), places([2, 3], [-1, 2, 3, 1, 7, 0])) {
      $0[0].batchGathered(at: $0[1])
    },
    OperationCase("batchScatter", x([2, 4, 3]), places([2, 4], [4, 0, 0, 2, 1, -1, 5, 1])) {
      $0[0].batchScattered(to: $0[1], of: 5)
    },
    OperationCase("oneHot", x([5]), .integers("i", [4], in: 0..<5)) { $0[0] * oneHot($0[1], classes: 5) },
  ]

  private static func places(_ shape: Shape, _ values: [Double]) -> CheckInput {
    .given("places", shape, values, differentiated: false)
  }

  private static let compositions: [OperationCase] = [
    OperationCase("l2Normalized", x([3, 17])) { $0[0].l2Normalized() },
    OperationCase("l2Normalized over the first axis", x([5, 2])) { $0[0].l2Normalized(axis: 0) },
    OperationCase("l2Normalized below epsilon", x([3, 4], in: -0.1...0.1)) {
      $0[0].l2Normalized(epsilon: 1)
    },
    OperationCase("crossEntropy", x([4, 7], in: -3...3), .integers("labels", [4], in: 0..<7)) {
      crossEntropy($0[0], labels: $0[1])
    },
    OperationCase("crossEntropy smoothed", x([5, 3]), .integers("labels", [5], in: 0..<3)) {
      crossEntropy($0[0], labels: $0[1], smoothing: 0.1)
    },
    OperationCase("crossEntropy weighted", x([5, 3]), .integers("labels", [5], in: 0..<3)) {
      crossEntropy($0[0], labels: $0[1], smoothing: 0.1, weights: [0.5, 2, 1.25])
    },
    OperationCase("crossEntropy soft", x([3, 17]), x([3, 17], "targets", in: 0.1...1)) {
      crossEntropy($0[0], targets: $0[1])
    },
    OperationCase("attention", x([3, 4]), x([5, 4], "k"), x([5, 2], "v")) {
      matmul(softmax(matmul($0[0], $0[1], transposeB: true)), $0[2])
    },
  ]
}
