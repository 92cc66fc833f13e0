/// The reasons that calls read large tensors from memory which other calls compute.
struct UnfusedReads {
  private let groups: FusionGroups
  private let options: CompilerOptions

  // The smallest number of elements reported.
  private static let fewestElements = 4096

  init(_ groups: FusionGroups, options: CompilerOptions) {
    self.groups = groups
    self.options = options
  }

  /// Returns the large tensors that a group reads from other groups, with the reasons.
  func reasons(_ group: FusionGroup, _ index: Int) -> [(tensor: NodeID, reason: FusionBlocker)] {
    let (materialization, classes) = (groups.materialization, groups.materialization.classes)
    var reasons: [(tensor: NodeID, reason: FusionBlocker)] = []
    func add(_ leaf: NodeID, _ reason: (_ producer: Int) -> FusionBlocker) {
      let producer = groups.position[classes.place(leaf).buffer]
      guard producer >= 0, producer != index,
        classes.type(leaf).shape.count >= UnfusedReads.fewestElements,
        !reasons.contains(where: { $0.tensor == leaf })
      else { return }
      reasons.append((leaf, reason(producer)))
    }
    switch group.base {
    case .product(let reader), .call(let reader):
      for operand in classes.graph.nodes[reader].operands {
        for leaf in materialization.isInlined(operand) ? materialization.leaves(of: operand) : [operand] {
          add(leaf) { _ in reason(for: leaf, readBy: reader) }
        }
      }
    case .loop, .assignment: break
    }
    for sink in group.stores + group.reductions {
      for leaf in materialization.leaves(of: sink) {
        add(leaf) { producer in groups.refusals[sink]?[producer] ?? reasonWithoutRefusal(for: leaf) }
      }
    }
    return reasons
  }

  // Returns the reason that a call other than a loop does not compute its operand.
  private func reason(for leaf: NodeID, readBy reader: NodeID) -> FusionBlocker {
    let classes = groups.materialization.classes
    let source = classes.source(leaf)
    if let reason = groups.materialization.reasons[source] { return reason }
    switch classes.kinds[source] {
    case .reduction: return .unfinishedReduction
    case .product: return .product
    default: return .readAsItLies(OperationName(of: classes.graph.nodes[reader]))
    }
  }

  // Returns the reason that a loop was not tried in the call that computes its operand.
  private func reasonWithoutRefusal(for leaf: NodeID) -> FusionBlocker {
    if !options.runs(.fusion) { return .switchedOff }
    switch groups.materialization.classes.kinds[leaf] {
    case .reduction: return .unfinishedReduction
    case .view: return .reshaped
    default: return .laterOperand
    }
  }
}
