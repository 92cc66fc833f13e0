/// Forms the fused calls of a program.
///
/// An elementwise operation is computed wherever its result is needed, from what has to be in memory anyway;
/// it is kept in memory itself only if something else than a loop reads it, or if computing it again would
/// read more than it saves. What is kept, and every reduction, is a *sink*. Sinks over the same shape that
/// share an operand form one loop; a loop over the result of a matrix product is done in the tiles of that
/// product. Where a product can compute an operand's rows as it reads them, the operand is not kept for it.
struct Scheduler {
  let nodes: [CompilerNode]
  let options: CompilerOptions
  private let users: [[Int]]
  let roots: Set<Int>
  var kinds: [Kind] = []
  // Elementwise nodes with a buffer of their own.
  var isKept: [Bool]
  // The call that computes a node; -1 for what is there from the start.
  var position: [Int]
  var drafts: [Draft] = []
  private var touching: [Int: [Int]] = [:]
  var isRead: [Bool]
  // Why an elementwise node has a buffer of its own, and why a sink did not join a draft.
  var whyKept: [Int: Refusal] = [:]
  var refusals: [Int: [Int: Refusal]] = [:]

  enum Kind {
    case given, constant, view, elementwise, reduction, product, other
  }

  // A call in the making: a loop, or a product and the loop in its tiles, or an operation by itself.
  struct Draft {
    var shape: Shape
    var product: Int?
    var other: Int?
    // Whether a row is the last axis and nothing else, as a product's tiles have it.
    var isByRows = false
    var steps: [LoopPlan.Step] = []
    var stepOf: [Int: Int] = [:]
    var leaves: [Int] = []
    var stores: [Int] = []
    var reductions: [Int] = []
  }

  static func schedule(
    _ nodes: [CompilerNode], roots: Set<Int>, options: CompilerOptions
  ) -> Schedule {
    var scheduler = Scheduler(nodes, roots: roots, options: options)
    scheduler.classify()
    scheduler.decideWhatToKeep()
    scheduler.formCalls()
    return scheduler.finished()
  }

  private init(_ nodes: [CompilerNode], roots: Set<Int>, options: CompilerOptions) {
    self.nodes = nodes
    self.roots = roots
    self.options = options
    var users = [[Int]](repeating: [], count: nodes.count)
    for (id, node) in nodes.enumerated() {
      for operand in Set(node.operands) { users[operand].append(id) }
    }
    self.users = users
    isKept = [Bool](repeating: false, count: nodes.count)
    isRead = [Bool](repeating: false, count: nodes.count)
    position = [Int](repeating: -1, count: nodes.count)
  }

  // MARK: what each node is

  private mutating func classify() {
    for node in nodes {
      switch node.operation {
      case is Input, is Read: kinds.append(.given)
      case is Literal: kinds.append(.constant)
      case is Reshape, is Barrier: kinds.append(.view)
      case let slice as Slice:
        let leading = nodes[node.operands[0]].type.shape.dimensions[..<slice.axis]
        kinds.append(leading.allSatisfy { $0 == 1 } ? .view : .other)
      case let operation as any Elementwise:
        checkShape(of: node, operation)
        kinds.append(.elementwise)
      case is any ProductOperation: kinds.append(.product)
      case is Sum, is Max, is Moments: kinds.append(fitsLoop(node) ? .reduction : .other)
      default: kinds.append(.other)
      }
    }
  }

  // A shape rule of its own might say something else than what a loop does.
  private func checkShape(of node: CompilerNode, _ operation: any Elementwise) {
    let operands = node.operands.map { nodes[$0].type }
    let fits = operands.allSatisfy {
      $0.element == node.type.element && $0.shape.broadcast(with: node.type.shape) == node.type.shape
    }
    guard fits && node.type.element.isReal else {
      fatalError("\(operation.name) is elementwise, but its resultType is \(node.type) for \(operands).")
    }
  }

  // Whether a reduction is done in a loop that computes its operand from `leaves`, or reads it from memory.
  private func fitsLoop(_ node: CompilerNode, leaves: [Int]? = nil) -> Bool {
    let shape = nodes[node.operands[0]].type.shape
    let shapes = leaves?.map { nodes[$0].type.shape } ?? [shape]
    guard let domain = LoopDomain(shape, leaves: shapes, reductions: [axes(node)], keepsRows: false)
    else { return false }
    return !(node.operation is Moments) || domain.patterns == [.overRows]
  }

  private func axes(_ node: CompilerNode) -> [Int] {
    switch node.operation {
    case let sum as Sum: return sum.axes
    case let max as Max: return max.axes
    case let moments as Moments: return moments.axes
    default: return []
    }
  }

  // The node whose buffer holds a value, and where in it.
  func place(_ id: Int) -> Place {
    guard kinds[id] == .view else { return Place(id) }
    let base = place(nodes[id].operands[0])
    guard let slice = nodes[id].operation as? Slice else { return base }
    let stride = nodes[nodes[id].operands[0]].type.shape.strides[slice.axis]
    return Place(base.buffer, offset: base.offset + slice.lower * stride)
  }

  func isSplat(_ id: Int) -> Bool { (nodes[id].operation as? Literal)?.splat != nil }

  // MARK: what is kept in memory

  private mutating func decideWhatToKeep() {
    var full = [Set<Int>](repeating: [], count: nodes.count)  // operands in memory as large as the node
    var size = [Int](repeating: 0, count: nodes.count)
    var isCostly = [Bool](repeating: false, count: nodes.count)
    for (id, node) in nodes.enumerated() where kinds[id] == .elementwise {
      guard let operation = node.operation as? any Elementwise else { continue }
      keepLargestOperands(of: id, size)
      size[id] = 1
      isCostly[id] = operation.isCostly
      for operand in node.operands where !isSplat(operand) {
        if isOnTheFly(operand) {
          full[id].formUnion(full[operand])
          size[id] += size[operand]
          isCostly[id] = isCostly[id] || isCostly[operand]
        } else if nodes[operand].type.shape.count == node.type.shape.count {
          full[id].insert(operand)
        }
      }
      whyKept[id] = reasonToKeep(
        id, operations: size[id], tensors: full[id].count, isCostly: isCostly[id])
      isKept[id] = whyKept[id] != nil
    }
  }

  private func reasonToKeep(_ id: Int, operations: Int, tensors: Int, isCostly: Bool) -> Refusal? {
    let isBroadcast = nodes[id].operation is Broadcast
    let cost = isCostly ? Refusal.costly : .computedFromTooMuch(operations: operations, tensors: tensors)
    if roots.contains(id) { return .isOutput }
    // From two tensors it is computed for two readers, a convolution and the gradient of its kernel, and no
    // more.
    let readers = readersThatAreNoLoops(id)
    let isCheap =
      tensors <= (readers.count <= 2 ? 2 : 1) && !isCostly && operations <= Scheduler.mostPrologueOperations
    for reader in readers {
      if let refusal = prologueRefusal(reader, for: id) { return refusal }
      if !isCheap { return cost }
    }
    if !options.runs(.fusion) { return .switchedOff }
    let isStretched = users[id].contains {
      nodes[$0].type.shape.count > nodes[id].type.shape.count && kinds[$0] == .elementwise
    }
    if isStretched && !isBroadcast { return .stretched }
    if operations > Scheduler.mostOperations { return cost }
    for user in users[id] where kinds[user] == .reduction && !fitsLoop(nodes[user], leaves: leaves(of: id)) {
      return .doesNotFit
    }
    let isSharedAndDear = users[id].count > 1 && (tensors > 2 || isCostly || operations > 12)
    return isSharedAndDear && !isBroadcast ? cost : nil
  }

  func readersThatAreNoLoops(_ id: Int) -> [Int] {
    users[id].filter { kinds[$0] != .elementwise && kinds[$0] != .reduction }
  }

  // Computed wherever it is needed, without a buffer of its own.
  func isOnTheFly(_ id: Int) -> Bool { kinds[id] == .elementwise && !isKept[id] }

  // Why a call that is no loop does not compute an operand as it reads it; nil if it does, wherever it reads
  // it.
  private func prologueRefusal(_ user: Int, for operand: Int) -> Refusal? {
    let name = nodes[user].operation.name
    guard options.runs(.prologues) else { return .switchedOff }
    let shape = nodes[operand].type.shape
    guard let operation = nodes[user].operation as? any LoweredOperation,
      let domain = LoopDomain(shape, leaves: [shape], reductions: [], keepsRows: true),
      domain.columns == shape[-1]
    else { return .readAsItLies(name) }
    let operands = nodes[user].operands
    let isAccepted = operands.indices.allSatisfy {
      operands[$0] != operand || operation.acceptsPrologue(operand: $0)
    }
    return isAccepted ? nil : .readAsItLies(name)
  }

  // As many operations as are done again each time an operand is read.
  private static let mostPrologueOperations = 8
  // As many operations as a loop computes for one result.
  private static let mostOperations = 24

  // Keeps operands that together take too long to compute on the fly, the longest first.
  private mutating func keepLargestOperands(of id: Int, _ size: [Int]) {
    while true {
      let computed = Set(nodes[id].operands).filter(isOnTheFly)
      guard computed.reduce(0, { $0 + size[$1] }) > Scheduler.mostOperations,
        let longest = computed.max(by: { (size[$0], $1) < (size[$1], $0) })
      else { return }
      isKept[longest] = true
    }
  }

  // MARK: which call computes what

  private mutating func formCalls() {
    for (id, node) in nodes.enumerated() {
      switch kinds[id] {
      case .given, .view: break
      case .constant: break
      case .elementwise: if isKept[id] { addSink(id, over: node.type.shape) }
      case .reduction: addSink(id, over: nodes[node.operands[0]].type.shape)
      case .product, .other:
        for operand in node.operands {
          let read = isOnTheFly(operand) ? leaves(of: operand) : [operand]
          for leaf in read { isRead[place(leaf).buffer] = true }
        }
        var draft = Draft(shape: node.type.shape)
        if kinds[id] == .product { draft.product = id } else { draft.other = id }
        draft.isByRows = kinds[id] == .product
        position[id] = drafts.count
        touching[id, default: []].append(drafts.count)
        drafts.append(draft)
      }
    }
  }

  private mutating func addSink(_ id: Int, over shape: Shape) {
    let leaves = self.leaves(of: id)
    let earliest = leaves.map { position[place($0).buffer] }.max() ?? -1
    var candidates: Set<Int> = []
    if options.runs(.fusion) {
      for leaf in leaves where nodes[leaf].type.shape.count == shape.count {
        candidates.formUnion((touching[leaf] ?? []).filter { $0 >= max(0, earliest) })
      }
    }
    for candidate in candidates.sorted(by: >) {
      guard let refusal = join(id, over: shape, leaves, candidate) else { return }
      refusals[id, default: [:]][candidate] = refusal
    }
    drafts.append(Draft(shape: shape))
    let refusal = join(id, over: shape, leaves, drafts.count - 1)
    contract(refusal == nil, "a sink always fits a loop of its own")
  }

  // What a sink reads from memory, seen through everything computed on the fly.
  func leaves(of sink: Int) -> [Int] {
    var (found, seen) = ([Int](), Set<Int>())
    func visit(_ id: Int) {
      for operand in nodes[id].operands where seen.insert(operand).inserted {
        if isSplat(operand) { continue }
        if isOnTheFly(operand) {
          visit(operand)
        } else {
          found.append(operand)
        }
      }
    }
    visit(sink)
    return found
  }

  // Adds a sink to a draft, or says why it cannot be.
  private mutating func join(_ id: Int, over shape: Shape, _ leaves: [Int], _ index: Int) -> Refusal? {
    var draft = drafts[index]
    if let other = draft.other { return .noEpilogue(nodes[other].operation.name) }
    guard draft.shape == shape else { return .otherShape }
    let isReduction = kinds[id] == .reduction
    if let product = draft.product {
      guard options.runs(.epilogues) else { return .switchedOff }
      guard let operation = nodes[product].operation as? any ProductOperation,
        operation.acceptsEpilogue(nodes[product].operands.map { nodes[$0].type })
      else { return .noEpilogue(nodes[product].operation.name) }
    }
    for leaf in leaves where position[place(leaf).buffer] == index {
      // Made in this call: there is a value in cache only for the product and what was computed from it.
      guard leaf == draft.product || draft.stores.contains(leaf) else {
        return kinds[leaf] == .reduction ? .unfinishedReduction : .notInCache
      }
    }
    let source = isReduction ? nodes[id].operands[0] : id
    _ = step(source, in: &draft, isSink: !isReduction)
    if isReduction { draft.reductions.append(id) } else { draft.stores.append(id) }
    let isFirst = draft.stores.count + draft.reductions.count == 1
    guard draft.steps.count <= 64 || isFirst else { return .tooManyOperations }
    guard domain(draft) != nil else { return .doesNotFit }
    drafts[index] = draft
    position[id] = index
    for leaf in leaves {
      if leaf != draft.product { isRead[place(leaf).buffer] = true }
      if !(touching[leaf] ?? []).contains(index) { touching[leaf, default: []].append(index) }
    }
    touching[id, default: []].append(index)
    return nil
  }

  // The step of a draft that computes a node, made if it is not there.
  func step(_ id: Int, in draft: inout Draft, isSink: Bool = false) -> Int {
    if let step = draft.stepOf[id] { return step }
    let result: Int
    if let literal = nodes[id].operation as? Literal, let value = literal.splat {
      draft.steps.append(.constant(value))
      result = draft.steps.count - 1
    } else if kinds[id] == .elementwise && (isSink || !isKept[id]),
      let operation = nodes[id].operation as? any Elementwise
    {
      if operation is Broadcast && !isSink {
        result = step(nodes[id].operands[0], in: &draft)
      } else {
        let sources = nodes[id].operands.map { step($0, in: &draft) }
        let instruction = (operation as? any VectorOperation)?.instruction
        draft.steps.append(instruction.map { .apply($0, sources) } ?? .call(operation, sources))
        result = draft.steps.count - 1
      }
    } else {
      draft.leaves.append(id)
      draft.steps.append(.leaf(draft.leaves.count - 1))
      result = draft.steps.count - 1
    }
    draft.stepOf[id] = result
    return result
  }

  func domain(_ draft: Draft) -> LoopDomain? {
    let domain = LoopDomain(
      draft.shape, leaves: draft.leaves.map { nodes[$0].type.shape },
      reductions: draft.reductions.map { axes(nodes[$0]) }, keepsRows: draft.isByRows)
    guard let domain else { return nil }
    for (reduction, pattern) in zip(draft.reductions, domain.patterns)
    where nodes[reduction].operation is Moments && pattern != .overRows { return nil }
    return !draft.isByRows || domain.segments == 1 ? domain : nil
  }
}
