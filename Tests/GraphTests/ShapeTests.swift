import Graph
import Testing

@Suite struct ShapeTests {
  @Test(
    arguments: [
      ([], [], []), ([], [3], [3]), ([3], [], [3]), ([1], [3], [3]), ([2, 3], [3], [2, 3]),
      ([3], [2, 1], [2, 3]), ([2, 1, 5], [7, 1], [2, 7, 5]), ([0], [1], [0]), ([1], [0], [0]),
      ([4, 1], [1, 4], [4, 4]), ([2, 3], [2, 3], [2, 3]), ([1, 1, 1], [5], [1, 1, 5]),
    ] as [(Shape, Shape, Shape)])
  func broadcasts(a: Shape, b: Shape, result: Shape) {
    #expect(a.broadcast(with: b) == result)
    #expect(b.broadcast(with: a) == result)
  }

  @Test(
    arguments: [([2], [3]), ([2, 3], [2]), ([2, 3], [3, 2]), ([0], [2]), ([5, 1, 2], [5, 3])]
      as [(Shape, Shape)])
  func doesNotBroadcast(a: Shape, b: Shape) {
    #expect(a.broadcast(with: b) == nil)
    #expect(b.broadcast(with: a) == nil)
  }

  @Test(
    arguments: [
      ([], []), ([5], [1]), ([2, 3], [3, 1]), ([2, 3, 4], [12, 4, 1]), ([2, 1, 4], [4, 4, 1]),
    ]
      as [(Shape, [Int])])
  func strides(shape: Shape, strides: [Int]) { #expect(shape.strides == strides) }

  @Test(
    arguments: [
      ([3], [2, 3], [0, 1]), ([2, 1], [2, 3], [1, 0]), ([], [2, 3], [0, 0]), ([2, 3], [2, 3], [3, 1]),
      ([1, 3], [4, 5, 3], [0, 0, 1]),
    ] as [(Shape, Shape, [Int])])
  func stridesOfAStretch(shape: Shape, larger: Shape, strides: [Int]) {
    #expect(shape.strides(broadcastTo: larger) == strides)
  }

  @Test(
    arguments: [
      ([3], [2, 3], [0]), ([2, 1], [2, 3], [1]), ([], [2, 3], [0, 1]), ([2, 3], [2, 3], []),
      ([1, 1], [4, 1, 1], [0]), ([1], [1], []),
    ] as [(Shape, Shape, [Int])])
  func axesOfAStretch(shape: Shape, larger: Shape, axes: [Int]) {
    #expect(shape.axesStretched(in: larger) == axes)
  }

  @Test func reductions() {
    let shape: Shape = [2, 3, 4]
    #expect(shape.reduced(axes: [0, 2], keepingDimensions: false) == [3])
    #expect(shape.reduced(axes: [0, 2], keepingDimensions: true) == [1, 3, 1])
    #expect(shape.reduced(axes: [], keepingDimensions: false) == shape)
    #expect(shape.reduced(axes: [0, 1, 2], keepingDimensions: false) == [])
  }

  @Test func counts() {
    let (scalar, images): (Shape, Shape) = ([], [2, 3, 4, 5])
    #expect((scalar.count, scalar.rank, scalar.channels) == (1, 0, 1))
    #expect((images.count, images.rank, images.channels) == (120, 4, 5))
    #expect((images[0], images[-1], images[-4]) == (2, 5, 2))
    #expect("\(scalar) \(images)" == "[] [2, 3, 4, 5]")
    #expect("\(TensorType(images, .float64))" == "f64[2,3,4,5]")
    #expect(TensorType(images, .float64).byteCount == 960)
    #expect(TensorType(images, .int32).byteCount == 480)
  }
}
