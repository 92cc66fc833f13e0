import Ops
import Testing

@testable import Recipes

struct TargetNetworkTests {
  private func step(_ target: TargetNetwork, rate: Double = 1) throws -> TrainingStep {
    try TrainingStep(
      LayerSequence([SmallClinic.encoder.trained(at: rate), ProjectionHead(hidden: [8], output: 8)]),
      image: [16, 16, 3], pairs: Pairs(4), loss: BYOLLoss(),
      predictor: PredictionHead(hidden: [8], output: 8), target: target, optimizer: SGD(learningRate: 0.1))
  }

  @Test func itsVariablesFollowThoseOfTheTrainedNetworkAndAreNoPartOfTheModel() throws {
    let graph = try step(TargetNetwork()).graph
    let own = graph.variables.filter { $0.path.hasPrefix("target.") }
    let model = graph.variables.filter { variable in
      !["target.", "predictor."].contains { variable.path.hasPrefix($0) } && variable.role != .memory
    }
    #expect(own.map(\.averages) == model.map(\.path))
    #expect(own.allSatisfy { $0.role == .memory && !$0.isTrained })
    #expect(graph.variables.filter { $0.averages == nil && $0.path.hasPrefix("target") }.isEmpty)
  }

  @Test func itBeginsAsTheTrainedNetworkDoes() throws {
    let graph = try step(TargetNetwork()).graph
    var weights = try StageWeights(initializing: graph, seed: 3)
    #expect(weights.values["target.conv1.weight"] == weights.values["conv1.weight"])
    let encoder = GraphBuilder()
    _ = SmallClinic.encoder.atRoot(encoder.input("images", [1, 16, 16, 3]))
    let earlier = try StageWeights(initializing: encoder, seed: 4)
    weights.take(from: earlier, for: graph.variables)
    #expect(weights.values["conv1.weight"] == earlier.values["conv1.weight"])
    #expect(weights.values["target.conv1.weight"] == earlier.values["conv1.weight"])
  }

  @Test func eachStepMovesItAShareOfTheWay() throws {
    let step = try step(TargetNetwork(momentum: 0.75))
    let program = try Program(step.graph, outputs: [step.loss], workers: Workers(count: 1))
    let start = try StageWeights(initializing: step.graph, seed: 3)
    for variable in program.variables { program.setVariable(variable.path, to: start[variable]) }
    program.setInput("images", to: numbers(8 * 16 * 16 * 3).map { Float($0) })
    program.setInput("learningRate", to: [0.5] as [Float])
    program.run()
    for path in ["conv1.weight", "bn1.weight", "projection.fc1.weight"] {
      let trained = program.variable(path, as: Float.self)
      let before = start.values[path] ?? []
      #expect(trained != before)
      let expected = zip(before, trained).map { Double($0 * 0.75 + $1 * 0.25) }
      #expect(agree(program.variable("target." + path, as: Float.self).map(Double.init), expected, to: 1e-6))
    }
  }
}
