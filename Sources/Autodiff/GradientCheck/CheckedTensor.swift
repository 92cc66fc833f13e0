/// The settings of a gradient check; see `gradientCheck`.
struct CheckSettings {
  let tolerance: Double
  let step: Double
  let elementLimit: Int
  let directions: Int
}

/// A tensor at given values of its leaves: its gradient by the tape, and the function for finite differences.
struct CheckedTensor {
  let held: DetachedFunction
  private let leaves: [CheckedInput]
  // The gradient of the projection with respect to each leaf; empty for leaves that are not differentiated.
  private let gradients: [[Double]]
  private let projection: ProjectedFunction

  init(_ target: Tensor, at leaves: [CheckedInput], _ generator: inout CounterGenerator) throws {
    let graph = target.graph
    // Bounded away from 0, so that no element is lost, and of both signs, so that errors do not cancel.
    let weights = (0..<target.shape.count).map { _ in
      generator.uniform(0.5...1.5) * (generator.chance(0.5) ? 1 : -1)
    }
    let sources = leaves.filter(\.isDifferentiated)
    let stopped = graph.stoppedGradients(of: target.id, for: Set(sources.map(\.id)))
    let gradients = Tape(graph, from: 0).gradients(
      of: target, upstream: graph.constant(weights, target.shape),
      for: sources.map { Tensor(graph: graph, id: $0.id) })
    try graph.verify()
    for (source, gradient) in zip(sources, gradients) where graph.nodes[source.id].type != gradient.type {
      throw GradientShapeError(
        description: "The gradient of \(source.name), \(graph.nodes[source.id].type), is \(gradient.type).")
    }
    let constants = stopped.map { Tensor(graph: graph, id: $0) }
    let program = try Program(
      ProgramPlan(graph, outputs: gradients + constants, updatingVariables: false))
    for leaf in leaves { program.set(leaf, of: graph) }
    program.run()

    var byID: [NodeID: [Double]] = [:]
    for (source, gradient) in zip(sources, gradients) { byID[source.id] = program.value(of: gradient) }
    self.leaves = leaves
    self.gradients = leaves.map { byID[$0.id] ?? [] }
    var values = Dictionary(uniqueKeysWithValues: leaves.map { ($0.id, $0.value) })
    for constant in constants { values[constant.id] = .real(program.value(of: constant), constant.shape) }
    held = DetachedFunction(target, at: values, stopped: stopped)
    projection = try ProjectedFunction(held, weights: weights)
  }

  /// The differentiated leaves in the detached function's graph.
  var differentiated: Set<NodeID> {
    Set(leaves.filter(\.isDifferentiated).compactMap { held.node($0.id) })
  }

  /// Compares the derivatives by the tape with finite differences.
  func report(
    _ name: String, _ settings: CheckSettings, _ generator: inout CounterGenerator
  ) -> GradientReport {
    var report = GradientReport(name: name, tolerance: settings.tolerance)
    for (leaf, gradient) in zip(leaves, gradients) where leaf.isDifferentiated {
      let derivatives = Derivatives(of: projection, for: leaf, by: gradient, settings)
      if gradient.count <= settings.elementLimit {
        for element in gradient.indices { report.add(derivatives.compared(element: element)) }
        continue
      }
      for _ in 0..<4 * settings.directions {
        report.add(derivatives.compared(element: Int.random(in: gradient.indices, using: &generator)))
      }
      var wrong: [Double]?
      for _ in 0..<settings.directions {
        let direction = gradient.map { _ in generator.normal() }
        let finding = derivatives.compared(direction: direction)
        report.add(finding)
        if finding.error > settings.tolerance { wrong = wrong ?? direction }
      }
      if let wrong { report.add(derivatives.compared(element: derivatives.wrongElement(along: wrong))) }
    }
    return report
  }
}

/// An error for a gradient with another shape than its input.
public struct GradientShapeError: Error, CustomStringConvertible {
  /// The input and both shapes.
  public let description: String
}
