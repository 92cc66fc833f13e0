extension Program {
  /// Whether `checkedRun()` checks every value: `LOUPE_CHECK=numerics`.
  public var checksNumerics: Bool { compilation.checksNumerics }

  /// Computes one step like `run()`. A program compiled to check its numerics inspects the result of each
  /// node; if a non-finite value reaches an output or an update, no variable is changed.
  ///
  /// - Throws: `NonFiniteValue` for the first node that produced a non-finite value from finite operands.
  public func checkedRun() throws(NonFiniteValue) {
    guard checksNumerics else { return run() }
    require(unset)
    try runChecking(compilation.calls.indices)
  }

  /// Computes the forward outputs like `runForward()`, and inspects results as `checkedRun()` does.
  ///
  /// - Throws: `NonFiniteValue` for the first node that produced a non-finite value from finite operands.
  package func checkedForward() throws(NonFiniteValue) {
    guard checksNumerics else { return runForward() }
    require(unsetForward)
    try runChecking(0..<compilation.interruption)
  }

  /// Computes the other outputs like `runBackward(completed:)`, and inspects results as `checkedRun()` does,
  /// before any output is reported.
  ///
  /// - Throws: `NonFiniteValue` for the first node that produced a non-finite value from finite operands.
  package func checkedBackward(completed: (Int) -> Void) throws(NonFiniteValue) {
    guard checksNumerics else { return runBackward(completed: completed) }
    require(unset)
    try runChecking(compilation.interruption..<compilation.calls.count)
    for outputs in compilation.completed { outputs.forEach(completed) }
  }

  // Runs calls, and inspects each result before the next call may overwrite it.
  private func runChecking(_ calls: Range<Int>) throws(NonFiniteValue) {
    var next = calls.lowerBound
    func runCalls(before end: Int) {
      while next < end {
        workers.run(kernels[next])
        next += 1
      }
    }
    let callAfter = callAfter
    let nodes = compilation.graph.nodes
    // Operands before their users, as in the graph.
    let first = calls.lowerBound == 0 ? 0 : calls.lowerBound + 1
    let inspected = nodes.indices.filter { callAfter[$0] >= first && callAfter[$0] <= calls.upperBound }
      .sorted { (callAfter[$0], $0) < (callAfter[$1], $1) }
    // The nodes with non-finite results, and those among them with finite operands.
    var bad: Set<Int> = []
    var faults: [Int: NonFiniteValue] = [:]
    for id in inspected where nodes[id].type.element.isReal {
      let node = nodes[id]
      if case .assignment = compilation.graph.lowering(of: id) { continue }
      runCalls(before: callAfter[id])
      if isFinite(id) { continue }
      bad.insert(id)
      // The replica whose operand is not finite finds the cause.
      if node.isCollective { continue }
      if bad.isDisjoint(with: node.operands) { faults[id] = fault(of: id) }
    }
    if let first = firstCause(among: bad, faults.keys), let fault = faults[first] { throw fault }
    runCalls(before: calls.upperBound)
  }

  // The number of calls after which the value of each node is there. A view's is there with its operand.
  private var callAfter: [Int] {
    var callAfter = [Int](repeating: 0, count: compilation.graph.nodes.count)
    for (index, call) in compilation.calls.enumerated() {
      for node in call.call.nodes { callAfter[node] = index + 1 }
    }
    for (id, node) in compilation.graph.nodes.enumerated() where callAfter[id] == 0 {
      callAfter[id] = node.operands.map { callAfter[$0] }.max() ?? 0
    }
    return callAfter
  }

  // Non-finite intermediates can be intentional, such as a logarithm of 0 under a mask: one is reported only
  // if it reaches an output or an update.
  private func firstCause(among bad: Set<Int>, _ causes: some Collection<Int>) -> Int? {
    var reached = bad.intersection(
      compilation.graph.outputs
        + compilation.graph.updates.flatMap { compilation.graph.nodes[$0.value].operands })
    for id in compilation.graph.nodes.indices.reversed() where reached.contains(id) {
      reached.formUnion(bad.intersection(compilation.graph.nodes[id].operands))
    }
    return causes.filter(reached.contains).min()
  }

  private func isFinite(_ id: Int) -> Bool {
    func all<T: Real>(_ elements: UnsafeMutableBufferPointer<T>) -> Bool {
      elements.allSatisfy(\.isFinite)
    }
    if let constant = compilation.graph.nodes[id].constant {
      return constant.values.allSatisfy(\.isFinite)
    }
    let tensor = placed(id)
    return tensor.place.storage == .float64
      ? with(tensor) { (elements: UnsafeMutableBufferPointer<Double>) in all(elements) }
      : with(tensor) { (elements: UnsafeMutableBufferPointer<Float>) in all(elements) }
  }

  private func fault(of id: Int) -> NonFiniteValue {
    let node = compilation.graph.nodes[id]
    let operands = node.operands.filter { compilation.graph.nodes[$0].type.element.isReal }.map(values)
    let result = values(of: id)
    return NonFiniteValue(
      origin: origin(of: id), result: result, operands: operands,
      reason: NonFiniteValue.reason(node.operation, operands, result, node.type.element))
  }

  private func values(of id: Int) -> NonFiniteValue.Values {
    let name = name(of: id)
    if let constant = compilation.graph.nodes[id].constant {
      return .init(name: name, of: constant.elements)
    }
    let tensor = placed(id)
    return tensor.place.storage == .float64
      ? with(tensor) { (elements: UnsafeMutableBufferPointer<Double>) in .init(name: name, of: elements) }
      : with(tensor) { (elements: UnsafeMutableBufferPointer<Float>) in .init(name: name, of: elements) }
  }

  private func name(of id: Int) -> String {
    let node = compilation.graph.nodes[id]
    if let input = node.input { return "the input \(input.name)" }
    if let read = node.read { return "the variable \(read.path)" }
    return node.constant == nil ? "\(node.operation.name) \(node.type)" : "the constant \(node.type)"
  }

  private func placed(_ id: Int) -> BufferView {
    BufferView(compilation.schedule.places[id], compilation.graph.nodes[id].type)
  }

  // Nodes added by passes compute the same values as other nodes of the graph.
  private func origin(of id: Int) -> NodeOrigin {
    let node = compilation.graph.nodes[id]
    return NodeOrigin(of: node.source.map { graph.nodes[$0] } ?? node, in: graph)
  }
}
