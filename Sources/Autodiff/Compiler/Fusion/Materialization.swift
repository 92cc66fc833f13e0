/// The decision which elementwise nodes are materialized, that is, stored in memory.
///
/// An elementwise operation is inlined into its readers by default. It is materialized only if it has a
/// reader other than a loop, or if recomputing it would read more than it saves. An operand that a product
/// can compute in its prologue is not materialized for that product.
struct Materialization {
  var classes: Classification
  private let options: CompilerOptions
  /// Whether each elementwise node is materialized.
  private(set) var isMaterialized: [Bool]
  /// The reason that each materialized node is.
  private(set) var reasons: [NodeID: FusionBlocker] = [:]

  // The largest number of operations in a prologue, which are repeated at each read.
  private static let mostPrologueOperations = 8
  // The largest number of operations that a loop computes for one result.
  private static let mostOperations = 24

  init(_ classes: Classification, options: CompilerOptions) {
    self.classes = classes
    self.options = options
    let nodes = classes.graph.nodes
    isMaterialized = [Bool](repeating: false, count: nodes.count)
    var full = [Set<NodeID>](repeating: [], count: nodes.count)  // materialized operands as large as the node
    var size = [Int](repeating: 0, count: nodes.count)
    var isCostly = [Bool](repeating: false, count: nodes.count)
    for (id, node) in nodes.enumerated() {
      guard let operation = classes.elementwise(id) else { continue }
      materializeLargestOperands(of: id, size)
      size[id] = 1
      isCostly[id] = operation.isCostly
      for operand in node.operands where classes.graph.nodes[operand].splat == nil {
        if isInlined(operand) {
          full[id].formUnion(full[operand])
          size[id] += size[operand]
          isCostly[id] = isCostly[id] || isCostly[operand]
        } else if nodes[operand].type.shape.count == node.type.shape.count {
          full[id].insert(operand)
        }
      }
      reasons[id] = reason(id, operations: size[id], tensors: full[id].count, isCostly: isCostly[id])
      isMaterialized[id] = reasons[id] != nil
    }
  }

  /// Whether a node is inlined into its readers, without a buffer.
  func isInlined(_ id: NodeID) -> Bool { classes.kinds[id] == .elementwise && !isMaterialized[id] }

  /// Returns the materialized tensors that a node is computed from, looking through inlined nodes.
  func leaves(of sink: NodeID) -> [NodeID] {
    // Lists, as a loop computes few nodes.
    var (found, seen) = ([NodeID](), [NodeID]())
    func visit(_ id: NodeID) {
      for operand in classes.graph.nodes[id].operands where !seen.contains(operand) {
        seen.append(operand)
        if classes.graph.nodes[operand].splat != nil { continue }
        if isInlined(operand) {
          visit(operand)
        } else {
          found.append(operand)
        }
      }
    }
    visit(sink)
    return found
  }

  private func reason(_ id: NodeID, operations: Int, tensors: Int, isCostly: Bool) -> FusionBlocker? {
    let nodes = classes.graph.nodes
    let isBroadcast = classes.isStretch(id)
    let cost =
      isCostly ? FusionBlocker.costly : .computedFromTooMuch(operations: operations, tensors: tensors)
    if classes.roots.contains(id) { return .isOutput }
    // A prologue of two tensors pays off for up to two readers: a convolution and its weight gradient.
    let readers = classes.readersThatAreNoLoops(id)
    let isCheap =
      tensors <= (readers.count <= 2 ? 2 : 1) && !isCostly
      && operations <= Materialization.mostPrologueOperations
    for reader in readers {
      if let refusal = prologueRefusal(reader, for: id) { return refusal }
      if !isCheap { return cost }
    }
    if !options.runs(.fusion) { return .switchedOff }
    let users = classes.users[id]
    let isStretched = users.contains {
      nodes[$0].type.shape.count > nodes[id].type.shape.count && classes.kinds[$0] == .elementwise
    }
    if isStretched && !isBroadcast { return .stretched }
    if operations > Materialization.mostOperations { return cost }
    for user in users
    where classes.kinds[user] == .reduction && !classes.fitsLoop(user, leaves: leaves(of: id)) {
      return .doesNotFit
    }
    let isSharedAndDear = users.count > 1 && (tensors > 2 || isCostly || operations > 12)
    return isSharedAndDear && !isBroadcast ? cost : nil
  }

  // Returns why a call other than a loop cannot compute an operand in its prologue, or nil if it can for
  // every use.
  private func prologueRefusal(_ user: NodeID, for operand: NodeID) -> FusionBlocker? {
    let node = classes.graph.nodes[user]
    guard options.runs(.prologues) else { return .switchedOff }
    let shape = classes.type(operand).shape
    guard let operation = classes.kernel(user),
      let domain = IterationSpace(shape, leaves: [shape], reductions: [], keepsRows: true),
      domain.columns == shape[-1]
    else { return .readAsItLies(OperationName(of: node)) }
    let isAccepted = node.operands.indices.allSatisfy {
      node.operands[$0] != operand || operation.acceptsPrologue(operand: $0)
    }
    return isAccepted ? nil : .readAsItLies(OperationName(of: node))
  }

  // Materializes operands that together are too expensive to inline, the most expensive first.
  private mutating func materializeLargestOperands(of id: NodeID, _ size: [Int]) {
    let operands = classes.graph.nodes[id].operands
    let most = operands.reduce(0) { $0 + (isInlined($1) ? size[$1] : 0) }
    if most <= Materialization.mostOperations { return }
    while true {
      let computed = Set(operands).filter(isInlined)
      guard computed.reduce(0, { $0 + size[$1] }) > Materialization.mostOperations,
        let longest = computed.max(by: { (size[$0], $1) < (size[$1], $0) })
      else { return }
      isMaterialized[longest] = true
    }
  }
}
