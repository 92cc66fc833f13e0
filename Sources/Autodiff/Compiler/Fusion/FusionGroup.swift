/// A fusion group, the nodes of one call: a loop, a product with its epilogue, or a single operation.
struct FusionGroup {
  /// The call's main operation, or a loop alone.
  enum Base: Equatable {
    case loop
    case product(NodeID)
    case call(NodeID)
    case assignment(NodeID)
  }

  let base: Base
  /// The iteration shape of the loop.
  let shape: Shape
  /// The side of an interruption of the program on which it has to be computed.
  private(set) var side: Segment?
  /// The steps of the loop, and the step of each node.
  private(set) var steps: [LoopPlan.Step] = []
  private(set) var stepOf: [NodeID: Int] = [:]
  /// The tensors read by the loop.
  private(set) var leaves: [NodeID] = []
  /// The nodes stored by the loop.
  private(set) var stores: [NodeID] = []
  /// The reductions of the loop.
  private(set) var reductions: [NodeID] = []

  init(_ base: Base = .loop, over shape: Shape, side: Segment? = nil) {
    self.base = base
    self.shape = shape
    self.side = side
  }

  /// The product whose epilogue the loop is.
  var product: NodeID? { if case .product(let id) = base { id } else { nil } }

  /// Takes the side of a node, and returns whether it may.
  mutating func take(side other: Segment?) -> Bool {
    if let side, let other { return side == other }
    side = side ?? other
    return true
  }

  /// Adds a node that the loop stores.
  mutating func store(_ id: NodeID, _ materialization: Materialization) {
    _ = step(id, materialization, isSink: true)
    stores.append(id)
  }

  /// Adds a reduction.
  mutating func reduce(_ id: NodeID, _ materialization: Materialization) {
    _ = step(materialization.classes.graph.nodes[id].operands[0], materialization)
    reductions.append(id)
  }

  /// Returns the step that computes a node, adding it if necessary.
  mutating func step(_ id: NodeID, _ materialization: Materialization, isSink: Bool = false) -> Int {
    if let step = stepOf[id] { return step }
    let classes = materialization.classes
    let node = classes.graph.nodes[id]
    let result: Int
    if let value = materialization.classes.graph.nodes[id].splat {
      steps.append(.constant(value))
      result = steps.count - 1
    } else if isSink || materialization.isInlined(id), let operation = classes.elementwise(id) {
      if classes.isStretch(id) && !isSink {
        result = step(node.operands[0], materialization)
      } else {
        let sources = node.operands.map { step($0, materialization) }
        steps.append(.apply(operation, sources))
        result = steps.count - 1
      }
    } else {
      leaves.append(id)
      steps.append(.leaf(leaves.count - 1))
      result = steps.count - 1
    }
    stepOf[id] = result
    return result
  }

  /// Returns the iteration space of the loop, or nil if there is none.
  ///
  /// - Parameter isByRows: Whether rows are the last axis alone, as in a product's tiles.
  func domain(_ classes: Classification, isByRows: Bool) -> IterationSpace? {
    let domain = IterationSpace(
      shape, leaves: leaves.map { classes.type($0).shape },
      reductions: reductions.map { classes.reduction($0)?.axes ?? [] }, keepsRows: isByRows)
    guard let domain else { return nil }
    return !isByRows || domain.segments == 1 ? domain : nil
  }
}
