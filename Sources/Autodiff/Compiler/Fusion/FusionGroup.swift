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

  /// Whether a node that the loop stores is a column vector: one value per row.
  func isColumn(_ id: NodeID, _ classes: Classification) -> Bool { classes.type(id).shape != shape }

  /// Returns whether the loop may compute nodes of a shape: its own, or that of the results of one of its
  /// reductions, with the reduced axes kept.
  func computes(_ other: Shape, _ classes: Classification) -> Bool {
    other == shape || reductions.contains { other == results(of: $0, classes) }
  }

  /// Returns whether later steps of the loop may read a node that it computes: its product, what it stores,
  /// and the results of its reductions row by row.
  func provides(_ id: NodeID, _ classes: Classification) -> Bool {
    id == product || stores.contains(id) || reduced(id, classes) != nil
  }

  // Returns the reduction whose results a node is, one per row, and the offset of the first among all.
  private func reduced(_ id: NodeID, _ classes: Classification) -> (reduction: Int, offset: Int)? {
    let source = classes.source(id)
    guard let reduction = reductions.firstIndex(of: source),
      classes.type(id).shape == results(of: source, classes)
    else { return nil }
    let offset = classes.place(id).offset - classes.place(source).offset
    return offset % max(1, classes.type(id).shape.count) == 0 ? (reduction, offset) : nil
  }

  // Returns the shape of the results of a reduction, with the reduced axes kept.
  private func results(of reduction: NodeID, _ classes: Classification) -> Shape {
    shape.reduced(axes: classes.reduction(reduction)?.axes ?? [], keepingDimensions: true)
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
    } else if let (reduction, offset) = reduced(id, classes) {
      steps.append(.reduced(reduction, offset: offset))
      result = steps.count - 1
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
    let columns = stores.filter { isColumn($0, classes) }
    let domain = IterationSpace(
      shape, leaves: (leaves + columns).map { classes.type($0).shape },
      reductions: reductions.map { classes.reduction($0)?.axes ?? [] }, keepsRows: isByRows)
    guard let domain, !isByRows || domain.segments == 1 else { return nil }
    let readsOnlyRows = steps.allSatisfy { step in
      guard case .reduced(let reduction, _) = step else { return true }
      return domain.patterns[reduction] == .overColumns && domain.columns <= LoopPlan.mostColumnsPerBlock
    }
    let areColumns = domain.leafStrides[leaves.count...].allSatisfy(domain.isColumn)
    return readsOnlyRows && areColumns ? domain : nil
  }
}
