/// The images of consecutive views that have the same shape: one input of a step.
struct ImageGroup: Hashable, Sendable {
  /// The number of views.
  let views: Int
  /// An image, `[H, W, C]`.
  let image: Shape

  /// The images of so many samples, `[views * samples, H, W, C]`.
  func images(of samples: Int) -> Shape { Shape([views * samples] + image.dimensions) }
}

extension [ImageGroup] {
  /// The name of the input of each group: `images`, `images2`.
  var inputNames: [String] {
    indices.map { TrainingStep.InputName.images + ($0 == 0 ? "" : "\($0 + 1)") }
  }

  /// Makes the inputs of so many samples.
  func inputs(in graph: GraphBuilder, of samples: Int) -> [Tensor] {
    zip(self, inputNames).map { group, name in graph.input(name, group.images(of: samples)) }
  }

  /// The elements of the images of one sample.
  var elementsPerSample: Int { reduce(0) { $0 + $1.views * $1.image.count } }

  /// The views of each group.
  var ranges: [Range<Int>] {
    var next = 0
    return map { group in
      defer { next += group.views }
      return next..<next + group.views
    }
  }
}
