import Testing
import TestSupport

@testable import Autodiff

@Suite struct EarlyUpdateTests {
  /// A step of a network of layers of 64 features, in the direction of the gradients, and an average of the
  /// weights of all steps.
  private struct Network {
    let graph = GraphBuilder(precision: .float64)
    let loss: Tensor
    let variables: [String: Value<Double>]

    init(depth: Int) {
      let tape = Tape(graph)
      var (weights, averages): ([Tensor], [Tensor]) = ([], [])
      var variables: [String: Value<Double>] = [:]
      for layer in 0..<depth {
        weights.append(graph.variable("w\(layer)", [64, 64], role: .weight, initializer: .zeros))
        averages.append(graph.variable("a\(layer)", [64, 64], role: .memory, initializer: .zeros))
        variables["w\(layer)"] = Network.numbers([64, 64], period: 11 + layer)
        variables["a\(layer)"] = Network.numbers([64, 64], period: 5)
      }
      loss = weights.reduce(graph.input("x", [2, 64])) { tanh(matmul($0, $1)) }.sum()
      for (layer, gradient) in tape.gradients(of: loss, for: weights).enumerated() {
        let weight = weights[layer] - gradient / sqrt((gradient * gradient).sum())
        graph.update(weights[layer], to: weight)
        graph.update(averages[layer], to: averages[layer] * 0.9 + weight * 0.1)
      }
      self.variables = variables
    }

    /// Numbers from -0.25 to 0.25 that repeat.
    static func numbers(_ shape: Shape, period: Int) -> Value<Double> {
      let numbers: [Double] = (0..<shape.count).map { index in
        let place = Double(index * 7 % period)
        return 0.5 * place / Double(period - 1) - 0.25
      }
      return .real(numbers, shape)
    }
  }

  /// A further layer takes memory for its variables and activations, and none for a gradient.
  @Test func gradientsShareMemory() throws {
    func bytesOfEightLayers(_ options: CompilerOptions) throws -> Int {
      func bytes(_ depth: Int) throws -> Int {
        let network = Network(depth: depth)
        return Compilation(try network.graph.build(outputs: [network.loss]), options: options).plan.byteCount
      }
      return try bytes(12) - bytes(4)
    }
    let (variables, activations) = (8 * 2 * 64 * 64 * 8, 8 * 2 * 64 * 8)
    #expect(try bytesOfEightLayers(CompilerOptions()) <= variables + 2 * activations)
    #expect(try bytesOfEightLayers(CompilerOptions(disabled: [.earlyUpdates])) >= variables * 3 / 2)
  }

  /// A weight keeps its old value until the gradient of the layer before it has been computed.
  @Test func theBackwardPassReadsOldValues() throws {
    let network = Network(depth: 3)
    try expectAgreement(
      network.graph, outputs: [network.loss],
      inputs: ["x": Network.numbers([2, 64], period: 8)], variables: network.variables, steps: 3,
      tolerance: 1e-12)
  }
}
