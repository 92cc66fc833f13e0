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
    func gradients(
      by program: Program, repeating isRepeated: Bool
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
    let (first, last) = (order.prefix(order.count / 4), order.suffix(order.count / 4))
    #expect(first.reduce(0, +) > 2 * last.reduce(0, +))
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

  private func difference(_ a: [Double], _ b: [Double]) -> Double {
    a.count == b.count ? zip(a, b).map { abs($0 - $1) }.max() ?? 0 : .infinity
  }
}
