import Autodiff
import Foundation
import Ops
@testable import Recipes
import Testing

struct GradCAMTests {
  /// A layer that adds an input to a feature map, to differentiate by it numerically.
  private struct Shift: Layer {
    func apply(to x: Tensor) -> Tensor { x + x.graph.input("shift", x.shape, initially: 0) }
  }

  private struct Maps {
    let cam: GradCAM
    let logits: Tensor
    let program: Program
  }

  /// The maps of a classifier on two images of 12 pixels, in double precision.
  private func maps(_ head: LayerSequence, images: [Double], chosen: [Double]) throws -> Maps {
    let graph = GraphBuilder(precision: .float64, mode: .inference)
    let tape = Tape(graph)
    let model = LayerSequence(
      [Conv2D(5, kernel: 3, stride: 2), ReLU(), Shift(), GlobalAveragePool()] + head.layers)
    let input = graph.input("images", [2, 12, 12, 3])
    let logits = model.atRoot(input)
    let cam = try #require(
      GradCAM(of: logits, on: input, chosen: graph.input("chosen", [2, 4]), from: tape))
    let program = try Program(graph, outputs: [logits, cam.featureMap, cam.gradient, cam.heat])
    for variable in graph.variables {
      program.setVariable(variable.path, to: try variable.initialValues(seed: 3, as: Double.self))
    }
    program.setInput("images", to: images)
    program.setInput("chosen", to: chosen)
    program.run()
    return Maps(cam: cam, logits: logits, program: program)
  }

  private let images = noise(height: 24, width: 12).pixels.map { Double($0) }

  /// With a linear layer after the mean, the map is that of Zhou et al. (2016): the features weighted by the
  /// class's weights.
  @Test func isTheClassActivationMapOfALinearHead() throws {
    let chosen = [0.0, 0, 1, 0, 0, 1, 0, 0]  // the classes 2 and 1
    let maps = try maps(LayerSequence([Linear(4)]), images: images, chosen: chosen)
    let weight = maps.program.variable(
      try #require(maps.program.variables.first { $0.path.hasSuffix("fc1.weight") }).path, as: Double.self)
    let features = maps.program.value(of: maps.cam.featureMap, as: Double.self)
    let heat = maps.program.value(of: maps.cam.heat, as: Double.self)
    #expect(maps.cam.featureMap.shape == [2, 6, 6, 5])
    #expect(heat.count == 2 * 36)
    for (image, label) in [2, 1].enumerated() {
      for pixel in 0..<36 {
        let sum = (0..<5).reduce(0) {
          $0 + weight[$1 * 4 + label] * features[(image * 36 + pixel) * 5 + $1]
        }
        #expect(abs(heat[image * 36 + pixel] - max(0, sum) / 36) < 1e-12)
      }
    }
    #expect(heat.contains { $0 > 0 })
  }

  /// The gradient is that of the chosen logit, not of the probability or of another class.
  @Test func gradientIsThatOfTheLogit() throws {
    let chosen = [1.0, 0, 0, 0, 0, 0, 0, 1]
    let head = LayerSequence([Linear(6), ReLU(), Linear(4)])
    let maps = try maps(head, images: images, chosen: chosen)
    let gradient = maps.program.value(of: maps.cam.gradient, as: Double.self)
    for place in [0, 17, 179, 180, 359] {
      let logit = place < 180 ? 0 : 7
      func value(_ shift: Double) -> Double {
        var shifts = [Double](repeating: 0, count: 360)
        shifts[place] = shift
        maps.program.setInput("shift", to: shifts)
        maps.program.run()
        return maps.program.value(of: maps.logits, as: Double.self)[logit]
      }
      #expect(abs((value(1e-4) - value(-1e-4)) / 2e-4 - gradient[place]) < 1e-8)
    }
    #expect(gradient.contains { $0 != 0 })
  }

  /// Without a mean over a feature map there is nothing to map.
  @Test(arguments: [
    LayerSequence([Conv2D(4, kernel: 3), Flatten(), Linear(4)]),
    LayerSequence([Flatten(), Linear(4)]),
    LayerSequence([Conv2D(4, kernel: 12, padding: 0), GlobalAveragePool(), Linear(4)]),
  ]) func needsAFeatureMap(_ model: LayerSequence) throws {
    let graph = GraphBuilder(mode: .inference)
    let tape = Tape(graph)
    let input = graph.input("images", [2, 12, 12, 3])
    let logits = model.atRoot(input)
    try graph.validate()
    let cam = GradCAM(of: logits, on: input, chosen: graph.input("chosen", [2, 4]), from: tape)
    let map = cam?.heat.id
    #expect(map == nil)
  }

  /// The last map of a network that all paths lead through, not one inside a block, and of no fewer cells
  /// than 4 by 4 if there is one.
  @Test(arguments: [(128, [4, 4, 128], 32.0), (64, [4, 4, 64], 16), (48, [6, 6, 32], 8)])
  func takesTheLastMapOfEnoughCells(_ size: Int, _ shape: [Int], _ jump: Double) throws {
    let graph = GraphBuilder(mode: .inference)
    let tape = Tape(graph)
    let input = graph.input("images", [2, size, size, 3])
    let model = LayerSequence([
      ResNet(.custom(blocks: [1, 1, 1, 1], bottleneck: true, channels: 4)), Linear(3),
    ])
    let logits = model.atRoot(input)
    let cam = try #require(
      GradCAM(of: logits, on: input, chosen: graph.input("chosen", [2, 3]), from: tape))
    #expect(Array(cam.featureMap.shape.dimensions.dropFirst()) == shape)
    #expect(cam.centers?.width == CellCenters.Axis(start: 0, jump: jump))
  }

  /// A classifier of bright spots by strided convolutions, which average: the map is hottest at the spot, as
  /// near as the cells lie.
  @Test(arguments: [2, 3, 5]) func isHotAtTheSpot(_ depth: Int) throws {
    let places = stride(from: 3, through: 55, by: 4).map { ($0, $0 * 11 % 56) }
    let graph = GraphBuilder(mode: .inference)
    let tape = Tape(graph)
    let input = graph.input("images", [places.count, 64, 64, 3])
    let layers = (0..<depth).map { _ in Conv2D(1, kernel: 3, stride: 2) } as [any Layer]
    let logits = LayerSequence(layers + [GlobalAveragePool(), Linear(2)]).atRoot(input)
    let chosen = graph.input("chosen", [places.count, 2])
    let cam = try #require(GradCAM(of: logits, on: input, chosen: chosen, from: tape))
    let program = try Program(graph, outputs: [cam.heat])
    for variable in program.variables {
      let isHead = variable.path.hasPrefix("fc")
      let values: [Float] =
        isHead
        ? (variable.path.hasSuffix("weight") ? [1, -1] : [0, 0])
        : Array(repeating: 1 / 9, count: variable.type.shape.count)
      program.setVariable(variable.path, to: values)
    }
    let images = places.map { row, column in
      var image = Image(width: 64, height: 64)
      for y in (row - 1)...(row + 1) {
        for x in (column - 1)...(column + 1) {
          for channel in 0..<3 { image.pixels[(y * 64 + x) * 3 + channel] = 1 }
        }
      }
      return image
    }
    program.setInput("images", to: images.flatMap(\.pixels))
    program.setInput("chosen", to: places.flatMap { _ in [Float(1), 0] })
    program.run()
    let (rows, columns) = (cam.heat.shape[1], cam.heat.shape[2])
    #expect(rows == (depth == 5 ? 4 : 64 >> depth))
    let values = program.value(of: cam.heat, as: Float.self)
    for (index, (row, column)) in places.enumerated() {
      let heat = HeatMap(
        values[(index * rows * columns)..<((index + 1) * rows * columns)], height: rows, width: columns,
        at: cam.centers)
      let overlay = heat.overlay(on: Image(width: 64, height: 64), side: 192)
      let light = stride(from: 0, to: overlay.pixels.count, by: 3).map {
        overlay.pixels[$0] + overlay.pixels[$0 + 1]
      }
      let hottest = try #require(light.indices.max { light[$0] < light[$1] })
      // Half the distance between cells, and what a pixel of 3 by 3 and a spot of 3 by 3 leave open.
      let (y, x) = (Double(hottest / 192) / 3, Double(hottest % 192) / 3)
      let cell = Double(64 / rows)
      #expect(abs(y - Double(row)) <= cell / 2 + 1)
      #expect(abs(x - Double(column)) <= cell / 2 + 1)
    }
  }
}
