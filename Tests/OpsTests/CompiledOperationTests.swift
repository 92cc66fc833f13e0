import Autodiff
import Testing
import TestSupport

@Suite(.serialized) struct CompiledOperationTests {
  @Test(arguments: OperationCase.all)
  func agreesWithTheReferenceKernel(_ row: OperationCase) throws {
    let graph = Graph(precision: .float64)
    var generator = CounterGenerator(seed: 1, name: row.name)
    let tensors = row.inputs.map { graph.input($0.name, $0.shape, $0.element) }
    var values = Dictionary(
      uniqueKeysWithValues: row.inputs.map { ($0.name, $0.drawn(&generator)) })
    let tape = Tape(graph)
    let result = row.function(tensors)
    let sources = zip(row.inputs, tensors).filter(\.0.isDifferentiated).map(\.1)
    let weights = CheckInput.uniform("upstream", result.shape)
    values[weights.name] = weights.drawn(&generator)
    let upstream = graph.input(weights.name, weights.shape)
    let gradients = tape.gradients(of: result, upstream: upstream, for: sources)
    try expectAgreement(graph, outputs: [result] + gradients, inputs: values, tolerance: 1e-10)
  }
}
