extension Program {
  /// Sets the variables to the tensors of a weight file: a safetensors file, or a checkpoint of PyTorch.
  ///
  ///     let program = try Program(graph, outputs: [features])
  ///     try program.load("runs/skin/simclr.safetensors")
  ///
  /// The state of an optimizer is left as it is; moving averages of weights start from them. How the images
  /// are to be normalized is up to the graph;
  /// `pretrained` of a layer does so by the file.
  ///
  /// - Parameters:
  ///   - path: The path of the file, with PyTorch's names and layouts.
  ///   - prefix: The prefix of the names in the file. By default it is inferred, if exactly one fits.
  ///   - ignoring: Layers in the file to ignore, by the first component of their paths.
  /// - Returns: Sentences about what the variables take, and what they leave.
  /// - Throws: ``WeightsError`` if the file cannot be read, a variable is missing or has another shape there,
  ///   there are other tensors, or they were trained with other attention heads or max pools; then no
  ///   variable is changed.
  @discardableResult
  public func load(
    _ path: String, prefix: PrefixMap? = nil, ignoring: [String] = Pretrained.heads
  ) throws(WeightsError) -> [String] {
    let file = try PretrainedFile(path)
    let stored = variables.filter { $0.role != .memory }
    let shapes = stored.map { ($0.path, TorchLayout(of: $0).torchShape.dimensions) }
    let match = try PretrainedMatch(shapes, of: graph, in: file, prefix: prefix, ignoring: ignoring)
    if let mismatch = match.mismatch { throw .otherNetwork(file: path, mismatch: mismatch) }
    var values: [String: [Float]] = [:]
    for (variable, name) in zip(stored, match.names) {
      values[variable.path] = try TorchLayout(of: variable).fromTorch(
        file.stored.tensor(named: name.name).floats)
    }
    for variable in variables {
      guard let values = values[variable.averages ?? variable.path] else { continue }
      switch precision {
      case .float64: setVariable(variable.path, to: values.map { Double($0) })
      default: setVariable(variable.path, to: values)
      }
    }
    return match.notes(images: nil)
  }
}
