import Autodiff
import Foundation
import Ops
@testable import Recipes
import Testing

struct CellCentersTests {
  /// A layer given by a function.
  private struct Function: Layer {
    @Incidental var function: @Sendable (Tensor) -> Tensor

    init(_ function: @escaping @Sendable (Tensor) -> Tensor) { self.function = function }
    func apply(to x: Tensor) -> Tensor { function(x) }
  }

  private func centers(_ layers: [any Layer], height: Int = 64, width: Int = 64) throws -> CellCenters? {
    let graph = GraphBuilder(mode: .inference)
    let images = graph.input("images", [2, height, width, 3])
    let map = LayerSequence(layers).atRoot(images)
    try graph.validate()
    return CellCenters(of: map, on: images)
  }

  private func axis(_ start: Double, _ jump: Double) -> CellCenters.Axis {
    CellCenters.Axis(start: start, jump: jump)
  }

  /// Kernel, stride and padding of a window.
  private typealias Extent = (kernel: Int, stride: Int, padding: Int)

  /// The middle of the pixels that each cell reads, followed back window by window.
  @Test(
    arguments: [
      [(3, 1, 1)], [(7, 2, 3), (3, 2, 1)], [(3, 2, 1), (3, 2, 1), (3, 2, 1), (3, 2, 1)],
      [(4, 4, 0), (2, 2, 0)], [(2, 1, 0), (5, 3, 0), (1, 2, 0)], [(4, 2, 1), (6, 2, 3)],
    ] as [[Extent]])
  func areTheMiddlesOfReceptiveFields(_ windows: [(kernel: Int, stride: Int, padding: Int)]) throws {
    var layers: [any Layer] = []
    for (place, window) in windows.enumerated() {
      let (kernel, stride, padding) = window
      switch place % 3 {
      case 0: layers += [Conv2D(4, kernel: kernel, stride: stride, padding: padding), BatchNorm()]
      case 1: layers += [MaxPool(kernel, stride: stride, padding: .pixels(padding)), ReLU()]
      default: layers += [AveragePool(kernel, stride: stride, padding: padding)]
      }
    }
    let found = try #require(try centers(layers, height: 48, width: 64))
    #expect(found.height == found.width)
    for cell in 0..<3 {
      var (first, last) = (cell, cell)
      for (kernel, stride, padding) in windows.reversed() {
        (first, last) = (first * stride - padding, last * stride - padding + kernel - 1)
      }
      #expect(found.height.start + Double(cell) * found.height.jump == Double(first + last) / 2)
    }
  }

  /// Strides of 2 padded by half a kernel start at the first pixel; patches have their middles.
  @Test func haveAClosedForm() throws {
    let stem = [Conv2D(4, kernel: 7, stride: 2), MaxPool(3, stride: 2, padding: 1)] as [any Layer]
    let stages = [8, 16, 32].map { BasicBlock(channels: $0, stride: 2) }
    #expect(try centers(stem + stages)?.width == axis(0, 32))
    #expect(try centers([Conv2D(4, kernel: 16, stride: 16, padding: 0)])?.width == axis(7.5, 16))
    #expect(try centers([])?.width == axis(0, 1))
    let wide = try #require(
      try centers([
        Function { $0.padded(low: [0, 2, 0, 0], high: [0, 0, 5, 0]) }, AveragePool(2),
        Function { $0.sliced(3..<9, axis: 2) },
      ]))
    #expect(wide.height == axis(-1.5, 2))
    #expect(wide.width == axis(6.5, 2))
    #expect(CellCenters(rows: 2, columns: 4, height: 64, width: 64).height == axis(15.5, 32))
    #expect(CellCenters(rows: 2, columns: 4, height: 64, width: 64).width == axis(7.5, 16))
  }

  /// Where paths differ, a cell is in the middle of theirs; a path that mixes all places has no say.
  @Test func areMeansOverPaths() throws {
    let pooled = Residual {
      Conv2D(8, kernel: 3, stride: 2)
    } shortcut: {
      AveragePool(2); Conv2D(8, kernel: 1)
    }
    #expect(try centers([pooled])?.height == axis(0.25, 2))
    let joined = Function { concatenate([$0, maxPool2d($0, window: 3, stride: 1, padding: 1)], axis: -1) }
    #expect(try centers([joined])?.height == axis(0, 1))
    let gate = Function { $0 * sigmoid($0.mean(axes: [1, 2], keepingDimensions: true)) }
    let normalized = Function { $0 - $0.mean(axes: [3], keepingDimensions: true) }
    #expect(try centers([Conv2D(8, kernel: 3, stride: 2), gate, normalized])?.height == axis(0, 2))
    let attention = Function { x in
      let tokens = x.reshaped(to: [2, 64 * 64, 3])
      return matmul(softmax(matmul(tokens, tokens.transposed)), tokens).reshaped(to: [2, 64, 64, 3])
    }
    let none = try centers([attention])
    #expect(none == nil)
    #expect(try centers([Residual { attention }])?.height == axis(0, 1))
    let turned = try centers([Function { $0.transposed(0, 2, 1, 3) }])
    #expect(turned == nil)
  }

  /// The center of mass of the gradient of a cell away from the borders, by networks with random weights.
  @Test(arguments: [
    (ResNet.Stem.imagenet, 64, 2, [2]), (.imagenet, 96, 2, [2, 3]), (.imagenet, 48, 1, [2, 3]),
    (.small, 48, 3, [2, 3]),
  ])
  func areWhereGradientsCenter(_ stem: ResNet.Stem, _ size: Int, _ stages: Int, _ cells: [Int]) throws {
    let graph = GraphBuilder(mode: .inference)
    let tape = Tape(graph)
    let count = 16
    let images = graph.input("images", [count, size, size, 3])
    var layers: [any Layer] =
      stem == .small
      ? [Conv2D(8, kernel: 3), BatchNorm(), ReLU()]
      : [Conv2D(8, kernel: 7, stride: 2), BatchNorm(), ReLU(), MaxPool(3, stride: 2, padding: 1)]
    layers += (1...stages).map { BasicBlock(channels: 8 << $0, stride: 2, lastScale: .ones) }
    let map = LayerSequence(layers).atRoot(images)
    let mask = graph.input("mask", [1, map.shape[1], map.shape[2], 1])
    let gradient = tape.gradients(of: (map * mask).sum(), for: [images])[0]
    try graph.validate()
    let found = try #require(CellCenters(of: map, on: images))
    let program = try Program(graph, outputs: [gradient])
    program.setInput("images", to: noise(height: count * size, width: size, seed: 5).pixels)
    for row in cells {
      for column in cells {
        var (sum, height, width) = (0.0, 0.0, 0.0)
        for seed in 0..<4 {
          for variable in program.variables {
            program.setVariable(
              variable.path, to: try variable.initialValues(seed: UInt64(seed), as: Float.self))
          }
          var values = [Float](repeating: 0, count: map.shape[1] * map.shape[2])
          values[row * map.shape[2] + column] = 1
          program.setInput("mask", to: values)
          program.run()
          for (place, value) in program.value(of: gradient, as: Float.self).enumerated() {
            sum += Double(abs(value))
            height += Double(abs(value)) * Double(place / 3 / size % size)
            width += Double(abs(value)) * Double(place / 3 % size)
          }
        }
        #expect(sum > 0)
        #expect(abs(height / sum - (found.height.start + Double(row) * found.height.jump)) < 1.5)
        #expect(abs(width / sum - (found.width.start + Double(column) * found.width.jump)) < 1.5)
      }
    }
  }
}
