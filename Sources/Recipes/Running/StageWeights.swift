import Ops

/// The values of a stage's variables, by path, in this package's layout.
struct StageWeights {
  private(set) var values: [String: [Float]]

  /// Random values for every variable: a function of the seed and the variable's path.
  init(initialising variables: [Variable], seed: UInt64) {
    values = [:]
    for variable in variables { values[variable.path] = variable.initialValues(seed: seed, as: Float.self) }
  }

  /// The present values in a program.
  init(of variables: [Variable], in program: Program) {
    values = [:]
    for variable in variables { values[variable.path] = program.variable(variable.path, as: Float.self) }
  }

  /// The values in a file, or nil if one is missing or of another shape.
  ///
  /// - Parameter prefix: What their names in the file begin with.
  init?(_ stored: StoredTensors, for variables: [Variable], prefix: String = "") {
    let byName = Dictionary(stored.tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    values = [:]
    for variable in variables {
      let layout = TorchLayout(of: variable)
      guard let tensor = byName[prefix + variable.path], tensor.shape == layout.torchShape.dimensions else {
        return nil
      }
      values[variable.path] = layout.fromTorch(tensor.floats)
    }
  }

  subscript(variable: Variable) -> [Float] { values[variable.path] ?? [] }

  /// Takes over what an earlier stage has under the same path and in the same size.
  mutating func take(from earlier: StageWeights) {
    values.merge(earlier.values) { own, theirs in own.count == theirs.count ? theirs : own }
  }

  /// The values as torchvision has them.
  func tensors(of variables: [Variable], prefix: String = "") -> [NamedTensor] {
    variables.map { variable in
      let layout = TorchLayout(of: variable)
      return NamedTensor(
        prefix + variable.path, shape: layout.torchShape.dimensions, layout.toTorch(self[variable]))
    }
  }
}
