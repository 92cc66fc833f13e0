import Recipes
import Testing
import TestSupport

@testable import Autodiff

@Suite struct MemoryPlanTests {
  @Test(arguments: ProgramCase.all)
  func ofPrograms(_ row: ProgramCase) throws {
    let graph = Graph(precision: .float64)
    try expectSoundMemory(graph, outputs: row.build(graph))
  }

  @Test func ofRandomGraphs() throws {
    for seed in 0..<200 {
      let random = RandomGraph(seed: seed, precision: .float32)
      try expectSoundMemory(random.graph, outputs: random.outputs, "random graph \(seed)")
    }
  }

  @Test(arguments: [
    ResNet(.tiny), ResNet(.custom(blocks: [2, 1], bottleneck: true, channels: 4), stem: .small),
  ])
  func ofTrainingSteps(_ network: ResNet) throws {
    for optimizer: any Optimizer in [SGD(learningRate: 1), LARS(learningRate: 1), AdamW(learningRate: 1)] {
      let step = try TrainingSteps.simCLR(network, size: 32, optimizer: optimizer)
      try expectSoundMemory(step.graph, outputs: [step.loss, step.output])
    }
  }

  /// Memory is shared: a chain of products needs room for three tensors, however long it is.
  @Test func sharesMemory() {
    func bytes(_ length: Int, _ options: CompilerOptions = CompilerOptions()) -> Int {
      let graph = Graph()
      let x = graph.input("x", [64, 64])
      let y = (0..<length).reduce(x) { y, _ in matmul(y, x) }
      return Compilation(graph, outputs: [y.id], options: options).plan.byteCount
    }
    #expect(bytes(3) == bytes(30))
    #expect(bytes(30) == 3 * 64 * 64 * 4)
    #expect(bytes(30, CompilerOptions(disabled: [.reuse])) == 31 * 64 * 64 * 4)
  }

  /// A parameter and its momentum change where they are.
  @Test func updatesInPlace() {
    let graph = Graph()
    let (w, v) = (
      graph.variable("w", [64], role: .weight, initializer: .zeros),
      graph.variable("v", [64], role: .memory, initializer: .zeros)
    )
    let velocity = v * 0.9 + graph.input("g", [64])
    graph.update(v, to: velocity)
    graph.update(w, to: w - velocity)
    let compiled = Compilation(graph, outputs: [], options: CompilerOptions())
    #expect(compiled.plan.byteCount == 3 * 64 * 4)
    #expect(compiled.schedule.calls.count == 1)
  }
}

/// Follows who owns each line of memory through the calls of a program: what a call reads has to be there
/// still.
private func expectSoundMemory(
  _ graph: Graph, outputs: [Tensor], _ name: String = "",
  sourceLocation: Testing.SourceLocation = #_sourceLocation
) throws {
  try graph.validate()
  for options in CompilerOptions.everyCombination {
    let compilation = Compilation(graph, outputs: outputs.map(\.id), options: options)
    var ledger = MemoryLedger(compilation, graph.precision)
    let trouble = ledger.firstTrouble()
    #expect(
      trouble == nil, "\(name) without \(options.disabled.map(\.rawValue))", sourceLocation: sourceLocation)
  }
}

private struct MemoryLedger {
  private let compilation: Compilation
  private let sizes: [Int]
  // The buffer that last wrote each line of 64 bytes; -1 for none.
  private var owners: [Int]

  init(_ compilation: Compilation, _ element: ElementType) {
    self.compilation = compilation
    sizes =
      compilation.schedule.bufferBytes
      + compilation.schedule.calls.map { $0.plan.partialBytes(element) }
    owners = [Int](repeating: -1, count: compilation.plan.byteCount / Memory.alignment)
  }

  private func lines(_ buffer: Int) -> Range<Int> {
    // Calls added after the memory was planned have no memory of their own.
    guard buffer < compilation.plan.offsets.count, sizes[buffer] > 0 else { return 0..<0 }
    let first = compilation.plan.offsets[buffer] / Memory.alignment
    return first..<first + Memory.aligned(sizes[buffer]) / Memory.alignment
  }

  private func holds(_ buffer: Int) -> Bool { owners[lines(buffer)].allSatisfy { $0 == buffer } }

  private mutating func claim(_ buffer: Int) {
    for line in lines(buffer) { owners[line] = buffer }
  }

  mutating func firstTrouble() -> String? {
    let schedule = compilation.schedule
    for buffer in schedule.persistent {
      if owners[lines(buffer)].contains(where: { $0 != -1 }) {
        return "%\(buffer) shares memory that persists"
      }
      claim(buffer)
    }
    for (index, call) in schedule.calls.enumerated() {
      if let trouble = trouble(in: call, partials: compilation.nodes.count + index) {
        return "call \(index), \(call.plan.summary): \(trouble)"
      }
    }
    let variables = Dictionary(
      compilation.updates.map { ($0.variable, $0.value) }, uniquingKeysWith: { first, _ in first })
    for buffer in schedule.persistent where !holds(buffer) {
      // In place, the new value of a variable is what lies there; of several that are equal, one.
      guard let value = variables[buffer],
        compilation.plan.offsets[value] == compilation.plan.offsets[buffer],
        holds(value)
      else { return "%\(buffer) is lost" }
    }
    for place in compilation.outputs.values where !holds(place.buffer) {
      let isCopied = compilation.updates.contains { update in
        update.value == place.buffer && holds(update.variable)
          && compilation.plan.offsets[update.variable] == compilation.plan.offsets[place.buffer]
      }
      if !isCopied { return "the output in %\(place.buffer) is lost" }
    }
    return nil
  }

  private mutating func trouble(in call: Autodiff.Schedule.Call, partials: Int) -> String? {
    let reads = Set(call.plan.reads.map(\.buffer))
    let writes = call.plan.writes.map(\.buffer)
    for read in reads where !writes.contains(read) && !holds(read) { return "%\(read) is gone" }
    for (place, written) in writes.enumerated() {
      for read in reads where read != written && lines(read).overlaps(lines(written)) {
        let isAllowed = call.inPlace.contains { pair in
          pair.result == written
            && pair.leaves.contains { compilation.schedule.places[$0]?.buffer == read }
        }
        if !isAllowed || lines(read) != lines(written) { return "%\(written) is written over %\(read)" }
      }
      for other in writes[..<place] where other != written && lines(other).overlaps(lines(written)) {
        return "%\(written) and %\(other) share memory"
      }
    }
    for buffer in Array(reads) + writes where lines(buffer).overlaps(lines(partials)) {
      return "its own memory overlaps %\(buffer)"
    }
    claim(partials)
    for written in writes { claim(written) }
    return nil
  }
}
