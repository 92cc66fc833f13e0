import Autodiff
import Testing
import TestSupport

/// What is no number, or has no end, goes through compiled programs as through the reference kernels.
@Suite struct NotANumberTests {
  private static let special: [Double] = [.nan, .infinity, -.infinity, 0, -0.0, 1, -1]

  @Test(arguments: NotANumberCase.all)
  func goesThrough(_ row: NotANumberCase) throws {
    let graph = GraphBuilder(precision: .float64)
    let x = graph.input("x", row.shape)
    // Every place of the tensor holds every special value in turn.
    for shift in 0..<Self.special.count {
      let values = (0..<row.shape.count).map { Self.special[($0 + shift) % Self.special.count] }
      try expectAgreement(
        graph, outputs: row.outputs(x), inputs: ["x": .real(values, row.shape)],
        tolerance: 1e-12, options: [CompilerOptions(), .noPass])
    }
    // One that is not a number among many that are.
    for place in [0, row.shape.count / 2, row.shape.count - 1] {
      var values = (0..<row.shape.count).map { Double($0 % 5) - 2 }
      values[place] = .nan
      try expectAgreement(
        graph, outputs: row.outputs(x), inputs: ["x": .real(values, row.shape)], tolerance: 1e-12,
        options: [CompilerOptions(), .noPass])
    }
  }
}

struct NotANumberCase: Sendable, CustomTestStringConvertible {
  let name: String
  let shape: Shape
  let outputs: @Sendable (Tensor) -> [Tensor]

  init(_ name: String, _ shape: Shape, _ outputs: @escaping @Sendable (Tensor) -> [Tensor]) {
    self.name = name
    self.shape = shape
    self.outputs = outputs
  }

  var testDescription: String { name }

  static let all: [NotANumberCase] = [
    NotANumberCase("elementwise", [3, 23]) { x in
      [relu(x), abs(x), exp(x), tanh(x), sigmoid(x), erf(x), sqrt(x), rsqrt(x), log(x), pow(x, 2), -x, 1 / x]
    },
    NotANumberCase("extrema", [3, 23]) { x in
      let y = x.transposed.reshaped(to: [3, 23])
      return [maximum(x, y), minimum(x, y), maximum(x, 0.5), minimum(x, 0.5)]
    },
    NotANumberCase("comparisons", [3, 23]) { x in
      let y = x.transposed.reshaped(to: [3, 23])
      return [x .< y, x .<= y, x .== y, select(x, y, x + 1), select(x .> 0, x, y)]
    },
    NotANumberCase("sums", [5, 23]) { x in
      [x.sum(axes: [0]), x.sum(axes: [1]), x.sum(), x.moments(axes: [0]).mean, x.moments(axes: [0]).variance]
    },
    NotANumberCase("maxima", [5, 23]) { x in [x.max(axes: [0]), x.max(axes: [1]), x.max()] },
    NotANumberCase("log-sum-exp", [5, 7]) { x in
      [x.logSumExp(axes: [1]), x.logSumExp(axes: [0]), softmax(x)]
    },
    NotANumberCase("max pools", [1, 5, 6, 3]) { x in
      [maxPool2d(x, window: 3, stride: 2, padding: 1), maxPool2d(x, window: 2)]
    },
    NotANumberCase("average pools", [1, 5, 6, 3]) { x in [averagePool2d(x, window: 2), globalAveragePool(x)]
    },
  ]
}

extension NotANumberTests {
  /// The sum of no exponentials is 0, and its logarithm negative infinity.
  @Test func logSumExpOfNothing() throws {
    let graph = GraphBuilder(precision: .float64)
    let x = graph.input("x", [2, 3])
    let y = x.logSumExp(axes: [1])
    let program = try Program(graph, outputs: [y])
    program.setInput("x", to: [-.infinity, -.infinity, -.infinity, 0, 0, -.infinity] as [Double])
    program.run()
    let values = program.value(of: y, as: Double.self)
    #expect(values[0] == -.infinity)
    #expect(Swift.abs(values[1] - 0.6931471805599453) < 1e-15)
  }
}
