/// A storage of PyTorch: a file of the archive with numbers that one or more tensors view.
struct TorchStorage {
  /// The class, such as `FloatStorage`.
  let type: String
  /// The name of the file in the archive's folder `data`.
  let key: String
}

/// A tensor of PyTorch: a view of a storage.
struct TorchTensor {
  /// The storage; nil for kinds of tensors that are not views, such as sparse ones.
  let storage: TorchStorage?
  /// The class of the storage, or in words what kind of tensor it is instead.
  let type: String
  /// The offset of the first value, in values.
  let offset: Int
  let shape: [Int]
  /// For each axis, the distance of neighbors in values.
  let strides: [Int]

  /// The limit on the values of a tensor that repeats a part of its storage.
  private static let mostRepeated = 1 << 24

  /// The type of the values; nil for one that is not read.
  var storedType: StoredType? { StoredType(torchStorage: type) }

  /// The number of values.
  var count: Int { shape.reduce(1, *) }

  /// The number of values from the first to the last in the storage.
  var span: Int { count == 0 ? 0 : 1 + zip(shape, strides).reduce(0) { $0 + ($1.0 - 1) * $1.1 } }

  /// Whether the values are in row-major order without gaps.
  var isContiguous: Bool {
    var expected = 1
    for (extent, stride) in zip(shape, strides).reversed() where extent != 1 {
      if stride != expected { return false }
      expected *= extent
    }
    return true
  }

  /// Returns what is wrong with the description of a tensor that can be read, in words that follow "in a way
  /// that".
  ///
  /// - Parameter storageBytes: The size of the storage.
  func problem(storageBytes: Int) -> String? {
    guard let storedType else { return nil }
    guard shape.count == strides.count else { return "has \(shape.count) axes and \(strides.count) strides" }
    guard offset >= 0, shape.allSatisfy({ $0 >= 0 }), strides.allSatisfy({ $0 >= 0 }) else {
      return "has a negative number"
    }
    let available = storageBytes / storedType.size
    var (count, last) = (1, offset)
    for (extent, stride) in zip(shape, strides) {
      let (product, isTooLarge) = count.multipliedReportingOverflow(by: extent)
      let (distance, isTooFar) = max(extent - 1, 0).multipliedReportingOverflow(by: stride)
      let (sum, isBeyond) = last.addingReportingOverflow(distance)
      if isTooLarge || isTooFar || isBeyond { return "has more values than there can be" }
      (count, last) = (product, sum)
    }
    if count > 0, last >= available { return "reaches beyond the \(available) values of its storage" }
    if count > max(available, TorchTensor.mostRepeated) { return "repeats its storage to \(count) values" }
    return nil
  }

  /// Returns the values in row-major order.
  ///
  /// - Parameter part: The part of the storage from the first value to the last.
  func gathered(from part: NamedTensor.Values) -> NamedTensor.Values {
    switch part {
    case .float32(let part): .float32(gathered(from: part))
    case .float64(let part): .float64(gathered(from: part))
    case .int32(let part): .int32(gathered(from: part))
    case .int64(let part): .int64(gathered(from: part))
    }
  }

  private func gathered<Number>(from part: [Number]) -> [Number] {
    var values: [Number] = []
    values.reserveCapacity(count)
    var index = [Int](repeating: 0, count: shape.count)
    var place = 0
    for _ in 0..<count {
      values.append(part[place])
      var axis = shape.count - 1
      while axis >= 0 {
        index[axis] += 1
        place += strides[axis]
        if index[axis] < shape[axis] { break }
        place -= index[axis] * strides[axis]
        index[axis] = 0
        axis -= 1
      }
    }
    return values
  }
}
