/// Which elementwise nodes are materialized: given memory of their own.
///
/// An elementwise operation is computed wherever its result is read, from what is in memory anyway. It is
/// materialized only if something else than a loop reads it, or if computing it again would read more than it
/// saves. Where a product can compute an operand's rows as it reads them, the operand is not materialized for
/// it.
struct Materialization {
  let classes: Classification
  private let options: CompilerOptions
  /// Whether each elementwise node is materialized.
  private(set) var isMaterialized: [Bool]
  /// Why a node is materialized.
  private(set) var reasons: [NodeID: FusionBlocker] = [:]

  // As many operations as are done again each time an operand is read.
  private static let mostPrologueOperations = 8
  // As many operations as a loop computes for one result.
  private static let mostOperations = 24

  init(_ classes: Classification, options: CompilerOptions) {
    self.classes = classes
    self.options = options
    let nodes = classes.graph.nodes
    isMaterialized = [Bool](repeating: false, count: nodes.count)
    var full = [Set<NodeID>](repeating: [], count: nodes.count)  // operands in memory as large as the node
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

  /// Whether a node is computed wherever it is read, without memory of its own.
  func isInlined(_ id: NodeID) -> Bool { classes.kinds[id] == .elementwise && !isMaterialized[id] }

  /// The tensors in memory that a node is computed from, looking through nodes computed on the fly.
  func leaves(of sink: NodeID) -> [NodeID] {
    var (found, seen) = ([NodeID](), Set<NodeID>())
    func visit(_ id: NodeID) {
      for operand in classes.graph.nodes[id].operands where seen.insert(operand).inserted {
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
    // From two tensors it is computed for two readers, a convolution and the gradient of its kernel, and no
    // more.
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

  // Why a call that is no loop does not compute an operand as it reads it; nil if it does, wherever it reads
  // it.
  private func prologueRefusal(_ user: NodeID, for operand: NodeID) -> FusionBlocker? {
    let node = classes.graph.nodes[user]
    guard options.runs(.prologues) else { return .switchedOff }
    let shape = classes.type(operand).shape
    guard let operation = classes.kernel(user),
      let domain = IterationSpace(shape, leaves: [shape], reductions: [], keepsRows: true),
      domain.columns == shape[-1]
    else { return .readAsItLies(node.operation.name) }
    let isAccepted = node.operands.indices.allSatisfy {
      node.operands[$0] != operand || operation.acceptsPrologue(operand: $0)
    }
    return isAccepted ? nil : .readAsItLies(node.operation.name)
  }

  // Materializes operands that together take too long to compute on the fly, the longest first.
  private mutating func materializeLargestOperands(of id: NodeID, _ size: [Int]) {
    while true {
      let computed = Set(classes.graph.nodes[id].operands).filter(isInlined)
      guard computed.reduce(0, { $0 + size[$1] }) > Materialization.mostOperations,
        let longest = computed.max(by: { (size[$0], $1) < (size[$1], $0) })
      else { return }
      isMaterialized[longest] = true
    }
  }
}
