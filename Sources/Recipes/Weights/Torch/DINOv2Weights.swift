/// Weights of DINOv2 as its authors store them (facebookresearch/dinov2), by timm's names.
///
/// The authors' `register_tokens` are `reg_token`. They add a position to the class token but none to the
/// registers; here it is a part of `cls_token`, and `pos_embed` has those of the patches alone. The layers of
/// their gated perceptrons, `mlp.w12` and `mlp.w3`, are `mlp.fc1` and `mlp.fc2`.
struct DINOv2Weights: WeightArchive {
  private let base: any WeightArchive
  /// The prefixes of the networks with registers in the file.
  private let prefixes: Set<String>
  /// The name in the file of each tensor of a gated perceptron, by timm's.
  private let gated: [String: String]

  private enum Name {
    static let registers = "register_tokens"
    static let classToken = "cls_token"
    static let positions = "pos_embed"
    /// timm's name of the registers.
    static let renamed = "reg_token"
  }

  /// Reads a file by timm's names; nil for one without such weights.
  init?(_ base: any WeightArchive) {
    let prefixes = base.names.filter { $0 == Name.registers || $0.hasSuffix("." + Name.registers) }
      .map { String($0.dropLast(Name.registers.count)) }
      .filter { prefix in
        guard let token = base.shape(of: prefix + Name.classToken), token.count == 3,
          let positions = base.shape(of: prefix + Name.positions), positions.count == 3
        else { return false }
        return token == [1, 1, positions[2]] && positions[0] == 1 && positions[1] > 1
          && base.isOfNumbers(prefix + Name.classToken) && base.isOfNumbers(prefix + Name.positions)
      }
    let gated = base.names.compactMap { name -> (String, String)? in
      guard let renamed = DINOv2Weights.renamedPerceptron(name), base.shape(of: renamed) == nil else {
        return nil
      }
      return (renamed, name)
    }
    guard !prefixes.isEmpty || !gated.isEmpty else { return nil }
    (self.base, self.prefixes) = (base, Set(prefixes))
    self.gated = Dictionary(gated) { first, _ in first }
  }

  /// Returns timm's name of a tensor of a gated perceptron; nil for other tensors.
  private static func renamedPerceptron(_ name: String) -> String? {
    for (own, renamed) in [(".mlp.w12.", ".mlp.fc1."), (".mlp.w3.", ".mlp.fc2.")] {
      for parameter in ["weight", "bias"] where name.hasSuffix(own + parameter) {
        return name.dropLast((own + parameter).count) + renamed + parameter
      }
    }
    return nil
  }

  var path: String { base.path }
  var metadata: [String: String] { base.metadata }
  var fingerprint: String { get throws(WeightsError) { try base.fingerprint } }
  var isIntact: Bool? { get throws(WeightsError) { try base.isIntact } }
  var isInPlace: Bool { base.isInPlace }

  var names: [String] {
    base.names.map { name in
      if let renamed = DINOv2Weights.renamedPerceptron(name), gated[renamed] == name { return renamed }
      return prefix(of: name, ending: Name.registers).map { $0 + Name.renamed } ?? name
    }.sorted()
  }

  func shape(of name: String) -> [Int]? {
    guard let shape = base.shape(of: stored(name)) else { return nil }
    return prefix(of: name, ending: Name.positions) == nil ? shape : [1, shape[1] - 1, shape[2]]
  }

  func isOfNumbers(_ name: String) -> Bool { base.isOfNumbers(stored(name)) }

  subscript(name: String) -> NamedTensor? {
    get throws(WeightsError) {
      guard let tensor = try base[stored(name)] else { return nil }
      if prefix(of: name, ending: Name.positions) != nil {
        let channels = tensor.shape[2]
        return NamedTensor(
          name, shape: [1, tensor.shape[1] - 1, channels], Array(tensor.floats.dropFirst(channels)))
      }
      if let prefix = prefix(of: name, ending: Name.classToken) {
        let positions = try base.tensor(named: prefix + Name.positions)
        return NamedTensor(name, shape: tensor.shape, zip(tensor.floats, positions.floats).map { $0 + $1 })
      }
      return NamedTensor(name, shape: tensor.shape, tensor.values)
    }
  }

  /// Returns the name in the file.
  private func stored(_ name: String) -> String {
    gated[name] ?? prefix(of: name, ending: Name.renamed).map { $0 + Name.registers } ?? name
  }

  /// Returns the prefix of a tensor of one of the networks with registers; nil for other tensors.
  private func prefix(of name: String, ending: String) -> String? {
    guard name.hasSuffix(ending) else { return nil }
    let prefix = String(name.dropLast(ending.count))
    return prefixes.contains(prefix) ? prefix : nil
  }
}
