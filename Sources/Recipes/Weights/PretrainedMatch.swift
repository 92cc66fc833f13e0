/// A network's variables beside the tensors of a weight file: which go together, and what is left over on
/// either side.
struct PretrainedMatch {
  /// For each variable of the network, the tensor's name.
  let names: [(path: String, name: String)]
  /// The names that are not in the file.
  let missing: [String]
  /// What has another shape, in words.
  let misshaped: [String]
  /// What has numbers that no network can start from, in words.
  let faulty: [String]
  /// The tensors that the network has no variable for.
  let extra: [String]
  /// Layers of the file that the network does without, with their number of tensors.
  let ignored: [(layer: String, tensors: Int)]
  /// The number of tensors whose names do not begin as the map says.
  let others: Int

  /// - Parameters:
  ///   - shapes: PyTorch's shape of each variable by its path in the network.
  ///   - ignoring: Layers of the file, by the first part of their path, that the network may do without.
  init(
    _ shapes: [(path: String, shape: [Int])], in file: PretrainedFile, prefix: PrefixMap, ignoring: [String]
  ) throws(WeightsError) {
    let stored = file.stored
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
    var (extra, others, ignored) = ([String](), 0, [String: Int]())
    for name in stored.names where !wanted.contains(name) {
      if !prefix.covers(name) { others += 1; continue }
      // PyTorch counts batches, which nothing here depends on.
      if name.hasSuffix("num_batches_tracked") { continue }
      let layers = prefix.paths(of: name).map { String($0.prefix { $0 != "." }) }
      let isOfAnEncoder = file.encoder?.contains(name) ?? true
      if let layer = layers.first(where: { ignoring.contains($0) || !isOfAnEncoder }) {
        ignored[layer, default: 0] += 1
      } else if !stored.isOfNumbers(name) {
        // Masks and the states of generators are no weights.
        ignored[name, default: 0] += 1
      } else {
        extra.append(name)
      }
    }
    self.extra = extra
    self.others = others
    self.ignored = ignored.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// What all names in a file may begin with, so that every variable is there with its shape.
  static func prefixes(of shapes: [(path: String, shape: [Int])], in stored: SafeTensors) -> [String] {
    guard let longest = shapes.map(\.path).max(by: { $0.utf8.count < $1.utf8.count }) else { return [] }
    return stored.names.filter { $0.hasSuffix(longest) }.map { String($0.dropLast(longest.count)) }
      .filter { prefix in shapes.allSatisfy { stored.shape(of: prefix + $0.path) == $0.shape } }
  }

  /// What does not fit, in words; nil if everything does.
  ///
  /// - Parameter fitting: What names could begin with, so that everything would fit.
  func mismatch(prefix: PrefixMap, known: [String], fitting: [String]) -> String? {
    if missing.isEmpty, misshaped.isEmpty, faulty.isEmpty, extra.isEmpty { return nil }
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
      add("with values that cannot be started from", faulty)
      add("extra", extra)
    }
    if !missing.isEmpty, !fitting.isEmpty {
      let prefixes = fitting.map { "prefix: \"\($0)\"" }.joined(separator: " or ")
      parts.append("all would be there with \(prefixes)")
    }
    return parts.joined(separator: "\n            ")
  }
}
