import Autodiff
import OperationCases
import Testing
import TestSupport

@Suite struct CompiledOperationTests {
  @Test(arguments: OperationCase.all)
  func agreesWithTheReferenceKernel(_ row: OperationCase) throws {
    let applied = row.applied(.float64)
    try expectAgreement(
      applied.graph, outputs: [applied.result] + applied.gradients, inputs: applied.values(as: Double.self),
      tolerance: 1e-10)
  }
}
