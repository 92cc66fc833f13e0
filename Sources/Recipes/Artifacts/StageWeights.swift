import Ops

/// The values of a stage's variables, by path, in this package's layout.
struct StageWeights {
  private(set) var values: [String: [Float]]

  /// Initializes a graph's variables: from a weight file for ``Pretrained`` layers, otherwise randomly, by
  /// the seed and the variable's path.
  ///
  /// - Throws: `WeightsError` if a weight file has changed since the graph was built.
  init(initializing graph: GraphBuilder, seed: UInt64) throws {
    var values: [String: [Float]] = [:]
    try Variable.initialize(graph.variables, seed: seed) { values[$0.path] = $1 }
    self.values = values
  }

  /// Copies the current values in a program.
  init(of variables: [Variable], in program: Program) {
    self.init(of: variables) { program.variable($0.path, as: Float.self) }
  }

  /// Creates the weights of variables with the given values.
  init(of variables: [Variable], _ value: (Variable) -> [Float]) {
    values = [:]
    for variable in variables { values[variable.path] = value(variable) }
  }

  /// Reads the values in a file; nil if one is missing or has another shape.
  ///
  /// - Parameters:
  ///   - stored: The file.
  ///   - variables: The variables to read.
  ///   - prefix: The prefix of their names in the file.
  /// - Throws: `WeightsError` if they cannot be read.
  init?(_ stored: SafeTensors, for variables: [Variable], prefix: String = "") throws(WeightsError) {
    values = [:]
    for variable in variables {
      let layout = TorchLayout(of: variable)
      guard let tensor = try stored[prefix + variable.path], tensor.shape == layout.torchShape.dimensions
      else {
        return nil
      }
      values[variable.path] = layout.fromTorch(tensor.floats)
    }
  }

  /// Reads the values of variables one after another, as ``values(of:)`` returns them.
  init(_ values: ArraySlice<Float>, of variables: [Variable]) {
    var rest = values
    self.values = [:]
    for variable in variables {
      let own = rest.prefix(variable.type.shape.count)
      self.values[variable.path] = Array(own)
      rest = rest[own.endIndex...]
    }
  }

  /// Returns the values of variables one after another.
  func values(of variables: [Variable]) -> [Float] { variables.flatMap { self[$0] } }

  subscript(variable: Variable) -> [Float] { values[variable.path] ?? [] }

  /// Returns these values and those of other variables, which count where both have one.
  func joined(with others: StageWeights) -> StageWeights {
    var joined = self
    joined.values.merge(others.values) { $1 }
    return joined
  }

  /// Takes over the values of an earlier stage with the same path and size.
  mutating func take(from earlier: StageWeights, for variables: [Variable]) {
    values.merge(earlier.values) { own, theirs in own.count == theirs.count ? theirs : own }
    follow(variables)
  }

  // Moving averages start at the values of their variables.
  private mutating func follow(_ variables: [Variable]) {
    for variable in variables {
      if let original = variable.averages, let value = values[original] { values[variable.path] = value }
    }
  }

  /// Returns the values in torchvision's layout.
  func tensors(of variables: [Variable], prefix: String = "") -> [NamedTensor] {
    variables.map { variable in
      let layout = TorchLayout(of: variable)
      return NamedTensor(
        prefix + variable.path, shape: layout.torchShape.dimensions, layout.toTorch(self[variable]))
    }
  }
}
