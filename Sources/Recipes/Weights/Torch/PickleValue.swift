/// A value that a pickle describes. Containers are held in a ``PickleHeap``, as they can be shared or contain
/// themselves.
enum PickleValue {
  case none
  case bool(Bool)
  case int(Int)
  case float
  case bytes
  case text(String)
  /// A tuple, list or set, by its index in the heap.
  case sequence(Int)
  /// A dictionary, by its index in the heap.
  case dictionary(Int)
  /// A class or function of Python, such as `torch._utils._rebuild_tensor_v2`.
  case global(String)
  /// A part of the file that tensors view, by its index in the heap.
  case storage(Int)
  /// A tensor, by its index in the heap.
  case tensor(Int)
  /// What Python would make of a class or function: it is not made, and known by the name alone.
  case object(String)

  var int: Int? { if case .int(let value) = self { value } else { nil } }
  var text: String? { if case .text(let value) = self { value } else { nil } }
  var global: String? { if case .global(let name) = self { name } else { nil } }
}

/// The containers that a pickle describes.
struct PickleHeap {
  /// Tuples, lists and sets.
  var sequences: [[PickleValue]] = []
  /// Dictionaries, in the order in which entries were added; a repeated key replaces the earlier one.
  var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
  var storages: [TorchStorage] = []
  var tensors: [TorchTensor] = []

  /// Returns the elements of a sequence; nil for another value.
  func elements(_ value: PickleValue) -> [PickleValue]? {
    if case .sequence(let index) = value { sequences[index] } else { nil }
  }

  /// Returns the numbers of a sequence of integers; nil for another value.
  func ints(_ value: PickleValue) -> [Int]? {
    guard let elements = elements(value) else { return nil }
    let ints = elements.compactMap(\.int)
    return ints.count == elements.count ? ints : nil
  }

  mutating func sequence(_ elements: [PickleValue]) -> PickleValue {
    sequences.append(elements)
    return .sequence(sequences.count - 1)
  }

  mutating func dictionary() -> PickleValue {
    dictionaries.append([])
    return .dictionary(dictionaries.count - 1)
  }

  mutating func storage(_ storage: TorchStorage) -> PickleValue {
    storages.append(storage)
    return .storage(storages.count - 1)
  }

  mutating func tensor(_ tensor: TorchTensor) -> PickleValue {
    tensors.append(tensor)
    return .tensor(tensors.count - 1)
  }
}
