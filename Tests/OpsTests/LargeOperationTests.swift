import Autodiff
import OperationCases
import Testing
import TestSupport

/// The rows that are timed: values and gradients in single precision, compiled, against the definitions of
/// their operations in double precision.
@Suite struct LargeOperationTests {
  @Test(arguments: OperationCase.large)
  func agreesWithItsDefinition(_ row: OperationCase) throws {
    let applied = row.applied(.float32)
    let outputs = [applied.result] + applied.gradients
    let program = try applied.compiled(outputs, as: Float.self)
    program.run()
    let defined = row.applied(.float64)
    let interpreter = Interpreter<Double>(try defined.graph.build(), inputs: defined.values(as: Double.self))
    for (index, (found, expected)) in zip(outputs, [defined.result] + defined.gradients).enumerated() {
      let values = interpreter[expected]
      let wrong = differences(program.value(of: found, as: Float.self), values, tolerance: 2e-5)
      // An element that is all but at a kink may fall on its other side.
      #expect(wrong <= (row.smooth ? 0 : 4), "result \(index): \(wrong) of \(values.count)")
    }
  }
}
