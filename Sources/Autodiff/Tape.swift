/// Reverse-mode differentiation: records the operations applied while it is open and, walking backwards,
/// emits the adjoint of each as nodes of the same graph.
///
///     let tape = Tape(graph)
///     let loss = model(x).mean()
///     let gradients = tape.gradients(of: loss, for: parameters)
///
/// Gradients are ordinary tensors, so a second tape can differentiate them again. The compiler pass
/// `rematerialization` recomputes the activations that they read from inside a `Checkpoint`.
public struct Tape {
  private let graph: GraphBuilder
  private let start: NodeID

  /// Opens a tape. Earlier nodes are constant to it.
  ///
  /// - Parameter graph: The graph whose next nodes are recorded.
  public init(_ graph: GraphBuilder) {
    self.graph = graph
    start = graph.nodes.count
  }

  /// Creates a tape of the nodes from `start` on.
  init(_ graph: GraphBuilder, from start: NodeID) {
    self.graph = graph
    self.start = start
  }

  /// Returns the gradient of the sum of `target`'s elements for each of `sources`; zeros where it does not
  /// depend on one.
  ///
  /// - Parameters:
  ///   - target: The tensor to differentiate, recorded by the tape.
  ///   - sources: The tensors with respect to which it is differentiated.
  public func gradients(of target: Tensor, for sources: [Tensor]) -> [Tensor] {
    let one = graph.constant(1, [], target.type.element).broadcast(to: target.shape)
    return gradients(of: target, upstream: one, for: sources)
  }

  /// Returns the vector-Jacobian product of `upstream`, which has `target`'s shape, for each of `sources`.
  ///
  /// - Parameters:
  ///   - target: The tensor to differentiate, recorded by the tape.
  ///   - upstream: The gradient of the target, in its shape.
  ///   - sources: The tensors with respect to which it is differentiated.
  public func gradients(of target: Tensor, upstream: Tensor, for sources: [Tensor]) -> [Tensor] {
    zip(sources, reachingGradients(of: target, upstream: upstream, for: sources)).map { source, gradient in
      gradient ?? graph.constant(0, [], source.type.element).broadcast(to: source.shape)
    }
  }

  /// Returns the gradient of `target`, a scalar, for each of `sources`; nil for one that it does not depend
  /// on.
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
  /// Returns the nodes on a path from `sources` to `last`, so that no unused adjoint is emitted.
  package func dependents(of sources: Set<NodeID>, from start: NodeID, upTo last: NodeID) -> Set<NodeID> {
    var active = sources
    guard start <= last else { return active }
    for id in start...last where nodes[id].operands.contains(where: active.contains) {
      active.insert(id)
    }
    return active
  }
}
