/// A network's variables beside the tensors of a weight file: which go together, and what is left over on either side.
struct PretrainedMatch {
  /// For each variable of the network, the tensor's name.
  let names: [(path: String, name: String)]
  /// The names that are not in the file.
  let missing: [String]
  /// What has another shape, in words.
  let misshaped: [String]
  /// The tensors that the network has no variable for.
  let extra: [String]
  /// Layers of the file that the network may do without, with their number of tensors.
  let ignored: [(layer: String, tensors: Int)]
  /// The number of tensors whose names do not begin as the map says.
  let others: Int
  /// What names would have to begin with for all variables to be there.
  let fittingPrefixes: [String]

  /// - Parameters:
  ///   - shapes: PyTorch's shape of each variable by its path in the network.
  ///   - ignoring: Layers of the file, by the first part of their path, that the network may do without.
  init(
    _ shapes: [(path: String, shape: [Int])], in stored: SafeTensors, prefix: PrefixMap, ignoring: [String]
  ) {
    let known = stored.names
    names = shapes.map { ($0.path, prefix.name(of: $0.path)) }
    let wanted = Set(names.map(\.name))
    missing = names.map(\.name).filter { stored.shape(of: $0) == nil }
    misshaped = zip(names, shapes).compactMap { names, variable in
      guard let shape = stored.shape(of: names.name), shape != variable.shape else { return nil }
      return "\(names.name) is \(shape) and not \(variable.shape)"
    }
    var (extra, others, ignored) = ([String](), 0, [String: Int]())
    for name in known where !wanted.contains(name) {
      if !prefix.covers(name) { others += 1; continue }
      // PyTorch counts batches, which nothing here depends on.
      if name.hasSuffix("num_batches_tracked") { continue }
      let layers = prefix.paths(of: name).map { String($0.prefix { $0 != "." }) }
      if let layer = layers.first(where: ignoring.contains) {
        ignored[layer, default: 0] += 1
      } else {
        extra.append(name)
      }
    }
    self.extra = extra
    self.others = others
    self.ignored = ignored.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    let all = Set(known)
    let longest = shapes.map(\.path).max { $0.utf8.count < $1.utf8.count } ?? ""
    fittingPrefixes =
      missing.isEmpty
      ? []
      : known.filter { $0.hasSuffix(longest) }.map { String($0.dropLast(longest.count)) }
        .filter { prefix in shapes.allSatisfy { all.contains(prefix + $0.path) } }
  }

  /// What does not fit, in words; nil if everything does.
  func mismatch(prefix: PrefixMap, known: [String]) -> String? {
    if missing.isEmpty, misshaped.isEmpty, extra.isEmpty { return nil }
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
      add("extra", extra)
    }
    if !fittingPrefixes.isEmpty {
      let prefixes = fittingPrefixes.map { "prefix: \"\($0)\"" }.joined(separator: " or ")
      parts.append("all would be there with \(prefixes)")
    }
    return parts.joined(separator: "\n            ")
  }
}
