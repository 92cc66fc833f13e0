/// The tensors that a pickle describes, by name: dictionaries in dictionaries, and lists, have their keys and
/// indices joined by periods, as in `state_dict.layer1.0.conv1.weight`.
struct PickledTensors {
  let byName: [String: TorchTensor]

  /// The limit on the bytes of all paths to values, with 64 for each path: containers can be shared, so there
  /// can be more paths than values.
  private static let mostBytes = 1 << 28

  /// Reads a pickle.
  ///
  /// - Throws: ``CheckpointFault`` if it is damaged, or describes no tensors by name.
  init(in pickle: [UInt8]) throws(CheckpointFault) {
    let (root, heap) = try Unpickler.read(pickle)
    var tensors: [String: TorchTensor] = [:]
    var classes: Set<String> = []
    var bytes = 0
    var left = [(name: "", value: root)]
    while let (name, value) = left.popLast() {
      func add(_ key: String, _ inner: PickleValue) throws(CheckpointFault) {
        bytes += name.utf8.count + key.utf8.count + 64
        guard bytes <= PickledTensors.mostBytes else { throw .tooManyPaths }
        left.append((name.isEmpty ? key : name + "." + key, inner))
      }
      switch value {
      case .tensor(let index):
        guard tensors.updateValue(heap.tensors[index], forKey: name) == nil else {
          throw .repeatedName(tensor: name)
        }
      case .dictionary(let index):
        var entries: [String: PickleValue] = [:]
        for (key, inner) in heap.dictionaries[index] {
          if let key = key.text ?? key.int.map(String.init) { entries[key] = inner }
        }
        for (key, inner) in entries { try add(key, inner) }
      case .sequence(let index):
        for (place, inner) in heap.sequences[index].enumerated() { try add("\(place)", inner) }
      case .object(let name): classes.insert(name)
      case .none, .bool, .int, .float, .bytes, .text, .global, .storage: break
      }
    }
    tensors[""] = nil
    guard !tensors.isEmpty else { throw .noTensors(classes: classes.sorted()) }
    byName = tensors
  }
}
