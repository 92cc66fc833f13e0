/// The fusion groups of a program, one per call.
///
/// Sinks are the materialized nodes and the reductions. Sinks over the same shape that share an operand form
/// one loop; a loop over the result of a product becomes its epilogue.
struct FusionGroups {
  private(set) var materialization: Materialization
  private let sides: [Segment?]
  private let options: CompilerOptions
  /// The groups in the order of their calls.
  private(set) var groups: [FusionGroup] = []
  /// The group that computes each node; -1 if none does.
  private(set) var position: [Int]
  /// Whether another call reads the buffer of each node.
  private(set) var isRead: [Bool]
  /// The reasons that a sink did not join a group.
  private(set) var refusals: [NodeID: [Int: FusionBlocker]] = [:]
  // The groups that read or compute a node.
  private var touching: [NodeID: [Int]] = [:]

  private static let mostSteps = 64

  private var classes: Classification { materialization.classes }

  /// Stores the values of some buffers as another type.
  mutating func store(_ buffers: Set<Int>, as storage: Storage) {
    materialization.classes.store(buffers, as: storage)
  }

  init(_ materialization: Materialization, sides: [Segment?], options: CompilerOptions) {
    self.materialization = materialization
    self.sides = sides
    self.options = options
    let nodes = materialization.classes.graph.nodes
    isRead = [Bool](repeating: false, count: nodes.count)
    position = [Int](repeating: -1, count: nodes.count)
    for (id, node) in nodes.enumerated() {
      switch classes.kinds[id] {
      case .leaf, .view, .constant: break
      case .elementwise: if materialization.isMaterialized[id] { add(sink: id, over: node.type.shape) }
      case .reduction: add(sink: id, over: nodes[node.operands[0]].type.shape)
      case .product: add(.product(id), id)
      case .call: add(.call(id), id)
      case .assignment: add(.assignment(id), id)
      }
    }
  }

  private mutating func add(_ base: FusionGroup.Base, _ id: NodeID) {
    let node = classes.graph.nodes[id]
    for operand in node.operands {
      let read = materialization.isInlined(operand) ? materialization.leaves(of: operand) : [operand]
      for leaf in read { isRead[classes.place(leaf).buffer] = true }
    }
    position[id] = groups.count
    touching[id, default: []].append(groups.count)
    groups.append(FusionGroup(base, over: node.type.shape, side: sides[id]))
  }

  private mutating func add(sink id: NodeID, over shape: Shape) {
    let leaves = materialization.leaves(of: id)
    let earliest = leaves.map { position[classes.place($0).buffer] }.max() ?? -1
    var candidates: Set<Int> = []
    if options.runs(.fusion) {
      for leaf in leaves where classes.type(leaf).shape.count == shape.count {
        candidates.formUnion((touching[leaf] ?? []).filter { $0 >= max(0, earliest) })
      }
      // The loop whose reduction it is computed from.
      if leaves.contains(where: { classes.kinds[classes.source($0)] == .reduction }) {
        candidates.insert(earliest)
      }
    }
    for candidate in candidates.sorted(by: >) {
      guard let refusal = join(id, over: shape, leaves, candidate) else { return }
      refusals[id, default: [:]][candidate] = refusal
    }
    groups.append(FusionGroup(over: shape, side: sides[id]))
    let refusal = join(id, over: shape, leaves, groups.count - 1)
    contract(refusal == nil, "a sink always fits a loop of its own")
  }

  // Adds a sink to a group, or returns the reason that it cannot be fused.
  private mutating func join(
    _ id: NodeID, over shape: Shape, _ leaves: [NodeID], _ index: Int
  ) -> FusionBlocker? {
    let nodes = classes.graph.nodes
    switch groups[index].base {
    case .loop, .product: break
    case .call(let id), .assignment(let id): return .noEpilogue(OperationName(of: nodes[id]))
    }
    var group = groups[index]
    guard classes.kinds[id] == .reduction ? group.shape == shape : group.computes(shape, classes) else {
      return .otherShape
    }
    guard group.take(side: sides[id]) else { return .otherSegment }
    if let product = group.product {
      guard options.runs(.epilogues) else { return .switchedOff }
      guard let operation = classes.product(product),
        operation.acceptsEpilogue(nodes[product].operands.map(classes.type))
      else { return .noEpilogue(OperationName(of: nodes[product])) }
    }
    for leaf in leaves where position[classes.place(leaf).buffer] == index {
      // Computed in this call: only what is computed row by row is in cache.
      guard group.provides(leaf, classes) else {
        return classes.kinds[classes.source(leaf)] == .reduction ? .unfinishedReduction : .notInCache
      }
    }
    if classes.kinds[id] == .reduction {
      group.reduce(id, materialization)
    } else {
      group.store(id, materialization)
    }
    let isFirst = group.stores.count + group.reductions.count == 1
    guard group.steps.count <= FusionGroups.mostSteps || isFirst else { return .tooManyOperations }
    guard group.domain(classes, isByRows: group.product != nil) != nil else { return .doesNotFit }
    groups[index] = group
    position[id] = index
    for leaf in leaves {
      if leaf != group.product { isRead[classes.place(leaf).buffer] = true }
      if !(touching[leaf] ?? []).contains(index) { touching[leaf, default: []].append(index) }
    }
    touching[id, default: []].append(index)
    return nil
  }
}
