/// Reverse-mode differentiation: records the operations applied while it is open and, walked backwards, emits
/// the adjoint of each as nodes of the same graph.
///
///     let tape = Tape(graph)
///     let loss = model(x).mean()
///     let gradients = tape.gradients(of: loss, for: parameters)
///
/// The gradients are tensors like any other, so a second tape differentiates them again. What they read from
/// inside a `Checkpoint` the compiler has computed again: see its pass `rematerialization`.
public struct Tape {
  private let graph: GraphBuilder
  private let start: NodeID

  /// Opens a tape: what was computed before is constant to it.
  public init(_ graph: GraphBuilder) {
    self.graph = graph
    start = graph.nodes.count
  }

  /// A tape of what was computed since `start`.
  init(_ graph: GraphBuilder, from start: NodeID) {
    self.graph = graph
    self.start = start
  }

  /// The gradient of the sum of `target`'s elements for each of `sources`; zeros for one it does not depend
  /// on.
  public func gradients(of target: Tensor, for sources: [Tensor]) -> [Tensor] {
    let one = graph.constant(1, [], target.type.element).broadcast(to: target.shape)
    return gradients(of: target, upstream: one, for: sources)
  }

  /// The product of `upstream`, of `target`'s shape, with the Jacobian of `target` for each of `sources`.
  public func gradients(of target: Tensor, upstream: Tensor, for sources: [Tensor]) -> [Tensor] {
    zip(sources, reachingGradients(of: target, upstream: upstream, for: sources)).map { source, gradient in
      gradient ?? graph.constant(0, [], source.type.element).broadcast(to: source.shape)
    }
  }

  /// The gradient of `target`, a scalar, for each of `sources`; nil for one that none reaches.
  package func reachingGradients(of target: Tensor, for sources: [Tensor]) -> [Tensor?] {
    let one = graph.constant(1, [], target.type.element).broadcast(to: target.shape)
    return reachingGradients(of: target, upstream: one, for: sources)
  }

  private func reachingGradients(of target: Tensor, upstream: Tensor, for sources: [Tensor]) -> [Tensor?] {
    var adjoints: [NodeID: Tensor] = [target.id: upstream]
    let wanted = Set(sources.map(\.id))
    let active = graph.dependents(of: wanted, from: start, upTo: target.id)
    for id in stride(from: target.id, through: start, by: -1) where active.contains(id) {
      guard let upstream = adjoints[id], !wanted.contains(id) else { continue }
      let node = graph.nodes[id]
      guard let operation = node.operation.definition else { continue }
      let result = Tensor(graph: graph, id: id)
      let operands = node.operands.map { Tensor(graph: graph, id: $0) }
      graph.attributed(to: node, gradientOf: id) {
        let gradients = operation.gradient(upstream, result: result, operands: operands)
        guard gradients.count == operands.count else {
          fatalError(
            "\(operation.name).gradient gave \(gradients.count) gradients for \(operands.count) operands.")
        }
        for (operand, gradient) in zip(node.operands, gradients) where active.contains(operand) {
          guard let gradient else { continue }
          adjoints[operand] = adjoints[operand].map { $0 + gradient } ?? gradient
        }
      }
    }
    return sources.map { adjoints[$0.id] }
  }
}

extension GraphBuilder {
  /// The nodes through which `sources` reach `last`, so that no adjoint is emitted in vain.
  package func dependents(of sources: Set<NodeID>, from start: NodeID, upTo last: NodeID) -> Set<NodeID> {
    var active = sources
    guard start <= last else { return active }
    for id in start...last where nodes[id].operands.contains(where: active.contains) {
      active.insert(id)
    }
    return active
  }
}
