/// A compiled graph: a flat list of fused calls over one arena. A run allocates nothing.
public final class Program {
  /// The element type of its real tensors.
  public let precision: ElementType
  /// The variables it stores between runs.
  public let variables: [Variable]
  /// The total memory in bytes.
  public var arenaBytes: Int { memory.byteCount }

  /// The graph that it computes.
  package let graph: Graph
  let kernels: [any Kernel]
  let compilation: Compilation
  let workers: Workers
  private let memory: Memory
  private let outputs: [NodeID: BufferView]
  // The required inputs not set yet, and those of them that forward outputs need.
  private(set) var unset: Set<String>
  private(set) var unsetForward: Set<String>

  /// Compiles what `outputs` and the graph's updates depend on, and initializes the variables.
  ///
  /// - Parameters:
  ///   - graph: The graph.
  ///   - outputs: The tensors whose values are asked for after a run.
  ///   - seed: The seed of the variables' initial values.
  ///   - workers: The threads that run it.
  ///   - options: The compiler's passes and algorithms.
  /// - Throws: `GraphErrors` with every mistake of the model; `OutOfMemory` if the system does not have what
  ///   the program takes; `WeightsError` if a weight file of pretrained layers has changed.
  public convenience init(
    _ graph: GraphBuilder, outputs: [Tensor], seed: UInt64 = 0, workers: Workers = .shared,
    options: CompilerOptions = .environment
  ) throws {
    try self.init(ProgramPlan(graph, outputs: outputs, workers: workers, options: options), seed: seed)
  }

  /// Allocates the memory of a plan, and initializes the variables.
  ///
  /// - Parameters:
  ///   - plan: The plan.
  ///   - seed: The seed of the variables' initial values.
  /// - Throws: `OutOfMemory` if the system does not have ``ProgramPlan/arenaBytes``; `WeightsError` if a
  ///   weight file of pretrained layers has changed.
  public convenience init(_ plan: ProgramPlan, seed: UInt64 = 0) throws {
    try self.init(plan, sharingVariablesOf: nil)
    switch precision {
    case .float64: try initialize(as: Double.self, seed: seed)
    default: try initialize(as: Float.self, seed: seed)
    }
  }

  private func initialize<T: Real>(as type: T.Type, seed: UInt64) throws {
    try Variable.initialize(graph.variables, seed: seed) { (variable, values: [T]) in
      if compilation.variables[variable.path] != nil { setVariable(variable.path, to: values) }
    }
  }

  /// Gives what was planned its memory; the variables are zeros until they are set.
  ///
  /// - Parameter owner: The program whose variables it shares, if planned so.
  /// - Throws: `OutOfMemory` if the system does not have it.
  package init(_ plan: ProgramPlan, sharingVariablesOf owner: Program?) throws(OutOfMemory) {
    let (graph, compilation) = (plan.graph, plan.compilation)
    self.graph = graph
    precision = graph.precision
    variables = graph.variables.filter { compilation.variables[$0.path] != nil }
    workers = plan.workers
    self.compilation = compilation
    memory = try Memory(
      offsets: compilation.plan.offsets, byteCount: compilation.plan.byteCount,
      scratchBytes: plan.scratchBytes, workers: workers.count,
      shared: Program.shared(by: compilation, from: owner))
    kernels = compilation.kernels(in: memory)
    unset = Set(plan.requiredInputs)
    unsetForward = Set(plan.requiredForward)
    outputs = Dictionary(
      zip(graph.outputs, compilation.outputs).map { ($0, BufferView($1, graph.nodes[$0].type)) },
      uniquingKeysWith: { first, _ in first })
    for (name, id) in graph.inputs {
      guard let value = graph.nodes[id].initialValue, let place = compilation.inputs[name] else { continue }
      write(Constant(splat: value, graph.nodes[id].type), to: place)
    }
    for (buffer, constant) in compilation.schedule.literals {
      write(
        constant, to: BufferView(compilation.schedule.places[buffer], compilation.graph.nodes[buffer].type))
    }
  }

  // Returns the buffers in the owner's memory: its variables, outputs that are its inputs, and their aliases.
  private static func shared(
    by compilation: Compilation, from owner: Program?
  ) -> [Int: (from: Memory, buffer: Int)] {
    contract(compilation.shared.isEmpty || owner != nil, "the owner of the variables is not given")
    guard let owner else { return [:] }
    var shared: [Int: (from: Memory, buffer: Int)] = [:]
    for buffer in compilation.plan.offsets.indices {
      switch compilation.shared[compilation.plan.root(buffer)] {
      case .variable(let path): shared[buffer] = (owner.memory, owner.place(ofVariable: path).place.buffer)
      case .input(let name):
        let input = owner.place(ofInput: name)
        contract(
          input.type.shape.count == compilation.schedule.buffers[buffer]?.count
            && input.place.storage == compilation.schedule.buffers[buffer]?.storage,
          "an output has the size and the storage of the input \(name)")
        shared[buffer] = (owner.memory, input.place.buffer)
      case nil: break
      }
    }
    return shared
  }

  /// Computes one step: every output and the new values of variables.
  ///
  /// Inputs keep their values. The process ends with an error message if a required input without an initial
  /// value was never set.
  public func run() {
    require(unset)
    for kernel in kernels { workers.run(kernel) }
  }

  /// Computes the forward outputs, before the inputs of the rest are set.
  package func runForward() {
    require(unsetForward)
    for kernel in kernels.prefix(compilation.interruption) { workers.run(kernel) }
  }

  /// Computes again, for the present inputs, what the rest needs of the forward calls.
  package func repeatForward() {
    for (kernel, call) in zip(kernels, compilation.calls) where call.segment == .shared {
      workers.run(kernel)
    }
  }

  /// Computes the other outputs from what the forward calls left.
  ///
  /// - Parameter completed: Receives the place of each of these outputs as soon as it is there and may be
  ///   overwritten.
  package func runBackward(completed: (Int) -> Void) {
    require(unset)
    let first = compilation.interruption
    compilation.completed[first].forEach(completed)
    for index in first..<kernels.count {
      workers.run(kernels[index])
      compilation.completed[index + 1].forEach(completed)
    }
  }

  /// Sets what gathers the operands of the operations that all replicas compute together.
  ///
  /// - Parameter gather: Gathers a tensor of each replica, in the same order on all, and waits for it.
  package func gatherReplicas(
    by gather: @escaping (UnsafeBufferPointer<Float>, _ all: UnsafeMutableBufferPointer<Float>) -> Void
  ) {
    for case let kernel as CollectiveKernel in kernels { kernel.gather = gather }
  }

  func require(_ unset: Set<String>) {
    if unset.isEmpty { return }
    let names = unset.sorted().map { "\"\($0)\"" }.joined(separator: ", ")
    let inputs = unset.count == 1 ? "the input \(names) has" : "the inputs \(names) have"
    fatalError(
      "A program cannot run: \(inputs) no value. Set each with setInput(_:to:) or withInput(_:) before run()."
    )
  }

  /// Calls `body` with the memory of an input, `[N, H, W, C]` row-major, to fill before a run.
  ///
  /// - Parameters:
  ///   - name: The input's name.
  ///   - type: The type of its elements.
  ///   - body: What fills the memory, which is valid only during the call.
  public func withInput<T, Result>(
    _ name: String, as type: T.Type = T.self, _ body: (UnsafeMutableBufferPointer<T>) throws -> Result
  ) rethrows -> Result {
    let input = place(ofInput: name)
    unset.remove(name)
    unsetForward.remove(name)
    return try with(input, body)
  }

  /// Returns whether the program has an input.
  package func hasInput(_ name: String) -> Bool { compilation.inputs[name] != nil }

  private func place(ofInput name: String) -> BufferView {
    guard let place = compilation.inputs[name] else { fatalError("the program has no input named \(name)") }
    return place
  }

  /// Sets an input of real numbers.
  ///
  /// - Parameters:
  ///   - name: The input's name.
  ///   - values: Its elements in row-major order.
  public func setInput<T: Real>(_ name: String, to values: [T]) {
    withInput(name) { fill($0, values, name) }
  }

  /// Sets an input of labels or indices.
  ///
  /// - Parameters:
  ///   - name: The input's name.
  ///   - values: Its elements in row-major order.
  public func setInput(_ name: String, to values: [Int32]) {
    withInput(name) { fill($0, values, name) }
  }

  /// Sets inputs by name and variables by path.
  package func set<T: Real>(inputs: [String: Value<T>], variables: [String: Value<T>] = [:]) {
    for (name, value) in inputs { setInput(name, to: value) }
    for (path, value) in variables { setVariable(path, to: value.reals) }
  }

  func setInput<T: Real>(_ name: String, to value: Value<T>) {
    switch value {
    case .real(let values, _): setInput(name, to: values)
    case .index(let values, _): setInput(name, to: values)
    }
  }

  /// Returns the value of an output after a run.
  ///
  /// - Parameters:
  ///   - tensor: One of the program's outputs.
  ///   - type: The type of the elements to return.
  public func value<T: Real>(of tensor: Tensor, as type: T.Type = T.self) -> [T] {
    withValue(of: tensor) { Array($0) }
  }

  /// Gives `body` the memory of an output after a run.
  package func withValue<T: Real, Result>(
    of tensor: Tensor, _ body: (UnsafeBufferPointer<T>) throws -> Result
  ) rethrows -> Result {
    guard let output = outputs[tensor.id] else {
      fatalError("the tensor is no output of the program")
    }
    return try with(output) { try body(UnsafeBufferPointer($0)) }
  }

  /// Returns the value of an output by index, after a run.
  func output<T: Real>(_ index: Int, as type: T.Type = T.self) -> [T] {
    with(BufferView(compilation.outputs[index], graph.nodes[graph.outputs[index]].type)) { Array($0) }
  }

  func with<T, Result>(
    _ tensor: BufferView, _ body: (UnsafeMutableBufferPointer<T>) throws -> Result
  ) rethrows -> Result {
    try memory.withElements(tensor.place, count: tensor.type.shape.count, body)
  }

  func fill<T>(_ target: UnsafeMutableBufferPointer<T>, _ values: [T], _ name: String) {
    contract(target.count == values.count, "\(name) has \(target.count) elements, not \(values.count)")
    _ = target.update(fromContentsOf: values)
  }

  private func write(_ constant: Constant, to tensor: BufferView) {
    let values = constant.elements
    switch tensor.place.storage {
    case .bfloat16: fatalError("constants are not rounded")
    case .float32: with(tensor) { fill($0, values.map { Float($0) }, "constant") }
    case .float64: with(tensor) { fill($0, values, "constant") }
    case .int32: with(tensor) { fill($0, values.map { Int32($0) }, "constant") }
    }
  }

  /// The fused calls in order.
  public var schedule: ScheduleReport { ScheduleReport(compilation) }

  /// The number of fused calls per run.
  public var callCount: Int { kernels.count }
}
