/// A call of a Python function in a pickle, of which the effect is known for those that make tensors and
/// dictionaries.
struct PickledCall {
  /// The function or class, such as `torch._utils._rebuild_tensor_v2`.
  let name: String
  let arguments: [PickleValue]
  /// The offset of the call in the pickle, in bytes.
  let place: Int

  /// Returns what the call makes; nil for a function that is not known.
  func value(in heap: inout PickleHeap) throws(CheckpointFault) -> PickleValue? {
    switch name {
    case "collections.OrderedDict", "builtins.dict", "__builtin__.dict", "collections.defaultdict":
      return heap.dictionary()
    case "torch.Size", "builtins.list", "builtins.tuple", "builtins.set", "__builtin__.set":
      return arguments.first ?? heap.sequence([])
    case "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state":
      return arguments.first
    case "torch._tensor._rebuild_from_type_v2":
      guard arguments.count >= 3, let function = arguments[0].global, let inner = heap.elements(arguments[2]),
        function != name
      else { return nil }
      return try PickledCall(name: function, arguments: inner, place: place).value(in: &heap)
    case "torch._utils._rebuild_tensor_v2": return try view(in: &heap, type: nil, attributes: 6)
    case "torch._utils._rebuild_tensor_v3":
      guard arguments.count >= 7, let type = arguments[6].global else { throw unknown }
      return try view(in: &heap, type: type, attributes: 7)
    case "torch._utils._rebuild_qtensor":
      return try view(in: &heap, type: "a quantized tensor", attributes: 7)
    case "torch._utils._rebuild_sparse_tensor":
      // The layout, then a tuple of indices, values and the shape.
      let parts = arguments.last.flatMap { [heap] in heap.elements($0) } ?? []
      let shape = parts.count > 2 ? heap.ints(parts[2]) : nil
      return heap.tensor(
        TorchTensor(storage: nil, type: "a sparse tensor", offset: 0, shape: shape ?? [], strides: []))
    default:
      // Nested tensors, subclasses and those of other devices.
      guard name.hasPrefix("torch._utils._rebuild_") else { return nil }
      return heap.tensor(TorchTensor(storage: nil, type: name, offset: 0, shape: [], strides: []))
    }
  }

  // Returns the tensor that views a storage by an offset, a shape and strides. Python's attributes may
  // follow, which say that the values are still to be conjugated or negated.
  private func view(
    in heap: inout PickleHeap, type: String?, attributes: Int
  ) throws(CheckpointFault) -> PickleValue {
    guard arguments.count >= 4, case .storage(let index) = arguments[0], let offset = arguments[1].int,
      let shape = heap.ints(arguments[2]), let strides = heap.ints(arguments[3])
    else { throw unknown }
    let storage = heap.storages[index]
    let isPending: Bool
    if arguments.count > attributes, case .dictionary(let attributes) = arguments[attributes] {
      isPending = !heap.dictionaries[attributes].isEmpty
    } else {
      isPending = false
    }
    let kind = isPending ? "a tensor yet to be conjugated or negated" : type ?? storage.type
    return heap.tensor(
      TorchTensor(storage: storage, type: kind, offset: offset, shape: shape, strides: strides))
  }

  private var unknown: CheckpointFault {
    .badPickle(problem: "describes a tensor in an unknown way", byte: place)
  }
}
