/// A named graph rewrite that preserves the values of outputs and updates.
///
/// Passes run in one list. After each of them the graph can be verified, printed (`LOUPE_DEBUG=graph`) and
/// evaluated by the interpreter, so a faulty pass is found by bisection: see `PassBisection`.
package struct GraphPass: Sendable {
  /// The name for printing and for turning the pass off.
  package let name: String
  /// Whether later compiler stages depend on the pass, so that it cannot be turned off.
  package let isRequired: Bool
  /// Returns the rewritten graph, with its outputs and updates in the same order.
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
    GraphPass(.matrixRows) { $0.withMatrixRows() },
    GraphPass(.adjacentAxes) { $0.withAdjacentAxes() },
    GraphPass(.commonSubexpressions) { $0.withoutCommonSubexpressions() },
    GraphPass(.deadCode) { $0.withoutDeadCode() },
    GraphPass("copies", isRequired: true) { $0.withCopies() },
  ]
}

extension Graph {
  /// Returns the graph after every pass that `options` leave on.
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
