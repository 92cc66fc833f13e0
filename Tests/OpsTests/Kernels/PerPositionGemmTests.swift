import Autodiff
import TestSupport
import Testing

/// Convolutions to maps of a few positions and products of few rows, which are multiplied position by
/// position.
@Suite struct PerPositionGemmTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let height: Int, width: Int, stride: Int, padding: Int, kernel: (Int, Int)
    var testDescription: String {
      "\(kernel.0)x\(kernel.1)/\(stride) of \(height)x\(width), padding \(padding)"
    }
  }

  static let cases = [
    Case(height: 2, width: 2, stride: 1, padding: 1, kernel: (3, 3)),
    Case(height: 4, width: 4, stride: 2, padding: 1, kernel: (3, 3)),
    Case(height: 3, width: 4, stride: 2, padding: 1, kernel: (3, 3)),
    Case(height: 1, width: 3, stride: 1, padding: 1, kernel: (3, 3)),
    Case(height: 7, width: 2, stride: 4, padding: 0, kernel: (2, 1)),
    Case(height: 5, width: 5, stride: 1, padding: 0, kernel: (5, 4)),
    Case(height: 1, width: 1, stride: 1, padding: 1, kernel: (3, 3)),
  ]

  /// A convolution of what a prologue computes, with an epilogue, and both its gradients.
  @Test(arguments: cases)
  func agreesWithTheInterpreter(_ row: Case) throws {
    try check(row, as: Double.self, tolerance: 1e-12)
    try check(row, as: Float.self, tolerance: 1e-5)
  }

  private func check<T: Real>(_ row: Case, as type: T.Type, tolerance: Double) throws {
    let convolution = FusedConvolution(
      of: [9, row.height, row.width, 5], to: 7, kernel: row.kernel, stride: row.stride, padding: row.padding,
      as: T.self)
    let (graph, loss) = (convolution.graph, (convolution.y * convolution.y).sum())
    let outputs = [loss] + convolution.gradients(of: loss)
    let program = try Program(graph, outputs: outputs)
    let products = program.schedule.calls.filter { $0.summary.contains("by positions") }
    #expect(products.count == 3, "\(program.schedule)")
    try expectAgreement(
      graph, outputs: outputs, inputs: randomInputs(of: graph, as: T.self), tolerance: tolerance)
  }

  @Test(arguments: [false, true])
  func productsOfFewRowsAgree(isTransposed: Bool) throws {
    let graph = GraphBuilder(precision: .float64)
    let a = graph.input("a", [5, 512])
    let b = graph.input("b", isTransposed ? [520, 512] : [512, 520])
    let product = relu(matmul(a, b, transposeB: isTransposed) + 1)
    #expect(try Program(graph, outputs: [product]).schedule.calls[0].summary.contains("by positions"))
    try expectAgreement(
      graph, outputs: [product], inputs: randomInputs(of: graph, as: Double.self), tolerance: 1e-12,
      options: [CompilerOptions()])
  }
}
