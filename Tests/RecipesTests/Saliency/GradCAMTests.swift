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
    let logits = model.atRoot(graph.input("images", [2, 12, 12, 3]))
    let cam = try #require(GradCAM(of: logits, chosen: graph.input("chosen", [2, 4]), from: tape))
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
    let logits = model.atRoot(graph.input("images", [2, 12, 12, 3]))
    try graph.validate()
    let cam = GradCAM(of: logits, chosen: graph.input("chosen", [2, 4]), from: tape)
    let map = cam?.heat.id
    #expect(map == nil)
  }
}
