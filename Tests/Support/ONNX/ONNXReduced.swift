import Foundation

extension ONNXInterpreter {
  /// Returns the result of an operator over axes; nil for others.
  func reduced(_ node: ONNXFile.Node, _ x: [ONNXFile.Tensor]) throws -> ONNXFile.Tensor? {
    let last = x[0].shape.count - 1
    let isKept = node.settings["keepdims"] != [0]
    switch node.operation {
    case "ReduceSum": return reduced(x[0], x[1].ints, isKept) { $0.reduce(0, +) }
    case "ReduceMean":
      return reduced(x[0], node.settings["axes"] ?? [], isKept) { $0.reduce(0, +) / Double($0.count) }
    case "ReduceMax": return reduced(x[0], node.settings["axes"] ?? [], isKept) { $0.max() ?? -.infinity }
    case "ReduceLogSumExp":
      return reduced(x[0], node.settings["axes"] ?? [], isKept) { row in
        let highest = row.max() ?? 0
        return log(row.map { exp($0 - highest) }.reduce(0, +)) + highest
      }
    case "ArgMax":
      guard node.settings["axis"] == [-1] else { return nil }
      return reduced(x[0], [last], isKept) { row in
        Double(row.firstIndex(of: row.max() ?? .nan) ?? 0)
      }
    case "Softmax":
      guard node.settings["axis"] == [-1] else { return nil }
      let width = x[0].shape[last]
      let values = stride(from: 0, to: x[0].values.count, by: width).flatMap { start in
        let row = x[0].values[start..<(start + width)]
        let highest = row.max() ?? 0
        let powers = row.map { exp($0 - highest) }
        let sum = powers.reduce(0, +)
        return powers.map { $0 / sum }
      }
      return ONNXFile.Tensor(x[0].shape, values)
    default: return nil
    }
  }

  private func reduced(
    _ x: ONNXFile.Tensor, _ axes: [Int], _ isKept: Bool, _ function: ([Double]) -> Double
  ) -> ONNXFile.Tensor {
    let axes = axes.isEmpty ? Array(x.shape.indices) : axes
    let kept = x.shape.indices.map { axes.contains($0) ? 1 : x.shape[$0] }
    let places = filled(axes.map { x.shape[$0] }) { _ in 0 }
    let result = filled(kept) { index in
      var row: [Double] = []
      _ = filled(places.shape) { part in
        var place = index
        for (axis, own) in zip(axes, part) { place[axis] = own }
        row.append(x[place])
        return 0
      }
      return function(row)
    }
    let shape = isKept ? kept : x.shape.indices.filter { !axes.contains($0) }.map { x.shape[$0] }
    return ONNXFile.Tensor(shape, result.values)
  }
}
