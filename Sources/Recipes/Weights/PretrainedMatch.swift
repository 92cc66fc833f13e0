/// The match between a network's variables and the tensors of a weight file, with what is left over on either
/// side.
struct PretrainedMatch {
  /// For each variable of the network, the tensor's name.
  let names: [(path: String, name: String)]
  /// The names missing from the file.
  let missing: [String]
  /// The tensors with another shape, in words.
  let misshaped: [String]
  /// The layers with another number of attention heads, in words.
  let otherHeads: [String]
  /// Whether the max pools are padded as those for which the weights were trained.
  let isPaddedAlike: Bool
  /// The tensors with unusable values, in words.
  let faulty: [String]
  /// The tensors without a variable in the network.
  let extra: [String]
  /// The ignored layers of the file, with their number of tensors.
  let ignored: [(layer: String, tensors: Int)]
  /// The number of tensors without the prefix.
  let others: Int
  /// The prefix of the names in the file.
  let prefix: PrefixMap
  /// Whether the prefix was found, not asked for.
  let isPrefixFound: Bool
  private let path: String
  private let known: [String]
  /// The prefixes with which everything would match.
  private let fitting: [String]

  /// Matches a network with a weight file.
  ///
  /// - Parameters:
  ///   - shapes: PyTorch's shape of each variable, by its path in the network.
  ///   - graph: The graph of the network.
  ///   - layer: The path of the network in the graph.
  ///   - file: The weight file.
  ///   - prefix: The prefix of the names in the file; if nil, the only one with which everything matches.
  ///   - ignoring: The layers of the file to ignore, by the first component of their paths.
  /// - Throws: `WeightsError` if the file cannot be read.
  init(
    _ shapes: [(path: String, shape: [Int])], of graph: Graph, at layer: String = "",
    in file: PretrainedFile, prefix asked: PrefixMap?, ignoring: [String]
  ) throws(WeightsError) {
    let stored = file.stored
    (path, known) = (stored.path, stored.names)
    fitting = PretrainedMatch.prefixes(of: shapes, in: stored)
    let found = asked == nil && fitting.count == 1 ? fitting.first.flatMap { $0.isEmpty ? nil : $0 } : nil
    let prefix = asked ?? PrefixMap(stringLiteral: found ?? "")
    (self.prefix, isPrefixFound) = (prefix, found != nil)
    names = shapes.map { ($0.path, prefix.name(of: $0.path)) }
    let wanted = Set(names.map(\.name))
    missing = names.map(\.name).filter { stored.shape(of: $0) == nil }
    var (misshaped, faulty) = ([String](), [String]())
    for (name, shape) in zip(names.map(\.name), shapes.map(\.shape)) {
      guard let found = stored.shape(of: name) else { continue }
      if found != shape {
        misshaped.append("\(name) is \(found) and not \(shape)")
      } else if let fault = try file.fault(of: name) {
        faulty.append("\(name) \(fault)")
      }
    }
    self.misshaped = misshaped
    self.faulty = faulty
    otherHeads = TransformerNotes(graph).otherHeads(
      than: TransformerNotes(stored.metadata), within: layer, prefix: prefix)
    isPaddedAlike = !SamePadding.isStated(in: stored.metadata) || graph.nodes.hasSamePadding
    var (extra, others, ignored) = ([String](), 0, [String: Int]())
    for name in stored.names where !wanted.contains(name) {
      if !prefix.covers(name) { others += 1; continue }
      // PyTorch's batch counts, which are not used here.
      if name.hasSuffix("num_batches_tracked") { continue }
      let layers = prefix.paths(of: name).map { String($0.prefix { $0 != "." }) }
      let isOfAnEncoder = file.encoder?.contains(name) ?? true
      if let layer = layers.first(where: { ignoring.contains($0) || !isOfAnEncoder }) {
        ignored[layer, default: 0] += 1
      } else if !stored.isOfNumbers(name) {
        // Masks and generator states are not weights.
        ignored[name, default: 0] += 1
      } else {
        extra.append(name)
      }
    }
    self.extra = extra
    self.others = others
    self.ignored = ignored.inKeyOrder.map { ($0.key, $0.value) }
  }

  /// Returns the common prefixes with which every variable is in the file with its shape.
  private static func prefixes(of shapes: [(path: String, shape: [Int])], in stored: any WeightArchive)
    -> [String]
  {
    guard let longest = shapes.map(\.path).max(by: { $0.utf8.count < $1.utf8.count }) else { return [] }
    return stored.names.filter { $0.hasSuffix(longest) }.map { String($0.dropLast(longest.count)) }
      .filter { prefix in shapes.allSatisfy { stored.shape(of: prefix + $0.path) == $0.shape } }
  }

  /// Whether everything matches.
  var isComplete: Bool {
    missing.isEmpty && misshaped.isEmpty && otherHeads.isEmpty && isPaddedAlike && faulty.isEmpty
      && extra.isEmpty
  }

  /// Returns notes for the user: the tensors that are loaded, and those left out.
  ///
  /// - Parameter images: The normalization of images, as a clause; nil to leave it out.
  func notes(images: String?) -> [String] {
    var notes = isPrefixFound ? ["The names in \(path) begin with \(prefix.text), which is taken off."] : []
    if isComplete {
      notes.append("\(names.count) tensors are from \(path)\(images.map { "; \($0)" } ?? "").")
    }
    notes += ignored.map {
      "\(path) also holds \($0.layer) (\($0.tensors) tensors), which the layers do without."
    }
    if others > 0 {
      notes.append(
        "\(path) also holds \(others) tensors whose names do not begin with \(prefix.text); they are left out."
      )
    }
    return notes
  }

  /// The mismatch in words; nil if everything matches.
  var mismatch: String? {
    if isComplete { return nil }
    var parts: [String] = []
    func add(_ what: String, _ names: [String]) {
      if !names.isEmpty { parts.append("\(names.count) \(what): \(names.listed(upTo: 20))") }
    }
    if others == known.count {
      let beginnings = Set(known.map { $0.prefix { $0 != "." } + "." }).sorted()
      parts.append(
        "no name begins with \(prefix.text); the names begin with "
          + beginnings.map { "\"\($0)\"" }.listed(upTo: 20))
    } else {
      add("missing", missing)
      add("of another shape", misshaped)
      add("with another number of attention heads", otherHeads)
      add("with values that cannot be started from", faulty)
      add("extra", extra)
    }
    if !isPaddedAlike {
      parts.append(
        "the weights were trained for max pools padded as in TensorFlow, such as those of "
          + "ResNet(..., stem: .tensorflow)")
    }
    if !missing.isEmpty, !fitting.isEmpty {
      let prefixes = fitting.map { "prefix: \"\($0)\"" }.joined(separator: " or ")
      parts.append("all would be there with \(prefixes)")
    }
    return parts.joined(separator: "\n            ")
  }
}
