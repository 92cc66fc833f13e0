/// The variables of a graph that start from the tensors of a weight file.
struct PretrainedVariables: Sendable {
  /// For a variable's path, the tensor's name.
  let names: [String: String]
  let stored: SafeTensors
  /// What the user should know of the file.
  let notes: [String]

  /// What a variable starts from, in this package's layout; nil if the file has nothing to do with it.
  func values(of variable: Variable) -> [Float]? {
    guard let name = names[variable.path], let tensor = stored[name] else { return nil }
    let layout = TorchLayout(of: variable)
    return tensor.shape == layout.torchShape.dimensions ? layout.fromTorch(tensor.floats) : nil
  }

  /// A text that changes when what the variables start from does.
  var fingerprint: String {
    let pairs = names.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    return ([stored.fingerprint] + pairs).joined(separator: " ")
  }
}

extension Graph {
  /// The variables that start from weight files.
  var pretrainedVariables: [PretrainedVariables] { annotations.compactMap { $0 as? PretrainedVariables } }
}
