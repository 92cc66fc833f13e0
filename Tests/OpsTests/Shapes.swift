import Ops
import Testing

/// The shape of a result.
struct Shapes: Sendable, CustomTestStringConvertible {
  let name: String
  let shape: Shape
  let build: @Sendable (GraphBuilder) -> Tensor

  init(_ name: String, _ shape: Shape, _ build: @escaping @Sendable (GraphBuilder) -> Tensor) {
    self.name = name
    self.shape = shape
    self.build = build
  }

  var testDescription: String { name }

  static let all: [Shapes] = [
    Shapes("a stem", [2, 112, 112, 64]) {
      conv2d($0.input("x", [2, 224, 224, 3]), $0.input("w", [7, 7, 3, 64]), stride: 2, padding: 3)
    },
    Shapes("a stem's pool", [2, 56, 56, 64]) {
      maxPool2d($0.input("x", [2, 112, 112, 64]), window: 3, stride: 2, padding: 1)
    },
    Shapes("a pool's stride is its window", [1, 3, 2, 5]) {
      averagePool2d($0.input("x", [1, 7, 5, 5]), window: 2)
    },
    Shapes("a comparison broadcasts", [4, 3]) { $0.input("x", [4, 1]) .>= $0.input("y", [3]) },
    Shapes("moments keep their axes", [1, 1, 1, 5]) {
      $0.input("x", [2, 3, 4, 5]).moments(axes: [0, 1, 2]).variance
    },
    Shapes("rows by a table", [2, 7, 3]) { $0.input("x", [5, 3]).gathered($0.input("i", [2, 7], .int32)) },
    Shapes("labels as rows", [6, 10]) { oneHot($0.input("y", [6], .int32), classes: 10) },
    Shapes("a loss is a scalar", []) {
      crossEntropy($0.input("x", [6, 10]), labels: $0.input("y", [6], .int32))
    },
    Shapes("joined channels", [2, 3, 9]) {
      concatenate([$0.input("x", [2, 3, 4]), $0.input("y", [2, 3, 5])], axis: -1)
    },
  ]
}
