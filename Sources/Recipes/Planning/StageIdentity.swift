import Ops

/// The identity of a stage's weights: a hash of everything that determines them.
struct StageIdentity {
  /// The version of what is hashed. It goes up when the same settings come to mean other weights, by more
  /// than rounding, without a change of the graph or of the settings: a view that is drawn differently,
  /// a kernel that was wrong, batches in another order. Stages are then trained again.
  static let version = 4

  /// Sixteen digits that change when anything the stage's weights depend on does.
  let hash: String
  /// The dependency of later stages: the hash, and what was searched.
  let lineage: String

  /// - Parameters:
  ///   - fingerprint: The dataset's.
  ///   - values: What is read of the dataset's columns.
  ///   - seed: What its random numbers are keyed by.
  ///   - lineage: That of the stage it starts from.
  init(
    of stage: Stage, _ parts: StageConfiguration, _ optimize: Optimize, _ precision: Precision,
    _ graph: GraphBuilder, fingerprint: String, values: ColumnValues?, seed: UInt64, after lineage: String?
  ) {
    var hash = ContentHash()
    hash.combine("stage \(StageIdentity.version)")
    hash.combine(stage.name)
    hash.combine(graph)
    for line in parts.views.lines { hash.combine(StableText(of: line).text) }
    hash.combine(StableText(of: optimize).text)
    hash.combine(StableText(of: parts.selection).text)
    hash.combine(fingerprint)
    hash.combine(values?.hash ?? "")
    hash.combine(Int(truncatingIfNeeded: seed))
    hash.combine(StableText(of: parts.stopping as Any).text)
    hash.combine(lineage ?? "")
    // All stages were in single precision at first.
    if precision != .single { hash.combine(precision.rawValue) }
    self.hash = hash.text
    hash.combine(StableText(of: parts.search as Any).text)
    self.lineage = hash.text
  }
}

extension ContentHash {
  /// Adds the nodes of a graph.
  mutating func combine(nodesOf graph: GraphBuilder) {
    for node in graph.nodes {
      combine(StableText(of: node.operation).text)
      combine(StableText(of: node.type).text)
      combine(node.operands.count)
      for operand in node.operands { combine(operand) }
    }
  }

  /// Adds what a graph computes and what its variables start from.
  fileprivate mutating func combine(_ graph: GraphBuilder) {
    combine(nodesOf: graph)
    for range in graph.checkpoints {
      combine(range.lowerBound)
      combine(range.upperBound)
    }
    for update in graph.updates {
      combine(update.variable.path)
      combine(update.value)
    }
    for variable in graph.variables {
      combine(variable.path)
      combine(StableText(of: variable.initializer).text)
      combine(variable.averages ?? "")
      combine(variable.layout == .same ? 0 : 1)
    }
    for input in graph.scheduledInputs {
      combine(input.name)
      combine(StableText(of: input.schedule).text)
    }
  }
}

extension TensorType: StablyWritten {
  func write(to text: inout StableText) { text.write(element.rawValue, shape.dimensions) }
}

extension Shape: StablyWritten {
  func write(to text: inout StableText) { text.write("", dimensions) }
}

// A constant may have millions of elements.
extension Constant: StablyWritten {
  func write(to text: inout StableText) {
    var hash = ContentHash()
    for value in values { hash.combine(Int(bitPattern: UInt(value.bitPattern))) }
    text.write("Constant", [values.count, hash.text])
  }
}

extension Attention: StablyWritten {
  func write(to text: inout StableText) { form.write("Attention", to: &text) }
}

extension AttentionGradient: StablyWritten {
  func write(to text: inout StableText) { form.write("AttentionGradient", to: &text) }
}

extension AttentionForm {
  // Self-attention without a bias and a mask was an operation of its own, and of all tokens.
  fileprivate func write(_ name: String, to text: inout StableText) {
    let some = queries.map { [$0] as [any Sendable] } ?? []
    if isPacked, !hasBias, !hasMask {
      text.write("Self" + name, [heads] + some)
    } else {
      text.write(name, [heads, isPacked, hasBias, hasMask] + some)
    }
  }
}

extension Window.Axis: StablyWritten {
  // Windows had no dilation at first.
  func write(to text: inout StableText) {
    let values = [kernel, stride, padding, paddingAfter] + (dilation == 1 ? [] : [dilation])
    text.write("Window.Axis", values)
  }
}

extension StoredValues: StablyWritten {
  func write(to text: inout StableText) { text.write(description) }
}

extension MetricKind: StablyWritten {
  func write(to text: inout StableText) { text.write(key) }
}
