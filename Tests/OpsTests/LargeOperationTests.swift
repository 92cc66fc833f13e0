import Autodiff
import OperationCases
import Testing
import TestSupport

/// The rows that are timed: values and gradients in single precision against a program in double precision.
@Suite(.serialized) struct LargeOperationTests {
  @Test(arguments: OperationCase.large)
  func agreesWithDoublePrecision(_ row: OperationCase) throws {
    let single = try results(of: row, as: Float.self)
    let double = try results(of: row, as: Double.self)
    for (index, (found, expected)) in zip(single, double).enumerated() {
      let wrong = differences(found, expected, tolerance: 2e-5)
      // An element that is all but at a kink may fall on its other side.
      #expect(wrong <= (row.smooth ? 0 : 4), "result \(index): \(wrong) of \(expected.count)")
    }
  }

  private func results<T: Real>(of row: OperationCase, as type: T.Type) throws -> [[T]] {
    let applied = row.applied(T.element)
    let outputs = [applied.result] + applied.gradients
    let program = try applied.compiled(outputs, as: T.self)
    program.run()
    return outputs.map { program.value(of: $0) }
  }
}
