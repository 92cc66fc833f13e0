import Ops

/// The values of a stage's variables, by path, in this package's layout.
struct StageWeights {
  private(set) var values: [String: [Float]]

  /// What a graph's variables start from: a weight file's values where a layer is ``Pretrained``, otherwise
  /// random ones, a function of the seed and the variable's path.
  ///
  /// - Throws: `WeightsError` when a weight file is not what it was when the graph was built.
  init(initializing graph: GraphBuilder, seed: UInt64) throws {
    values = [:]
    for variable in graph.variables {
      values[variable.path] = try variable.initialValues(seed: seed, as: Float.self)
    }
    follow(graph.variables)
  }

  /// The present values in a program.
  init(of variables: [Variable], in program: Program) {
    values = [:]
    for variable in variables { values[variable.path] = program.variable(variable.path, as: Float.self) }
  }

  /// The values in a file, or nil if one is missing or of another shape.
  ///
  /// - Parameter prefix: What their names in the file begin with.
  /// - Throws: `WeightsError` when they cannot be read.
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

  subscript(variable: Variable) -> [Float] { values[variable.path] ?? [] }

  /// Takes over what an earlier stage has under the same path and in the same size.
  mutating func take(from earlier: StageWeights, for variables: [Variable]) {
    values.merge(earlier.values) { own, theirs in own.count == theirs.count ? theirs : own }
    follow(variables)
  }

  // Variables that follow others begin as they do.
  private mutating func follow(_ variables: [Variable]) {
    for variable in variables {
      if let original = variable.averages, let value = values[original] { values[variable.path] = value }
    }
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
