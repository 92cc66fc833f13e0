import Recipes
import Testing
import TestSupport

@testable import Autodiff

@Suite struct MemoryPlanTests {
  @Test(arguments: ProgramCase.all)
  func ofPrograms(_ row: ProgramCase) throws {
    let graph = GraphBuilder(precision: .float64)
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
  @Test func sharesMemory() throws {
    func bytes(_ length: Int, _ options: CompilerOptions = CompilerOptions()) throws -> Int {
      let graph = GraphBuilder()
      let x = graph.input("x", [64, 64])
      let y = (0..<length).reduce(x) { y, _ in matmul(y, x) }
      return Compilation(try graph.build(outputs: [y]), options: options).plan.byteCount
    }
    #expect(try bytes(3) == bytes(30))
    #expect(try bytes(30) == 3 * 64 * 64 * 4)
    #expect(try bytes(30, CompilerOptions(disabled: [.reuse])) == 31 * 64 * 64 * 4)
  }

  /// A parameter and its momentum change where they are.
  @Test func updatesInPlace() throws {
    let graph = GraphBuilder()
    let (w, v) = (
      graph.variable("w", [64], role: .weight, initializer: .zeros),
      graph.variable("v", [64], role: .memory, initializer: .zeros)
    )
    let velocity = v * 0.9 + graph.input("g", [64])
    graph.update(v, to: velocity)
    graph.update(w, to: w - velocity)
    let compiled = Compilation(try graph.build(), options: CompilerOptions())
    #expect(compiled.plan.byteCount == 3 * 64 * 4)
    #expect(compiled.calls.count == 1)
  }

  /// A loop that sums a tensor reads each block before it writes the result over it.
  @Test func writesOverWhatItSums() throws {
    let graph = GraphBuilder(precision: .float64)
    let x = graph.input("x", [64, 64])
    let shares = softmax(x)
    let outputs = [shares.sum(axes: [0]), shares.sum(axes: [1]), shares * x]
    let compiled = Compilation(try graph.build(outputs: outputs), options: CompilerOptions())
    #expect(compiled.calls.count == 2)
    #expect(compiled.plan.byteCount < 3 * 64 * 64 * 8)
    let values = ProgramCase.values(for: graph)
    try expectAgreement(
      graph, outputs: outputs, inputs: values.inputs, variables: values.variables, steps: 2, tolerance: 1e-12)
  }
}

@Suite struct MemoryDemandTests {
  private typealias Call = MemoryPlan.Demand.Call

  private static func buffers(bytes: Int...) -> [Buffer?] {
    bytes.map { Buffer(count: $0 / 4, storage: .float32) }
  }

  // A chain: buffer 0 stays, 1 and 2 are computed one from the other, 2 is read after the run.
  private static func chain(inPlace: Bool) -> MemoryPlan.Demand {
    MemoryPlan.Demand(
      buffers: buffers(bytes: 128, 128, 128),
      calls: [
        Call(reads: [0], writes: [1]),
        Call(reads: [1], writes: [2], inPlace: inPlace ? [(2, [1])] : []),
      ], persistent: [0], outputs: [2])
  }

  @Test func lifetimesGoFromTheWriterToTheLastReader() {
    let plan = MemoryPlan(Self.chain(inPlace: false), options: CompilerOptions())
    #expect(plan.lifetimes[..<3] == [0...2, 0...1, 1...2])
    #expect(plan.byteCount == 3 * 128)
  }

  @Test func aResultTakesTheMemoryOfAnOperandReadNoMore() {
    let plan = MemoryPlan(Self.chain(inPlace: true), options: CompilerOptions())
    #expect(plan.root(2) == 1 && plan.byteCount == 2 * 128)
    #expect(plan.offsets[2] == plan.offsets[1] && plan.offsets[1] != plan.offsets[0])
    let without = MemoryPlan(Self.chain(inPlace: true), options: CompilerOptions(disabled: [.inPlace]))
    #expect(without.root(2) == 2 && without.byteCount == 3 * 128)
  }

  /// As many bytes are not the same memory, if elements are stored otherwise.
  @Test func aResultDoesNotTakeTheMemoryOfOtherElements() {
    var demand = Self.chain(inPlace: true)
    demand.buffers[1] = Buffer(count: 16, storage: .float64)
    #expect(demand.buffers[1]?.byteCount == demand.buffers[2]?.byteCount)
    #expect(MemoryPlan(demand, options: CompilerOptions()).root(2) == 2)
  }

  @Test func buffersOfDifferentTimesShareMemory() {
    let demand = MemoryPlan.Demand(
      buffers: Self.buffers(bytes: 64, 256, 64, 192),
      calls: [
        Call(reads: [0], writes: [1]), Call(reads: [1], writes: [2]), Call(reads: [2], writes: [3]),
      ], persistent: [0], outputs: [3])
    let plan = MemoryPlan(demand, options: CompilerOptions())
    #expect(plan.offsets[3] == plan.offsets[1])
    #expect(plan.byteCount == 64 + 256 + 64)
    #expect(MemoryPlan(demand, options: CompilerOptions(disabled: [.reuse])).byteCount == 64 + 256 + 64 + 192)
  }

  /// A new value is written over the variable only if nobody reads the old one later.
  @Test(arguments: [false, true])
  func anUpdateIsInPlaceUnlessTheOldValueIsReadLater(_ isReadLater: Bool) {
    let demand = MemoryPlan.Demand(
      buffers: Self.buffers(bytes: 64, 64, 64),
      calls: [
        Call(reads: [0], writes: [1], inPlace: [(1, [0])]), Call(reads: isReadLater ? [0] : [1], writes: [2]),
      ], persistent: [0], outputs: [1, 2], updates: [(value: 1, variable: 0)])
    #expect(MemoryPlan(demand, options: CompilerOptions()).root(1) == (isReadLater ? 1 : 0))
  }

  @Test func aCallHasMemoryOfItsOwnWhileItRuns() {
    let demand = MemoryPlan.Demand(
      buffers: Self.buffers(bytes: 64, 64),
      calls: [Call(reads: [0], writes: [1], partialBytes: 1000)], persistent: [0], outputs: [1])
    let plan = MemoryPlan(demand, options: CompilerOptions())
    #expect(plan.lifetimes[2] == 0...0 && plan.byteCount == 64 + 64 + 1024)
  }

  @Test func whatIsBorrowedTakesNoMemory() {
    let plan = MemoryPlan(Self.chain(inPlace: false), shared: [0], options: CompilerOptions())
    #expect(plan.byteCount == 2 * 128)
  }

  /// An output in another program's memory is there with all that lies in its memory.
  @Test(arguments: [false, true]) func anOutputElsewhereTakesNoMemory(inPlace: Bool) {
    let plan = MemoryPlan(Self.chain(inPlace: inPlace), elsewhere: [2], options: CompilerOptions())
    #expect(plan.placed == [inPlace ? 1 : 2: 2])
    #expect(plan.byteCount == (inPlace ? 1 : 2) * 128)
  }

  /// What lies in the memory of a variable or of another output stays there.
  @Test func anOutputThatSharesMemoryStaysHere() {
    let buffers = Self.buffers(bytes: 64, 64, 64)
    let calls = [
      Call(reads: [0], writes: [1], inPlace: [(1, [0])]), Call(reads: [1], writes: [2], inPlace: [(2, [1])]),
    ]
    let update = MemoryPlan.Demand(
      buffers: buffers, calls: calls, persistent: [0], outputs: [1, 2], updates: [(value: 1, variable: 0)])
    #expect(MemoryPlan(update, elsewhere: [1], options: CompilerOptions()).placed.isEmpty)
    let variable = MemoryPlan.Demand(buffers: buffers, calls: calls, persistent: [0], outputs: [0, 2])
    #expect(MemoryPlan(variable, elsewhere: [0, 2], options: CompilerOptions()).placed == [1: 2])
  }
}

/// Follows who owns each line of memory through the calls of a program: what a call reads has to be there
/// still.
private func expectSoundMemory(
  _ graph: GraphBuilder, outputs: [Tensor], _ name: String = "",
  sourceLocation: Testing.SourceLocation = #_sourceLocation
) throws {
  let graph = try graph.build(outputs: outputs)
  for options in CompilerOptions.everyCombination {
    let compilation = Compilation(graph, options: options)
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
      compilation.schedule.buffers.map { $0?.byteCount ?? 0 }
      + compilation.schedule.calls.map { $0.plan.partialElements * Storage(element).byteCount }
    owners = [Int](repeating: -1, count: compilation.plan.byteCount / Memory.alignment)
  }

  private func lines(_ buffer: Int) -> Range<Int> {
    guard sizes[buffer] > 0 else { return 0..<0 }
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
    for (index, call) in compilation.calls.enumerated() {
      if let trouble = trouble(in: call.call, partials: call.partials) {
        return "call \(index), \(call.call.plan.summary): \(trouble)"
      }
    }
    let updates = MemoryPlan.Demand(schedule, compilation.graph).updates
    let variables = Dictionary(
      updates.map { ($0.variable, $0.value) }, uniquingKeysWith: { first, _ in first })
    for buffer in schedule.persistent where !holds(buffer) {
      // In place, the new value of a variable is what lies there; of several that are equal, one.
      guard let value = variables[buffer],
        compilation.plan.offsets[value] == compilation.plan.offsets[buffer],
        holds(value)
      else { return "%\(buffer) is lost" }
    }
    for place in compilation.outputs where !holds(place.buffer) {
      let isCopied = updates.contains { update in
        update.value == place.buffer && holds(update.variable)
          && compilation.plan.offsets[update.variable] == compilation.plan.offsets[place.buffer]
      }
      if !isCopied { return "the output in %\(place.buffer) is lost" }
    }
    return nil
  }

  private mutating func trouble(in call: Autodiff.CallSchedule.Call, partials: Int) -> String? {
    let reads = Set(call.plan.reads.map(\.buffer))
    let writes = call.plan.writes.map(\.buffer)
    for read in reads where !writes.contains(read) && !holds(read) { return "%\(read) is gone" }
    for (place, written) in writes.enumerated() {
      for read in reads where read != written && lines(read).overlaps(lines(written)) {
        let isAllowed = call.inPlace.contains { pair in
          pair.result == written && pair.leaves.contains(read)
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
