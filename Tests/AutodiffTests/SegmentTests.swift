import Recipes
import TestSupport
import Testing

@testable import Autodiff

/// A program that is interrupted after its forward outputs computes what an uninterrupted one does.
struct SegmentTests {
  /// A residual network's rows for images, and the gradients of its parameters for upstream ones.
  private struct Model<T: Real> {
    let graph: GraphBuilder
    let forward: [Tensor]
    let gradients: [Tensor]
    let images: [[T]]
    let upstream: [T]
    let variables: [(path: String, values: [T])]

    init(_ precision: ElementType, target: Bool = false) throws {
      graph = GraphBuilder(precision: precision)
      let tape = Tape(graph)
      let shape: Shape = [4, 16, 16, 3]
      let input = graph.input("images", shape)
      let model = LayerSequence([ResNet(.tiny), ProjectionHead(hidden: [8], output: 6)])
      let rows = graph.scoped("") { model.apply(to: input) }
      let other = target ? [graph.scoped("other") { model.apply(to: input) }] : []
      let states = graph.withdrawUpdates().map(\.value)
      forward = [rows] + other + states
      let change = (rows * graph.input("upstream", rows.shape)).sum()
      let trained = graph.variables.filter { $0.isTrained && !$0.path.hasPrefix("other") }
      gradients = tape.gradients(of: change, for: trained.map { [graph] in graph.read($0) })
      try graph.validate()
      var generator = CounterGenerator(seed: 4)
      images = (0..<2).map { _ in (0..<shape.count).map { _ in T(generator.normal()) } }
      upstream = (0..<rows.shape.count).map { _ in T(generator.normal()) }
      variables = try graph.variables.map { ($0.path, try $0.initialValues(seed: 5)) }
    }

    func program(isInterrupted: Bool, _ options: CompilerOptions = CompilerOptions()) throws -> Program {
      let plan = try ProgramPlan(
        graph, forward: isInterrupted ? forward : [],
        outputs: isInterrupted ? gradients : forward + gradients, sharingVariablesOf: nil,
        workers: Workers(count: 2), options: options)
      let program = try Program(plan)
      for (path, values) in variables { program.setVariable(path, to: values) }
      return program
    }

    /// The gradients of the first images; the second ones come between the segments if asked.
    ///
    /// - Parameter overwrite: Receives the place of each gradient when it has been read.
    func gradients(
      by program: Program, repeating isRepeated: Bool, overwrite: (Int) -> Void = { _ in }
    ) throws -> (rows: [T], gradients: [[T]], order: [Int]) {
      program.setInput("images", to: images[0])
      try program.checkedForward()
      let rows: [T] = program.value(of: forward[0])
      if isRepeated {
        program.setInput("images", to: images[1])
        try program.checkedForward()
        program.setInput("images", to: images[0])
        program.repeatForward()
      }
      program.setInput("upstream", to: upstream)
      var gradients = [[T]](repeating: [], count: self.gradients.count)
      var order: [Int] = []
      try program.checkedBackward { place in
        gradients[place] = program.value(of: self.gradients[place])
        order.append(place)
        overwrite(place)
      }
      return (rows, gradients, order)
    }
  }

  @Test(arguments: [CompilerOptions(), CompilerOptions(checksNumerics: true)], [false, true])
  func anInterruptedRunIsThatOfTheWhole(options: CompilerOptions, isRepeated: Bool) throws {
    let model = try Model<Double>(.float64, target: true)
    let whole = try model.program(isInterrupted: false, options)
    whole.setInput("images", to: model.images[0])
    whole.setInput("upstream", to: model.upstream)
    whole.run()
    let found = try model.gradients(
      by: model.program(isInterrupted: true, options), repeating: isRepeated)
    #expect(difference(found.rows, whole.value(of: model.forward[0])) < 1e-12)
    for (tensor, gradient) in zip(model.gradients, found.gradients) {
      #expect(difference(gradient, whole.value(of: tensor)) < 1e-10)
    }
    // Each is reported once, when it has its last value.
    #expect(found.order.sorted() == Array(model.gradients.indices))
  }

  @Test func repeatingTheForwardPassChangesNoBit() throws {
    let model = try Model<Float>(.float32)
    let program = try model.program(isInterrupted: true)
    let (once, again) = (
      try model.gradients(by: program, repeating: false), try model.gradients(by: program, repeating: true)
    )
    for (a, b) in zip(once.gradients, again.gradients) { #expect(hasSameBits(a, b)) }
    #expect(once.gradients.contains { $0.contains { $0 != 0 } })
  }

  /// The gradients of the last layers come first, so that their sum can be under way during the others.
  @Test func gradientsOfTheLastLayersComeFirst() throws {
    let model = try Model<Float>(.float32)
    let order = try model.gradients(by: model.program(isInterrupted: true), repeating: false).order
    let first = order.prefix(order.count / 4).reduce(0, +)
    let last = order.suffix(order.count / 4).reduce(0, +)
    #expect(first > 2 * last)
  }

  /// What only the forward outputs need is not computed again.
  @Test func whatOnlyTheForwardOutputsNeedIsNotRepeated() throws {
    let model = try Model<Float>(.float32, target: true)
    let calls = try ProgramPlan(
      model.graph, forward: model.forward, outputs: model.gradients, sharingVariablesOf: nil,
      workers: Workers(count: 1), options: CompilerOptions()
    ).schedule.calls
    let other = calls.filter { $0.path.hasPrefix("other") }
    #expect(!other.isEmpty && other.allSatisfy { $0.segment == .forward })
    #expect(calls.contains { $0.segment == .shared } && calls.last?.segment == .backward)
  }

  /// Gradients that are computed in the memory of another program's inputs are the same, and take no memory
  /// of their own.
  @Test func outputsMayBeInputsOfTheOwner() throws {
    let model = try Model<Float>(.float32)
    let owner = GraphBuilder()
    let parameters = model.graph.variables.filter(\.isTrained)
    for variable in model.graph.variables {
      let value = owner.adopt(variable)
      if variable.isTrained {
        owner.update(value, to: value - owner.input(variable.path + ".gradient", value.shape))
      }
    }
    let ownerPlan = try ProgramPlan(owner, outputs: [], workers: Workers(count: 2))
    func plan(_ inputs: [String]) throws -> ProgramPlan {
      try ProgramPlan(
        model.graph, forward: model.forward, outputs: model.gradients, sharingVariablesOf: ownerPlan,
        outputsAsInputs: inputs, workers: Workers(count: 2))
    }
    func gradients(_ plan: ProgramPlan) throws -> (found: [[Float]], inputs: [[Float]]) {
      let update = try Program(ownerPlan)
      for (path, values) in model.variables { update.setVariable(path, to: values) }
      let program = try Program(plan, sharingVariablesOf: update)
      var inputs = [[Float]](repeating: [], count: parameters.count)
      let found = try model.gradients(by: program, repeating: true) { place in
        update.withInput(parameters[place].path + ".gradient") { (input: UnsafeMutableBufferPointer<Float>) in
          inputs[place] = Array(input)
          input.update(repeating: 1e3)
        }
      }.gradients
      return (found, inputs)
    }
    let (apart, within) = (try plan([]), try plan(parameters.map { $0.path + ".gradient" }))
    let (expected, found) = (try gradients(apart), try gradients(within))
    for (a, b) in zip(expected.found, found.found) { #expect(hasSameBits(a, b)) }
    #expect(expected.inputs.allSatisfy { $0.allSatisfy { $0 == 0 } })
    // Some gradients are two in one buffer, and some one tensor.
    let isThere = zip(found.inputs, found.found).map { hasSameBits($0, $1) }
    #expect(isThere.count { $0 } > parameters.count / 2)
    #expect(zip(found.inputs, isThere).allSatisfy { $1 || $0.allSatisfy { $0 == 0 } })
    #expect(within.arenaBytes < apart.arenaBytes)
  }

  /// What may not be overwritten stays in the program's own memory: a constant, a variable, a tensor that is
  /// two outputs.
  @Test func outputsThatShareMemoryAreNoInputsOfTheOwner() throws {
    let (graph, owner) = (GraphBuilder(), GraphBuilder())
    let weight = graph.variable("w", [4], role: .weight, initializer: .zeros)
    let sum = weight + graph.input("x", [4])
    let outputs = [sum, sum.reshaped(to: [4]), weight, graph.constant(3).broadcast(to: [4]), sum * sum]
    let names = outputs.indices.map { "g\($0)" }
    let value = owner.adopt(graph.variables[0])
    owner.update(value, to: names.reduce(value) { $0 + owner.input($1, [4]) })
    let ownerPlan = try ProgramPlan(owner, outputs: [])
    let update = try Program(ownerPlan)
    update.setVariable("w", to: [1, 2, 3, 4] as [Float])
    let program = try Program(
      ProgramPlan(graph, outputs: outputs, sharingVariablesOf: ownerPlan, outputsAsInputs: names),
      sharingVariablesOf: update)
    for _ in 0..<2 {
      // The owner's inputs are its user's to change.
      for name in names {
        update.withInput(name) { (input: UnsafeMutableBufferPointer<Float>) in input.update(repeating: 9) }
      }
      program.setInput("x", to: [1, 1, 1, 1] as [Float])
      program.run()
      #expect(
        outputs.map { program.value(of: $0) as [Float] } == [
          [2, 3, 4, 5], [2, 3, 4, 5], [1, 2, 3, 4], [3, 3, 3, 3], [4, 9, 16, 25],
        ])
      #expect(update.withInput("g4") { Array($0) as [Float] } == [4, 9, 16, 25])
    }
  }

  private func difference(_ a: [Double], _ b: [Double]) -> Double {
    a.count == b.count ? zip(a, b).map { abs($0 - $1) }.max() ?? 0 : .infinity
  }
}
