/// A named rewriting of a graph, whose outputs and updates compute what they did before.
///
/// Passes run in one list. After any of them the graph can be verified, printed (`LOUPE_DEBUG=graph`) and
/// evaluated by the interpreter, so a pass that is wrong is found by bisection: see `PassBisection`.
package struct GraphPass: Sendable {
  /// The name it is printed and switched off by.
  package let name: String
  /// Whether later stages of the compiler rely on it, so that it cannot be switched off.
  package let isRequired: Bool
  /// Returns the rewritten graph, its outputs and updates in the same order.
  package let rewrite: @Sendable (Graph) -> Graph

  package init(_ name: String, isRequired: Bool = false, rewrite: @escaping @Sendable (Graph) -> Graph) {
    self.name = name
    self.isRequired = isRequired
    self.rewrite = rewrite
  }

  private init(_ pass: CompilerOptions.Pass, rewrite: @escaping @Sendable (Graph) -> Graph) {
    self.init(pass.rawValue, rewrite: rewrite)
  }

  /// Every pass, in the order they run.
  package static let all = [
    GraphPass(.rematerialization) { $0.rematerialized() },
    GraphPass("gradient-markers", isRequired: true) { $0.withoutGradientMarkers() },
    GraphPass(.constantFolding) { $0.foldingConstants() },
    GraphPass(.algebra) { $0.simplified() },
    GraphPass(.constantFolding) { $0.foldingConstants() },
    GraphPass(.adjacentAxes) { $0.withAdjacentAxes() },
    GraphPass(.commonSubexpressions) { $0.withoutCommonSubexpressions() },
    GraphPass(.deadCode) { $0.withoutDeadCode() },
    GraphPass("copies", isRequired: true) { $0.withCopies() },
  ]
}

extension Graph {
  /// Returns the graph after every pass that `options` do not switch off.
  func compiled(by passes: [GraphPass], options: CompilerOptions) -> Graph {
    let trace = GraphTrace.environment
    return passes.reduce(self) { graph, pass in
      guard pass.isRequired || options.runs(pass.name) else { return graph }
      let result = pass.rewrite(graph)
      trace.print(pass.name, before: graph, after: result)
      return result
    }
  }
}
