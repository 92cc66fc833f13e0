import Autodiff
import OperationCases
import TestSupport
import Testing

@testable import Recipes

/// Every operation's translation to ONNX, computed by the tests' own interpreter.
struct ONNXOperationTests {
  /// The operations that have no translation: those of gradients, of training alone, and
  /// of other packages.
  private static let untranslatable: Set = [
    "ConvolutionInputGradient", "ConvolutionWeightGradient", "ScatterAdd", "BatchGather",
    "BatchScatterAdd", "Softplus", "Half", "SumOfProducts", "SumByLabel",
  ]

  /// Of each application all real operands are inputs, or the first alone and the others constants.
  @Test(arguments: OperationCase.all, [false, true])
  func isTranslated(_ row: OperationCase, hasConstants: Bool) throws {
    let values = row.applied(.float32).values(as: Float.self)
    func build() throws -> Tensor {
      let graph = GraphBuilder()
      let operands = row.inputs.enumerated().map { place, input in
        switch values[input.name] {
        case .index(let elements, let shape): graph.constant(elements.map { Double($0) }, shape, .int32)
        case .real(let elements, let shape) where hasConstants && place > 0:
          graph.constant(elements.map { Double($0) }, shape)
        default: graph.input(input.name, input.shape)
        }
      }
      return row.function(operands)
    }
    let network = try AnyBatchGraph { _ in try build() }
    let isNeeded = network.graph.isNeeded(for: [network.output])
    let names = Set(zip(network.graph.nodes, isNeeded).filter(\.1).map(\.0.operation.name))
    let inputs = Dictionary(uniqueKeysWithValues: network.graph.inputs.map { ($0.name, $0.name) })
    func translated() throws -> ONNXTranslator {
      try ONNXTranslator(network, in: ONNXGraph(), inputs: inputs) { _ in [] }
    }
    guard names.isDisjoint(with: ONNXOperationTests.untranslatable) else {
      #expect(throws: ExportError.self) { try translated() }
      return
    }
    let translator = try translated()
    let output = translator.output
    var graph = translator.graph
    _ = graph.node("Identity", [output], to: "y")
    graph.addOutput("y", .float, network.extents[network.output].map { .fixed($0.count) })
    let file = try ONNXFile(graph.file([:]))
    let given = inputs.keys.compactMap { name in
      values[name].map { (name, ONNXFile.Tensor($0.shape.dimensions, $0.reals.map { Double($0) })) }
    }
    let found = try #require(
      try ONNXInterpreter(file).run(Dictionary(uniqueKeysWithValues: given))["y"])
    let reference = Interpreter<Float>(network.graph, inputs: values).values[network.output]
    #expect(found.shape == reference.shape.dimensions)
    let largest = reference.reals.map { Double(abs($0)) }.max() ?? 0
    for (a, b) in zip(found.values, reference.reals) {
      #expect(abs(a - Double(b)) <= 1e-5 * max(1, largest))
    }
  }
}
