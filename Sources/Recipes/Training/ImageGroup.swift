/// Consecutive views with the same shape: one image input of a step.
struct ImageGroup: Hashable, Sendable {
  /// The number of views.
  let views: Int
  /// The shape of an image, `[H, W, C]`.
  let image: Shape

  /// Returns the shape for the given number of samples, `[views * samples, H, W, C]`.
  func images(of samples: Int) -> Shape { Shape([views * samples] + image.dimensions) }
}

extension [ImageGroup] {
  /// The name of each group's input: `images`, `images2`.
  var inputNames: [String] {
    indices.map { TrainingStep.InputName.images + ($0 == 0 ? "" : "\($0 + 1)") }
  }

  /// Creates the inputs for the given number of samples.
  func inputs(in graph: GraphBuilder, of samples: Int) -> [Tensor] {
    graph.samples = samples
    return zip(self, inputNames).map { group, name in graph.input(name, group.images(of: samples)) }
  }

  /// The number of elements in the images of one sample.
  var elementsPerSample: Int { reduce(0) { $0 + $1.views * $1.image.count } }

  /// The range of views of each group.
  var ranges: [Range<Int>] {
    var next = 0
    return map { group in
      defer { next += group.views }
      return next..<next + group.views
    }
  }
}
