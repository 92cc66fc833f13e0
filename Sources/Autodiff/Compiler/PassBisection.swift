/// A search for the part of the compiler that changes what a graph computes.
///
/// The interpreter evaluates the graph after each pass; the first whose outputs or updates differ is at
/// fault. If no pass on graphs is, the graph is compiled with each later pass switched off in turn.
package struct PassBisection<T: Real> {
  /// The part at fault.
  package enum Culprit: Equatable, CustomStringConvertible {
    /// The pass after which the interpreter gives other values.
    case graphPass(String)
    /// The pass without which the compiled program gives the right values.
    case pass(CompilerOptions.Pass)
    /// The kernels, which give other values even if every pass is switched off.
    case kernels
    /// Several passes, none of which is at fault alone.
    case severalPasses

    package var description: String {
      switch self {
      case .graphPass(let name): return "the pass \(name) changes what the graph computes"
      case .pass(let pass): return "the values are right without the pass \(pass.rawValue)"
      case .kernels: return "the values are wrong without any pass: a kernel is at fault"
      case .severalPasses: return "the values are wrong without any single pass, and right without all"
      }
    }
  }

  private let graph: Graph
  private let inputs: [String: Value<T>]
  private let variables: [String: Value<T>]
  private let passes: [GraphPass]
  private let isSame: ([T], [T]) -> Bool

  /// A search over the values that given inputs and variables lead to.
  ///
  /// - Parameters:
  ///   - graph: The graph as it was built.
  ///   - isSame: Whether two tensors, found and expected, agree.
  package init(
    _ graph: Graph, inputs: [String: Value<T>], variables: [String: Value<T>] = [:],
    passes: [GraphPass] = GraphPass.all, isSame: @escaping ([T], [T]) -> Bool
  ) {
    self.graph = graph
    self.inputs = inputs
    self.variables = variables
    self.passes = passes
    self.isSame = isSame
  }

  /// Returns the part at fault, or nil if the compiled program agrees with the graph.
  ///
  /// - Throws: `OutOfMemory` if the system does not have what a program takes.
  package func culprit() throws(OutOfMemory) -> Culprit? {
    let expected = interpreted(graph)
    var rewritten = graph
    for pass in passes {
      rewritten = pass.rewrite(rewritten)
      if !agrees(interpreted(rewritten), expected) { return .graphPass(pass.name) }
    }
    if agrees(try compiled(without: []), expected) { return nil }
    let all = Set(CompilerOptions.Pass.allCases)
    if !agrees(try compiled(without: all), expected) { return .kernels }
    for pass in CompilerOptions.Pass.allCases where agrees(try compiled(without: [pass]), expected) {
      return .pass(pass)
    }
    return .severalPasses
  }

  private func agrees(_ found: [[T]], _ expected: [[T]]) -> Bool {
    zip(found, expected).allSatisfy { isSame($0, $1) }
  }

  // The outputs, then the variables' new values.
  private func interpreted(_ graph: Graph) -> [[T]] {
    let interpreter = Interpreter<T>(graph, inputs: inputs, variables: variables)
    return (graph.outputs + graph.updates.map(\.value)).map { interpreter.values[$0].reals }
  }

  private func compiled(without disabled: Set<CompilerOptions.Pass>) throws(OutOfMemory) -> [[T]] {
    let options = CompilerOptions(disabled: disabled)
    let program = try Program(ProgramPlan(graph, workers: .shared, options: options, passes: passes))
    program.set(inputs: inputs, variables: variables)
    program.run()
    return graph.outputs.indices.map { program.output($0) }
      + graph.updates.map { program.variable($0.variable.path) }
  }
}
