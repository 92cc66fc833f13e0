/// A bisection that finds the part of the compiler that changes what a graph computes.
///
/// The interpreter evaluates the graph after each pass; the first pass with different outputs or updates is
/// at fault. If no graph pass is, the graph is compiled with each later pass turned off in turn.
package struct PassBisection<T: Real> {
  /// The faulty part.
  package enum Culprit: Equatable, CustomStringConvertible {
    /// The graph pass after which the interpreter's values differ.
    case graphPass(String)
    /// The pass without which the compiled program is correct.
    case pass(CompilerOptions.Pass)
    /// The kernels: values differ even with every pass turned off.
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

  /// Creates a bisection at given inputs and variables.
  ///
  /// - Parameters:
  ///   - graph: The original graph.
  ///   - isSame: Returns whether two tensors, found and expected, agree.
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

  /// Returns the faulty part, or nil if the compiled program agrees with the graph.
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

  // Returns the outputs, then the new values of variables.
  private func interpreted(_ graph: Graph) -> [[T]] {
    let interpreter = Interpreter<T>(graph, inputs: inputs, variables: variables)
    return (graph.outputs + graph.updates.map(\.value)).map { interpreter.values[$0].reals }
  }

  private func compiled(without disabled: Set<CompilerOptions.Pass>) throws(OutOfMemory) -> [[T]] {
    let options = CompilerOptions(disabled: disabled)
    let plan = ProgramPlan(graph, workers: .shared, options: options, passes: passes)
    let program = try Program(plan, sharingVariablesOf: nil)
    program.set(inputs: inputs, variables: variables)
    program.run()
    return graph.outputs.indices.map { program.output($0) }
      + graph.updates.map { program.variable($0.variable.path) }
  }
}
