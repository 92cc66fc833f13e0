extension ONNXInterpreter {
  /// Returns the result of an operator that moves elements; nil for others.
  func moved(_ node: ONNXFile.Node, _ x: [ONNXFile.Tensor]) throws -> ONNXFile.Tensor? {
    func setting(_ name: String) -> Int { node.settings[name]?.first ?? 0 }
    switch node.operation {
    case "Shape": return ONNXFile.Tensor([x[0].shape.count], x[0].shape.map { Double($0) })
    case "Reshape":
      var shape = x[1].ints
      if let free = shape.firstIndex(of: -1) {
        shape[free] = x[0].values.count / -shape.reduce(1, *)
      }
      return ONNXFile.Tensor(shape, x[0].values)
    case "Unsqueeze":
      var shape = x[0].shape
      for axis in x[1].ints.sorted() { shape.insert(1, at: axis) }
      return ONNXFile.Tensor(shape, x[0].values)
    case "Transpose":
      let order = node.settings["perm"] ?? []
      return filled(order.map { x[0].shape[$0] }) { index in
        var place = index
        for (axis, source) in order.enumerated() { place[source] = index[axis] }
        return x[0][place]
      }
    case "Expand":
      let shape = try commonShape([x[0].shape, x[1].ints])
      return filled(shape) { index in
        x[0][zip(x[0].shape, index.suffix(x[0].shape.count)).map { $0 == 1 ? 0 : $1 }]
      }
    case "Concat":
      let axis = setting("axis")
      var shape = x[0].shape
      shape[axis] = x.map { $0.shape[axis] }.reduce(0, +)
      return filled(shape) { index in
        var place = index
        for part in x {
          if place[axis] < part.shape[axis] { return part[place] }
          place[axis] -= part.shape[axis]
        }
        return .nan
      }
    case "Slice": return sliced(x)
    case "Pad":
      let (rank, amounts) = (x[0].shape.count, x[1].ints)
      let shape = (0..<rank).map { amounts[$0] + x[0].shape[$0] + amounts[rank + $0] }
      return filled(shape) { index in
        let place = index.indices.map { index[$0] - amounts[$0] }
        return zip(place, x[0].shape).allSatisfy { 0 <= $0 && $0 < $1 } ? x[0][place] : 0
      }
    case "Gather":
      guard setting("axis") == 0, x[1].ints.allSatisfy({ 0 <= $0 && $0 < x[0].shape[0] }) else {
        throw Failure(description: "\(node.name) gathers beyond the first axis")
      }
      let leading = x[1].shape.count
      return filled(x[1].shape + x[0].shape.dropFirst()) { index in
        x[0][[Int(x[1][Array(index.prefix(leading))])] + index.dropFirst(leading)]
      }
    default: return nil
    }
  }

  /// A slice of one axis, forward or in reverse.
  private func sliced(_ x: [ONNXFile.Tensor]) -> ONNXFile.Tensor {
    let axis = x[3].ints[0]
    let extent = x[0].shape[axis]
    let step = x.count > 4 ? x[4].ints[0] : 1
    let (first, last) = (x[1].ints[0], max(x[2].ints[0], -extent - 1))
    let start = first < 0 ? first + extent : first
    let end = last < 0 ? last + extent : min(last, extent)
    let places = Array(stride(from: start, to: end, by: step))
    var shape = x[0].shape
    shape[axis] = places.count
    return filled(shape) { index in
      var place = index
      place[axis] = places[index[axis]]
      return x[0][place]
    }
  }
}
