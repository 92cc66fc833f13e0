import Autodiff
import Recipes
import Testing
import TestSupport

@Suite struct ProgramTests {
  @Test(arguments: ProgramCase.all)
  func agreesWithTheInterpreter(_ row: ProgramCase) throws {
    let graph = GraphBuilder(precision: .float64)
    let outputs = row.build(graph)
    let values = ProgramCase.values(for: graph)
    try expectAgreement(
      graph, outputs: outputs, inputs: values.inputs, variables: values.variables, steps: 3, tolerance: 1e-12)
  }

  @Test func keepsVariablesFromRunToRun() throws {
    let graph = GraphBuilder()
    let w = graph.variable("w", [3], role: .weight, initializer: .ones)
    graph.update(w, to: w * 2)
    let program = try Program(graph, outputs: [])
    program.setVariable("w", to: [1, 2, 3] as [Float])
    for _ in 0..<4 { program.run() }
    #expect(program.variable("w", as: Float.self) == [16, 32, 48])
  }

  @Test func keepsInputsFromRunToRun() throws {
    let graph = GraphBuilder()
    let (x, w) = (graph.input("x", [2]), graph.variable("w", [2], role: .weight, initializer: .zeros))
    graph.update(w, to: w + tanh(x) * 0 + x)
    let program = try Program(graph, outputs: [x])
    program.setInput("x", to: [1, -2] as [Float])
    for _ in 0..<3 { program.run() }
    #expect(program.variable("w", as: Float.self) == [3, -6])
    program.withInput("x", as: Float.self) { #expect(Array($0) == [1, -2]) }
  }

  @Test func refusesAModelWithMistakes() {
    let graph = GraphBuilder()
    let sum = graph.input("x", [2]) + graph.input("y", [3])
    #expect(throws: GraphErrors.self) { try Program(graph, outputs: [sum]) }
  }

  @Test(arguments: [1, 2, 3])
  func itsSizeIsKnownBefore(threads: Int) throws {
    let step = try TrainingSteps.simCLR(ResNet(.tiny))
    let plan = try ProgramPlan(step.graph, outputs: [step.loss], workers: Workers(count: threads))
    let program = try Program(plan)
    #expect(plan.arenaBytes == program.arenaBytes)
    #expect(plan.arenaBytes > step.graph.variables.reduce(0) { $0 + $1.type.byteCount })
  }

  /// More than an address space holds.
  @Test func saysHowMuchMemoryIsNotThere() throws {
    let graph = GraphBuilder(precision: .float64)
    let inputs = (0..<32).map { graph.input("x\($0)", [Shape.largestCount]) }
    let plan = try ProgramPlan(graph, outputs: inputs.map { $0.sum() }, workers: Workers(count: 1))
    let error = try #require(throws: OutOfMemory.self) { try Program(plan) }
    #expect(error.bytes == plan.arenaBytes)
    #expect(
      error.description.hasPrefix(
        "There are no \(plan.arenaBytes >> 20) MiB of memory for the tensors of a program. "))
  }

  @Test func listsItsCalls() throws {
    let graph = GraphBuilder()
    let y = relu(matmul(graph.input("x", [4, 3]), graph.input("w", [3, 5])))
    let program = try Program(graph, outputs: [y])
    #expect(program.callCount == 1)
    let call = program.schedule.calls[0]
    #expect(call.summary == "matmul 4x5x3 + epilogue")
    #expect(call.floatingPointOperations == 2 * 4 * 5 * 3)
    #expect(call.bytes == 4 * (4 * 3 + 3 * 5 + 4 * 5))
    #expect(call.operations == ["MatMul", "Relu"])
    #expect(call.unfused.isEmpty)
    let timed = program.timedRuns(3)
    #expect(timed.seconds?.count == 1)
    #expect("\(timed)".contains("GFLOP/s"))
  }

  /// What a call reads from memory though another call made it, and why.
  @Test func saysWhyItReadsFromMemory() throws {
    let graph = GraphBuilder()
    let x = graph.input("x", [2, 32, 32, 16])
    let (w, v) = (graph.input("w", [3, 3, 16, 16]), graph.input("v", [1, 1, 16, 16]))
    let first = conv2d(x, w, padding: 1)
    let mean = first.mean(axes: [0, 1, 2])
    let second = conv2d(relu(first - mean), v)
    let third = conv2d(exp(second), v)
    let calls = try ProgramPlan(graph, outputs: [third]).schedule.calls
    let reasons = calls.flatMap(\.unfused)
    #expect(
      reasons == [
        "reads Convolution2D f32[2,32,32,16]: a product is done before the next one begins",
        "reads Exp f32[2,32,32,16]: it is costly to compute each time that it is read",
      ])
  }
}

/// Something a program has to get right: outputs of a graph, with updates.
struct ProgramCase: Sendable, CustomTestStringConvertible {
  let name: String
  let build: @Sendable (GraphBuilder) -> [Tensor]

  init(_ name: String, _ build: @escaping @Sendable (GraphBuilder) -> [Tensor]) {
    self.name = name
    self.build = build
  }

  var testDescription: String { name }

  /// Values for every input and variable.
  static func values(
    for graph: GraphBuilder
  ) -> (inputs: [String: Value<Double>], variables: [String: Value<Double>]) {
    var generator = CounterGenerator(seed: 1)
    var (inputs, variables) = ([String: Value<Double>](), [String: Value<Double>]())
    for input in graph.inputs {
      let type = graph.nodes[input.node].type
      let check: CheckInput =
        type.element.isReal
        ? .uniform(input.name, type.shape) : .integers(input.name, type.shape, in: -1..<5)
      inputs[input.name] = check.drawn(&generator)
    }
    for variable in graph.variables {
      variables[variable.path] = CheckInput.uniform(variable.path, variable.type.shape).drawn(&generator)
    }
    return (inputs, variables)
  }

  private static func variable(_ graph: GraphBuilder, _ name: String, _ shape: Shape = [3, 5]) -> Tensor {
    graph.variable(name, shape, role: .weight, initializer: .zeros)
  }

  static let all = updates + outputs

  private static let updates: [ProgramCase] = [
    ProgramCase("weight and momentum") { graph in
      let (w, v, g) = (variable(graph, "w"), variable(graph, "v"), graph.input("g", [3, 5]))
      let velocity = v * 0.9 + g
      graph.update(v, to: velocity)
      graph.update(w, to: w - velocity * 0.1)
      return [w.sum()]
    },
    ProgramCase("two variables swap") { graph in
      let (a, b) = (variable(graph, "a"), variable(graph, "b"))
      graph.update(a, to: b)
      graph.update(b, to: a)
      return []
    },
    ProgramCase("three variables rotate") { graph in
      let (a, b, c) = (variable(graph, "a"), variable(graph, "b"), variable(graph, "c"))
      graph.update(a, to: b)
      graph.update(b, to: c)
      graph.update(c, to: a)
      return [a, b + c]
    },
    ProgramCase("two variables swap through arithmetic") { graph in
      let (a, b) = (variable(graph, "a"), variable(graph, "b"))
      graph.update(a, to: b * 2)
      graph.update(b, to: a + 1)
      return [a - b]
    },
    ProgramCase("two variables become the same") { graph in
      let (a, b, x) = (variable(graph, "a"), variable(graph, "b"), graph.input("x", [3, 5]))
      let sum = a + b + x
      graph.update(a, to: sum)
      graph.update(b, to: sum)
      return [sum]
    },
    ProgramCase("a variable becomes itself") { graph in
      let a = variable(graph, "a")
      graph.update(a, to: a)
      return [a * 2]
    },
    ProgramCase("a variable becomes an input") { graph in
      let (a, x) = (variable(graph, "a"), graph.input("x", [3, 5]))
      graph.update(a, to: x)
      return [a + x]
    },
    ProgramCase("a variable becomes a constant") { graph in
      let (a, b, c) = (variable(graph, "a"), variable(graph, "b", [2]), variable(graph, "c", []))
      graph.update(a, to: graph.constant(0.5, [3, 5]))
      graph.update(b, to: graph.constant([1, 2], [2]))
      graph.update(c, to: graph.constant(3))
      return [a, b, c]
    },
    ProgramCase("a variable becomes another's reshape") { graph in
      let (a, b) = (variable(graph, "a"), variable(graph, "b", [15]))
      graph.update(a, to: b.reshaped(to: [3, 5]))
      graph.update(b, to: a.reshaped(to: [15]))
      return []
    },
    ProgramCase("a variable becomes another's slice") { graph in
      let (a, b) = (variable(graph, "a", [2, 5]), variable(graph, "b", [4, 5]))
      graph.update(a, to: b.sliced(1..<3, axis: 0))
      graph.update(b, to: b * 1.5)
      return [b.sliced(0..<1, axis: 0)]
    },
    ProgramCase("a variable becomes its transpose") { graph in
      let a = variable(graph, "a", [4, 4])
      graph.update(a, to: a.transposed)
      return [a.transposed]
    },
    ProgramCase("a variable becomes a product with itself") { graph in
      let a = variable(graph, "a", [4, 4])
      graph.update(a, to: matmul(a, a) * 0.3 + a)
      return []
    },
    ProgramCase("a variable is normalized by its own sum") { graph in
      let a = variable(graph, "a")
      graph.update(a, to: a / (1 + (a * a).sum()))
      return []
    },
    ProgramCase("a variable is read by rows while it changes") { graph in
      let a = variable(graph, "a", [5, 5])
      graph.update(a, to: a + a.sum(axes: [0]) + a.sliced(0..<1, axis: 0))
      return []
    },
    ProgramCase("every read sees the old value") { graph in
      let (a, x) = (variable(graph, "a"), graph.input("x", [3, 5]))
      let next = tanh(a + x)
      graph.update(a, to: next)
      return [next * a, (a * x).sum(axes: [1]), matmul(a, x, transposeB: true), next]
    },
    ProgramCase("running statistics") { graph in
      let (x, mean) = (graph.input("x", [6, 3]), variable(graph, "mean", [3]))
      let batch = x.moments(axes: [0])
      graph.update(mean, to: mean * 0.9 + batch.mean.reshaped(to: [3]) * 0.1)
      return [(x - batch.mean) * rsqrt(batch.variance + 1e-5)]
    },
  ]

  private static let outputs: [ProgramCase] = [
    ProgramCase("an input") { [$0.input("x", [3])] },
    ProgramCase("a view of an input") { [$0.input("x", [3, 4]).reshaped(to: [12])] },
    ProgramCase("a piece of an input") { [$0.input("x", [3, 4]).sliced(1..<3, axis: 0)] },
    ProgramCase("a variable") { [variable($0, "a"), variable($0, "a").reshaped(to: [5, 3])] },
    ProgramCase("a variable that changes") { graph in
      let a = variable(graph, "a")
      graph.update(a, to: a * 2)
      return [a, a.reshaped(to: [15]), stopGradient(a), a.sliced(1..<2, axis: 0)]
    },
    ProgramCase("constants") {
      [$0.constant(2), $0.constant(3, [2, 2]), $0.constant([1, 2, 3], [3]), $0.constant(1, [2]) + 1]
    },
    ProgramCase("the same node twice") { graph in
      let y = exp(graph.input("x", [4]))
      return [y, y]
    },
    ProgramCase("equal nodes") { graph in
      let x = graph.input("x", [4])
      return [exp(x), exp(x), -(-x)]
    },
    ProgramCase("views of one node") { graph in
      let y = exp(graph.input("x", [4, 3]))
      return [
        y.reshaped(to: [12]), y.sliced(0..<2, axis: 0), y.sliced(2..<4, axis: 0).reshaped(to: [3, 2]), y,
      ]
    },
    ProgramCase("a product, read further and not") { graph in
      let y = matmul(graph.input("x", [4, 3]), graph.input("w", [3, 5]))
      return [y, relu(y), y.sum(axes: [0])]
    },
    ProgramCase("an intermediate of a chain") { graph in
      let x = graph.input("x", [4, 3])
      let y = x * 2 + 1
      return [y, tanh(y) - x]
    },
    ProgramCase("scalars") { graph in
      let x = graph.input("x", [])
      return [x * 2, (x + 1).sum(), x.reshaped(to: [1, 1])]
    },
    ProgramCase("nothing of an input that nobody reads") { graph in
      _ = graph.input("unused", [3])
      return [graph.input("x", [3]) + 1]
    },
    ProgramCase("rows by labels") { graph in
      let (x, i) = (graph.input("x", [4, 3]), graph.input("i", [6], .int32))
      return [x.gathered(i), oneHot(i, classes: 4), (x * 2).gathered(i).sum(axes: [1])]
    },
    ProgramCase("rows by constant labels") { graph in
      let i = graph.constant([2, 0, 7], [3], .int32)
      return [graph.input("x", [4, 3]).gathered(i), oneHot(i, classes: 3)]
    },
    ProgramCase("cross-entropy of labels") { graph in
      [crossEntropy(graph.input("x", [6, 4]), labels: graph.input("i", [6], .int32))]
    },
    ProgramCase("a long row") { graph in
      let x = graph.input("x", [40_001])
      return [x.sum(), x.max(), tanh(x) * 2]
    },
    ProgramCase("many rows") { graph in
      let x = graph.input("x", [20_000, 3])
      let (mean, variance) = x.moments(axes: [0])
      return [mean, variance, (x - mean).max(axes: [0]), x.sum(axes: [1]).max()]
    },
  ]
}
