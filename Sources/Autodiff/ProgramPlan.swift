import Foundation

/// A compiled graph without memory: the calls of a program and its size in bytes.
///
///     let plan = try ProgramPlan(step.graph, outputs: [step.loss])
///     if plan.arenaBytes < budget { let program = try Program(plan) }
public struct ProgramPlan {
  /// The program's total memory in bytes: inputs, variables that it does not share, intermediate values,
  /// scratch memory.
  public let arenaBytes: Int

  let graph: Graph
  let workers: Workers
  let compilation: Compilation
  let scratchBytes: Int
  /// The inputs without an initial value that the outputs and updates depend on.
  let requiredInputs: [String]
  /// The inputs without an initial value that the forward outputs of an interrupted program depend on.
  let requiredForward: [String]

  /// Compiles what `outputs` and the graph's updates depend on.
  ///
  /// - Parameters:
  ///   - graph: The graph to compile.
  ///   - outputs: The tensors to compute in each run.
  ///   - isUpdating: Whether variables take their new values; if not, the outputs are all that is computed.
  ///   - workers: The threads.
  ///   - options: The compiler's options; by default those of the process's environment.
  /// - Throws: `GraphErrors` with every error in the model.
  public init(
    _ graph: GraphBuilder, outputs: [Tensor], updatingVariables isUpdating: Bool = true,
    workers: Workers = .shared, options: CompilerOptions = .environment
  ) throws(GraphErrors) {
    try self.init(
      graph, outputs: outputs, updatingVariables: isUpdating, sharingVariablesOf: nil, workers: workers,
      options: options)
  }

  /// Compiles what `outputs` and the graph's updates need.
  ///
  /// - Parameters:
  ///   - forward: Outputs that are read before other inputs are set: each run is interrupted after them.
  ///   - owner: A plan whose program has all of this one's variables, which the two share.
  ///   - inputs: The names of inputs of the owner in whose memory the outputs are computed where possible,
  ///     one for each of `outputs`; none if empty.
  /// - Throws: `GraphErrors` with every error in the model.
  package init(
    _ graph: GraphBuilder, forward: [Tensor] = [], outputs: [Tensor],
    updatingVariables isUpdating: Bool = true, sharingVariablesOf owner: ProgramPlan?,
    outputsAsInputs inputs: [String] = [], workers: Workers = .shared, options: CompilerOptions = .environment
  ) throws(GraphErrors) {
    let graph = try graph.build(outputs: forward + outputs, updatingVariables: isUpdating)
    self.init(
      graph, forward: forward.count, sharingVariablesOf: owner, outputsAsInputs: inputs, workers: workers,
      options: options)
  }

  /// Compiles a graph with the given passes.
  init(
    _ graph: Graph, forward: Int = 0, sharingVariablesOf owner: ProgramPlan? = nil,
    outputsAsInputs inputs: [String] = [], workers: Workers, options: CompilerOptions,
    passes: [GraphPass] = GraphPass.all
  ) {
    self.graph = graph
    self.workers = workers
    let owned = Set(owner?.graph.variables.map(\.path) ?? [])
    contract(
      owner == nil || graph.variables.allSatisfy { owned.contains($0.path) },
      "a program that shares variables has none of its own")
    let elsewhere = Dictionary(uniqueKeysWithValues: inputs.enumerated().map { (forward + $0, $1) })
    compilation = Compilation(
      graph, forward: forward, sharing: owned, elsewhere: elsewhere, options: options, passes: passes)
    requiredInputs = graph.requiredInputs(for: graph.outputs + graph.updates.map(\.value))
    requiredForward = graph.requiredInputs(for: Array(graph.outputs.prefix(forward)))
    scratchBytes = compilation.scratchBytes
    arenaBytes = Memory.byteCount(
      buffers: compilation.plan.byteCount, scratchBytes: scratchBytes, workers: workers.count)
    if ProcessInfo.processInfo.environment["LOUPE_DEBUG"] == "schedule" {
      FileHandle.standardError.write(Data("\(schedule)\n".utf8))
    }
  }

  /// Whether a run has operations that all replicas compute together.
  package var isCollective: Bool { compilation.graph.nodes.contains(where: \.isCollective) }

  /// The fused calls in order.
  public var schedule: ScheduleReport { ScheduleReport(compilation) }

  /// The tensors in memory when they take the most bytes.
  public var memory: MemoryReport { MemoryReport(compilation) }
}

extension Graph {
  /// Returns the names of the inputs without an initial value that nodes depend on.
  fileprivate func requiredInputs(for targets: [NodeID]) -> [String] {
    let needed = isNeeded(for: targets)
    return inputs.filter { needed[$0.node] && nodes[$0.node].initialValue == nil }.map(\.name)
  }
}
