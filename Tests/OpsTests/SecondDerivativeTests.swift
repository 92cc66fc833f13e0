import Autodiff
import OperationCases
import Testing

@Suite struct SecondDerivativeTests {
  /// The derivative of the gradient of half the weighted squares of the result: it takes in the second
  /// derivative of the operation, and for linear ones the adjoint of the adjoint.
  @Test(arguments: OperationCase.all)
  func agreesWithDifferences(_ row: OperationCase) throws {
    let report = try gradientCheck("gradient of \(row.name)", on: row.inputs, tolerance: 1e-6) { tensors in
      let graph = tensors[0].graph
      let tape = Tape(graph)
      let result = row.function(tensors)
      let weights = (0..<result.shape.count).map { 1 + Double($0 % 5) / 4 }
      let upstream = result * graph.constant(weights, result.shape)
      let sources = zip(row.inputs, tensors).filter(\.0.isDifferentiated).map(\.1)
      let gradients = tape.gradients(of: result, upstream: upstream, for: sources)
      return concatenate(gradients.map { $0.reshaped(to: [$0.shape.count]) })
    }
    #expect(report.passes, "\(report)")
    if row.smooth { #expect(report.kinks.isEmpty, "\(report)") }
  }
}
