/// The tokens of a masked transformer, as an annotation of its graph for the head behind it.
struct MaskedTokens: Sendable {
  private let features: NodeID
  private let tokenNode: NodeID
  private let patchNode: NodeID
  private let visibleNode: NodeID
  private let hiddenNode: NodeID
  /// The grid of an image's patches.
  let grid: PatchGrid

  /// Describes tokens.
  ///
  /// - Parameters:
  ///   - tokens: The tokens, first those without a place in the grid and then those of visible patches,
  ///     `[N, leading + K, C]`.
  ///   - features: The features of images, `[N, C]`, by which a head finds the tokens.
  ///   - patches: The pixels of all patches, `[N, T, P]`.
  ///   - mask: The places of the patches.
  ///   - grid: The grid of an image's patches.
  init(_ tokens: Tensor, features: Tensor, of patches: Tensor, by mask: PatchMask, on grid: PatchGrid) {
    self.features = features.id
    (tokenNode, patchNode) = (tokens.id, patches.id)
    (visibleNode, hiddenNode) = (mask.visible.id, mask.hidden.id)
    self.grid = grid
  }

  /// Finds the tokens behind features; nil if these are not of masked images.
  init?(behind features: Tensor) {
    let known = features.graph.annotations.lazy.compactMap { $0 as? MaskedTokens }
    guard let own = known.first(where: { $0.features == features.id }) else { return nil }
    self = own
  }

  /// Returns the tokens, `[N, leading + K, C]`.
  func tokens(in graph: GraphBuilder) -> Tensor { Tensor(graph: graph, id: tokenNode) }

  /// Returns the pixels of all patches, `[N, T, P]`.
  func patches(in graph: GraphBuilder) -> Tensor { Tensor(graph: graph, id: patchNode) }

  /// Returns the places of the patches.
  func mask(in graph: GraphBuilder) -> PatchMask {
    PatchMask(
      visible: Tensor(graph: graph, id: visibleNode), hidden: Tensor(graph: graph, id: hiddenNode))
  }
}

/// The places in the grid of the patches of each image that a transformer sees, and of the others.
struct PatchMask {
  /// The places of visible patches, `[N, K]`.
  let visible: Tensor
  /// The places of the others, `[N, T - K]`.
  let hidden: Tensor
}

extension VisionTransformer {
  /// Returns the features of images of which a random share of the patches is left out.
  func masked(_ images: Tensor, leavingOut share: Double) -> Tensor {
    let graph = images.graph
    guard isCut(images) else { return embedding(images) }
    let places = images.shape[1] / patch * (images.shape[2] / patch)
    let hidden = Int((share * Double(places)).rounded())
    guard hidden > 0, hidden < places else {
      return graph.report(
        ShapeError(
          "Some patches of an image must be left out, and some not.",
          expected: places < 2
            ? "images of at least 2 patches" : "a share that leaves out 1 to \(places - 1) of \(places)",
          found: "\(share), which leaves out \(hidden) of \(places)"))
    }
    let visible = places - hidden
    let order = graph.randomSubset(visible, of: places, rows: images.shape[0])
    return masked(
      images,
      by: PatchMask(
        visible: order.sliced(0..<visible, axis: 1), hidden: order.sliced(visible..<places, axis: 1)))
  }

  /// Returns the features of images of which some patches are left out.
  func masked(_ images: Tensor, by mask: PatchMask) -> Tensor {
    let (count, visible, side) = (images.shape[0], mask.visible.shape[1], images.shape.channels)
    let grid = PatchGrid(leading: leading, rows: images.shape[1] / patch, columns: images.shape[2] / patch)
    let patches = images.patches(of: patch)
    // Each is an image of one patch: others are not embedded at all.
    let seen = patches.batchGathered(at: mask.visible).reshaped(to: [count * visible, patch, patch, side])
    let embedded = embedding(seen).reshaped(to: [count, visible, architecture.channels])
    let tokens = encoded(positioned(embedded, on: grid, at: mask.visible))
    let features =
      switch pooling {
      case .classToken: classToken(of: tokens)
      case .mean: tokens.sliced(leading..<leading + visible, axis: 1).mean(axes: [1])
      }
    images.graph.annotate(pooling)
    images.graph.annotate(MaskedTokens(tokens, features: features, of: patches, by: mask, on: grid))
    return features
  }

  // Whether images have whole patches.
  private func isCut(_ images: Tensor) -> Bool {
    images.shape.rank == 4 && images.shape[1] % patch == 0 && images.shape[2] % patch == 0
  }
}

extension Tensor {
  /// Returns the pixels of the patches of images `[N, H, W, C]`, row by row: `[N, T, patch * patch * C]`.
  func patches(of patch: Int) -> Tensor {
    let (rows, columns, channels) = (shape[1] / patch, shape[2] / patch, shape.channels)
    return reshaped(to: [shape[0], rows, patch, columns, patch, channels])
      .transposed(0, 1, 3, 2, 4, 5)
      .reshaped(to: [shape[0], rows * columns, patch * patch * channels])
  }
}
