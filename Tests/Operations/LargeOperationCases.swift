import Autodiff

extension OperationCase {
  /// Operations at the sizes they have in the networks people train, where time goes into the work and not
  /// into the call. What a compiled program computes in single precision is checked against the interpreter
  /// in double precision.
  public static let large = networkConvolutions + largeProducts + memoryBound

  /// The convolutions of ResNet-18 with 16 images of 64 pixels, and of ResNet-50 with 2 of 224.
  private static let networkConvolutions: [OperationCase] = [
    square("7x7 by 2", [16, 64, 64, 3], to: 64, kernel: 7, stride: 2),
    square("3x3", [16, 16, 16, 64], to: 64, kernel: 3),
    square("3x3 by 2", [16, 16, 16, 64], to: 128, kernel: 3, stride: 2),
    square("3x3", [16, 8, 8, 128], to: 128, kernel: 3),
    square("3x3", [16, 4, 4, 256], to: 256, kernel: 3),
    square("3x3", [16, 2, 2, 512], to: 512, kernel: 3),
    square("1x1 by 2", [16, 16, 16, 64], to: 128, kernel: 1, stride: 2),
    square("1x1", [2, 56, 56, 64], to: 256, kernel: 1),
    square("1x1", [2, 56, 56, 256], to: 64, kernel: 1),
    square("3x3", [2, 56, 56, 64], to: 64, kernel: 3),
    square("3x3 by 2", [2, 56, 56, 128], to: 128, kernel: 3, stride: 2),
    square("1x1 by 2", [2, 56, 56, 256], to: 512, kernel: 1, stride: 2),
    square("1x1", [2, 14, 14, 1024], to: 256, kernel: 1),
    square("3x3", [2, 7, 7, 512], to: 512, kernel: 3),
  ]

  private static func square(
    _ name: String, _ image: Shape, to channels: Int, kernel: Int, stride: Int = 1
  ) -> OperationCase {
    OperationCase("conv2d \(name)", x(image), x([kernel, kernel, image[3], channels], "w")) {
      conv2d($0[0], $0[1], stride: stride, padding: kernel / 2)
    }
  }

  private static let largeProducts: [OperationCase] = [
    OperationCase("matmul", x([512, 512], "a"), x([512, 512], "b")) { matmul($0[0], $0[1]) },
    OperationCase("matmul of a head", x([64, 2048], "a"), x([2048, 512], "b")) { matmul($0[0], $0[1]) },
    OperationCase("matmul of similarities", x([512, 128], "a"), x([512, 128], "b")) {
      matmul($0[0], $0[1], transposeB: true)
    },
    OperationCase("matmul, ReLU", x([512, 512], "a"), x([512, 512], "b"), x([512], "bias"), smooth: false) {
      relu(matmul($0[0], $0[1]) + $0[2])
    },
  ]

  private static let map: Shape = [16, 32, 32, 64]

  private static let memoryBound: [OperationCase] = [
    OperationCase("maxPool2d 3x3 by 2", x(map), smooth: false) {
      maxPool2d($0[0], .square(3, stride: 2, padding: 1))
    },
    OperationCase("averagePool2d 2x2", x(map)) { averagePool2d($0[0], .square(2)) },
    OperationCase("globalAveragePool", x([16, 7, 7, 2048])) { globalAveragePool($0[0]) },
    OperationCase("sum over rows", x([4096, 256])) { $0[0].sum(axes: [0]) },
    OperationCase("sum over columns", x([4096, 256])) { $0[0].sum(axes: [1]) },
    OperationCase("max over columns", x([4096, 256]), smooth: false) { $0[0].max(axes: [1]) },
    OperationCase("logSumExp", x([1024, 512])) { $0[0].logSumExp(axes: [1]) },
    OperationCase("softmax", x([1024, 512])) { softmax($0[0]) },
    OperationCase("crossEntropy", x([512, 1000]), .integers("labels", [512], in: 0..<1000)) {
      crossEntropy($0[0], labels: $0[1])
    },
    OperationCase("l2Normalized", x([4096, 128])) { $0[0].l2Normalized() },
    OperationCase("ReLU of a sum", x(map), x(map, "y"), smooth: false) { relu($0[0] + $0[1]) },
    OperationCase("x y + z", x(map), x(map, "y"), x(map, "z")) { $0[0] * $0[1] + $0[2] },
    OperationCase("exp", x(map, in: -5...5)) { exp($0[0]) },
    OperationCase("log", x(map, in: 0.1...10)) { log($0[0]) },
    OperationCase("tanh", x(map, in: -5...5)) { tanh($0[0]) },
    OperationCase("erf", x(map, in: -5...5)) { erf($0[0]) },
    OperationCase("sigmoid", x(map, in: -5...5)) { sigmoid($0[0]) },
    OperationCase("gelu", x(map, in: -3...3)) { gelu($0[0]) },
    OperationCase("silu", x(map, in: -5...5)) { silu($0[0]) },
    OperationCase(
      "batch norm, ReLU", x(map), x([64], "scale", in: 0.5...1.5), x([64], "shift"), smooth: false
    ) { operands in
      let (mean, variance) = operands[0].moments(axes: [0, 1, 2])
      return relu((operands[0] - mean) * (operands[1] * rsqrt(variance + 1e-5)) + operands[2])
    },
    OperationCase(
      "layer norm", x([8, 197, 384]), x([384], "scale", in: 0.5...1.5), x([384], "shift")
    ) { operands in
      let (mean, variance) = operands[0].moments(axes: [-1])
      return (operands[0] - mean) * rsqrt(variance + 1e-6) * operands[1] + operands[2]
    },
    OperationCase(
      "group norm", x([16, 1024, 64]), x([64], "scale", in: 0.5...1.5), x([64], "shift")
    ) { operands in
      let each = operands[0].moments(axes: [1])
      func grouped(_ x: Tensor) -> Tensor { x.reshaped(to: [16, 8, 8]) }
      let (mean, between) = grouped(each.mean).moments(axes: [2])
      let variance = grouped(each.variance).mean(axes: [2], keepingDimensions: true) + between
      func ofChannels(_ x: Tensor) -> Tensor { x.broadcast(to: [16, 8, 8]).reshaped(to: [16, 1, 64]) }
      let scale = ofChannels(rsqrt(variance + 1e-5)) * operands[1]
      return (operands[0] - ofChannels(mean)) * scale + operands[2]
    },
    OperationCase("matmul of tokens", x([788, 192]), x([192, 384], "w")) { matmul($0[0], $0[1]) },
    OperationCase("matmul of a prime number of tokens", x([521, 65]), x([65, 81], "w")) {
      matmul($0[0], $0[1])
    },
    OperationCase("selfAttention", x([2, 197, 3 * 384])) { selfAttention($0[0], heads: 6) },
    OperationCase(
      "attention to half of the tokens", x([2, 197, 384], "q"), x([2, 394, 384], "k"), x([2, 394, 384], "v"),
      .given("mask", [2, 394], (0..<788).map { Double($0 % 2) }, differentiated: false)
    ) { attention($0[0], $0[1], $0[2], heads: 6, mask: $0[3]) },
    OperationCase("softmax over rows", x([8, 256, 384])) { softmax($0[0], axes: [1]) },
    OperationCase("depthwise convolution 7x7", x([4, 56, 56, 96]), x([7, 7, 1, 96], "w")) {
      conv2d($0[0], $0[1], padding: 3, groups: 96)
    },
    OperationCase("convolution 3x3 dilated by 2", x([4, 28, 28, 128]), x([3, 3, 128, 128], "w")) {
      conv2d($0[0], $0[1], padding: 2, dilation: 2)
    },
    OperationCase("depthwise convolution 3x3 dilated by 2", x([4, 28, 28, 240]), x([3, 3, 1, 240], "w")) {
      conv2d($0[0], $0[1], padding: 2, groups: 240, dilation: 2)
    },
    OperationCase("depthwise convolution 3x3", x([4, 56, 56, 144]), x([3, 3, 1, 144], "w")) {
      conv2d($0[0], $0[1], padding: 1, groups: 144)
    },
    OperationCase("depthwise convolution 5x5 by 2", x([4, 28, 28, 240]), x([5, 5, 1, 240], "w")) {
      conv2d($0[0], $0[1], stride: 2, padding: 2, groups: 240)
    },
    OperationCase("transpose", x([1024, 1024])) { $0[0].transposed },
    OperationCase("transpose to channels first", x(map)) { $0[0].transposed(0, 3, 1, 2) },
    OperationCase("gather", x([4096, 256]), .integers("i", [4096], in: 0..<4096)) { $0[0].gathered($0[1]) },
    OperationCase(
      "batchGather of a quarter", x([16, 196, 192]),
      .given("places", [16, 49], (0..<16 * 49).map { Double($0 % 49 * 4) }, differentiated: false)
    ) { $0[0].batchGathered(at: $0[1]) },
    OperationCase("concatenate", x(map), x(map, "y")) { concatenate([$0[0], $0[1]], axis: -1) },
  ]
}
