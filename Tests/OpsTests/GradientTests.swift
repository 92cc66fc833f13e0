import Autodiff
import OperationCases
import Testing

@Suite struct GradientTests {
  @Test(arguments: OperationCase.all)
  func agreesWithDifferences(_ row: OperationCase) throws {
    let report = try gradientCheck(row.name, on: row.inputs, tolerance: 1e-6, row.function)
    #expect(report.passes, "\(report)")
    if row.smooth { #expect(report.kinks.isEmpty, "\(report)") }
  }

  /// Where a function has no derivative the gradient is the one PyTorch gives.
  @Test(arguments: Convention.all)
  func followsTheConvention(_ row: Convention) throws {
    let graph = GraphBuilder(precision: .float64)
    let x = graph.input("x", [row.x.count])
    let tape = Tape(graph)
    let gradient = tape.gradients(of: row.function(x), for: [x])[0]
    let interpreter = Interpreter<Double>(try graph.build(), inputs: ["x": .real(row.x, [row.x.count])])
    for (found, expected) in zip(interpreter[gradient], row.gradient) {
      #expect(Swift.abs(found - expected) <= 1e-12 * Swift.abs(expected), "\(interpreter[gradient])")
    }
  }
}

/// The gradient of the sum of a function's results at elements where there is a choice.
struct Convention: Sendable, CustomTestStringConvertible {
  let name: String
  let x: [Double]
  let gradient: [Double]
  let function: @Sendable (Tensor) -> Tensor

  init(
    _ name: String, _ x: [Double], _ gradient: [Double], _ function: @escaping @Sendable (Tensor) -> Tensor
  ) {
    self.name = name
    self.x = x
    self.gradient = gradient
    self.function = function
  }

  var testDescription: String { name }

  static let all: [Convention] = [
    Convention("relu at 0", [0, -0.0], [0, 0]) { relu($0) },
    Convention("abs at 0", [0, -0.0], [0, 0]) { abs($0) },
    Convention("equal elements share a maximum", [3, 3, 1, 3], [1, 1, 0, 1]) { $0.max() * 3 },
    Convention("equal elements share a minimum", [3, 1, 1], [0, 1, 1]) { $0.min() * 2 },
    Convention("an element equal to the number below", [2, 1, 0], [1, 0.5, 0]) { maximum($0, 1) },
    Convention("an element equal to the number above", [2, 1, 0], [0, 0.5, 1]) { minimum($0, 1) },
    Convention("the first of equal pixels wins", [2, 2, 1, 2], [1, 0, 0, 1]) {
      maxPool2d($0.reshaped(to: [1, 1, 4, 1]), Window(kernel: (1, 2), stride: (1, 2)))
    },
    Convention("a comparison has no gradient", [1, 2], [0, 0]) { $0 .< 2 },
    Convention("a stopped gradient", [1, 2], [0, 0]) { stopGradient($0) },
    Convention("the power 0", [0, 2], [0, 0]) { pow($0, 0) },
    Convention("the square of 0", [0, 2], [0, 4]) { pow($0, 2) },
    Convention("a vector of zeros has no direction", [0, 0], [1e12, 1e12]) { $0.l2Normalized() },
  ]
}
