import Recipes
import TestSupport
import Testing

@testable import Autodiff

/// Operations that the replicas which compute the parts of a batch compute together.
struct CrossReplicaSumTests {
  /// In a graph of the whole batch no call and no number is another.
  @Test(arguments: CompilerOptions.everyCombination)
  func itIsTheOperandInTheWholeBatch(options: CompilerOptions) throws {
    func run(_ sum: (Tensor) -> Tensor) throws -> (calls: Int, values: [Float]) {
      let graph = GraphBuilder()
      let tape = Tape(graph)
      let x = graph.input("x", [3, 5])
      let y = exp(sum(x * 2)) * x
      let program = try Program(graph, outputs: [y] + tape.gradients(of: y, for: [x]), options: options)
      program.setInput("x", to: (0..<15).map { Float($0) / 7 })
      program.run()
      return (program.callCount, program.output(0) + program.output(1))
    }
    let (with, without) = (try run { $0.summedOverReplicas() }, try run { $0 })
    #expect(with.calls == without.calls)
    #expect(hasSameBits(with.values, without.values))
  }

  /// The definition, for replicas with equal operands: y is w (3x)^2, and all three move together.
  @Test func itsGradientIsThatOfAllReplicas() throws {
    let graph = GraphBuilder(precision: .float64, replicas: 3)
    let tape = Tape(graph)
    let (x, w) = (graph.input("x", [4]), graph.input("w", [4]))
    let sum = x.summedOverReplicas()
    let gradient = tape.gradients(of: w * sum * sum, for: [x])[0]
    let values: [String: Value<Double>] = [
      "x": .real([1, -2, 0.5, 0], [4]), "w": .real([1, 2, -1, 5], [4]),
    ]
    let interpreter = Interpreter<Double>(try graph.build(), inputs: values)
    #expect(interpreter[sum] == [3, -6, 1.5, 0])
    #expect(interpreter[gradient] == [18, -72, -9, 0])
  }

  /// A layer on three replicas with equal parts, by central differences.
  @Test func aLayersGradientIsThatOfAllReplicas() throws {
    let graph = GraphBuilder(precision: .float64, replicas: 3)
    let tape = Tape(graph)
    let x = graph.input("x", [3, 2])
    let y = BatchNorm(synchronized: true).atRoot(x)
    let weights: [Double] = [1, -2, 0.5, 3, -1, 0.25]
    let loss = (tanh(y) * graph.constant(weights, [3, 2])).sum()
    let gradient = tape.gradients(of: loss, for: [x])[0]
    let built = try graph.build()
    let variables = try Dictionary(
      uniqueKeysWithValues: graph.variables.map {
        ($0.path, Value<Double>.real(try $0.initialValues(seed: 1), $0.type.shape))
      })
    func evaluate(_ values: [Double]) -> Interpreter<Double> {
      Interpreter<Double>(built, inputs: ["x": .real(values, [3, 2])], variables: variables)
    }
    let place: [Double] = [0.3, 1.7, -0.8, 0.1, 1.2, -2.5]
    let found = evaluate(place)[gradient]
    for index in place.indices {
      var (less, more) = (place, place)
      less[index] -= 1e-5
      more[index] += 1e-5
      let difference = (evaluate(more)[loss][0] - evaluate(less)[loss][0]) / 2e-5
      #expect(abs(found[index] - difference) < 1e-8, "\(index): \(found[index]) for \(difference)")
    }
    #expect(found.contains { abs($0) > 0.01 })
  }

  /// A residual network on two replicas with equal parts, and its gradients.
  private struct Model {
    let graph = GraphBuilder(precision: .float32, replicas: 2)
    let outputs: [Tensor]
    let inputs: [String: Value<Float>]
    let variables: [String: Value<Float>]
    let normalizations: Int

    init(isCheckpointed: Bool) throws {
      let tape = Tape(graph)
      let shape: Shape = [4, 8, 8, 3]
      let images = graph.input("images", shape)
      let network = ResNet(
        .custom(blocks: [1, 1], bottleneck: false, channels: 4), stem: .small, zeroInitLastScale: false,
        checkpointed: isCheckpointed)
      let rows = network.synchronized().atRoot(images)
      let states = graph.withdrawUpdates().map(\.value)
      let change = (rows * graph.input("upstream", rows.shape)).sum()
      let trained = graph.variables.filter(\.isTrained).map { [graph] in graph.read($0) }
      outputs = [rows] + states + tape.gradients(of: change, for: trained)
      normalizations = states.count / 2
      var generator = CounterGenerator(seed: 4)
      func values(_ shape: Shape) -> Value<Float> {
        .real((0..<shape.count).map { _ in Float(generator.normal()) }, shape)
      }
      inputs = ["images": values(shape), "upstream": values(rows.shape)]
      variables = try Dictionary(
        uniqueKeysWithValues: graph.variables.map {
          ($0.path, .real(try $0.initialValues(seed: 5), $0.type.shape))
        })
    }
  }

  /// Compiled it agrees with the definition, and each exchange is made once, in the same order by all: one of
  /// a normalization in the forward pass and one in the backward pass, also in checkpoints.
  @Test(arguments: [false, true]) func eachIsComputedOnceAndInOrder(isCheckpointed: Bool) throws {
    let model = try Model(isCheckpointed: isCheckpointed)
    let expected = Interpreter<Float>(
      try model.graph.build(), inputs: model.inputs, variables: model.variables)
    var orders: Set<[Int]> = []
    for options in CompilerOptions.everyCombination + [CompilerOptions(checksNumerics: true)] {
      let program = try Program(model.graph, outputs: model.outputs, options: options)
      var order: [Int] = []
      program.gatherReplicas { own, all in
        order.append(own.count)
        _ = all.update(fromContentsOf: Array(own) + Array(own))
      }
      program.set(inputs: model.inputs, variables: model.variables)
      try program.checkedRun()
      for output in model.outputs {
        let error = largestError(program.value(of: output, as: Float.self), expected[output])
        #expect(error < 1e-4, "%\(output.id) without \(options.disabled.map(\.rawValue)): off by \(error)")
      }
      orders.insert(order)
    }
    #expect(model.normalizations == 6)
    #expect(orders.count == 1 && orders.first?.count == 2 * model.normalizations, "\(orders)")
  }

  /// The replica whose operand is not finite says so; the others only receive the sum.
  @Test func whatIsNotFiniteElsewhereIsNoFaultHere() throws {
    let graph = GraphBuilder(precision: .float32, replicas: 2)
    let y = log(graph.input("x", [2])).summedOverReplicas() * 2
    let program = try Program(graph, outputs: [y], options: CompilerOptions(checksNumerics: true))
    program.gatherReplicas { own, all in _ = all.update(fromContentsOf: Array(own) + [.nan, 1]) }
    program.setInput("x", to: [1, 2] as [Float])
    try program.checkedRun()
    program.setInput("x", to: [1, -2] as [Float])
    let fault = #expect(throws: NonFiniteValue.self) { try program.checkedRun() }
    #expect(fault?.origin.operation == "Log")
  }
}
