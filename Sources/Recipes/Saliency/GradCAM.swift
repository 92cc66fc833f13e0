import Ops

/// Grad-CAM (Selvaraju et al. 2017): where in an image a classifier finds what speaks for a class.
///
/// The channels of a feature map, `A[h, w, c]`, are weighted by the mean gradient of the class's logit for
/// them, and what is negative of the sum is left out: `max(0, sum over c of a[c] A[h, w, c])`, where `a[c]`
/// is the mean over h and w of the gradient.
///
/// The map is the last one of at least ``leastCells`` by ``leastCells`` cells that all of the network's paths
/// lead through. In a vision transformer whose features are the class token's it is that of the patches'
/// tokens which the last attention reads: what follows for them does not reach the class token.
struct GradCAM {
  /// `[N, h, w, C]`.
  let featureMap: Tensor
  /// The gradient of the chosen logits for the feature map, `[N, h, w, C]`.
  let gradient: Tensor
  /// The maps, `[N, h, w]`.
  let heat: Tensor
  /// The places of the cells in the images; nil if they have none.
  let centers: CellCenters?

  /// The least number of cells along an axis of the map, if the network has such a map.
  ///
  /// The last map is what the paper takes, 14 by 14 or 7 by 7 cells of photographs of 224 pixels. Of small
  /// photographs it has 2 by 2, which can only tell one quarter from another.
  static let leastCells = 4

  /// Appends the maps to the graph of a classifier; nil if there is neither a feature map of several pixels
  /// whose mean it takes nor attention of patches.
  ///
  /// - Parameters:
  ///   - logits: `[N, classes]`.
  ///   - images: `[N, H, W, C]`.
  ///   - chosen: `[N, classes]`, 1 for the class of each image and else 0.
  ///   - tape: A tape opened before the classifier was applied.
  init?(of logits: Tensor, on images: Tensor, chosen: Tensor, from tape: Tape) {
    let score = (logits * chosen).sum()
    let grid = PatchGrid(of: logits.graph)
    if let pooled = GradCAM.pooled(before: logits) {
      featureMap = GradCAM.map(before: pooled, on: images)
      centers = CellCenters(of: featureMap, on: images) ?? grid?.centers(of: featureMap, on: images)
      gradient = tape.gradients(of: score, for: [featureMap])[0]
    } else if let grid, let tokens = grid.attended(before: logits, on: images) {
      featureMap = grid.map(of: tokens)
      centers = grid.centers(of: featureMap, on: images)
      gradient = grid.map(of: tape.gradients(of: score, for: [tokens])[0])
    } else {
      return nil
    }
    let weights = gradient.mean(axes: [1, 2], keepingDimensions: true)
    heat = relu((featureMap * weights).sum(axes: [3]))
  }

  /// Returns the last feature map whose sum over height and width a tensor depends on.
  private static func pooled(before output: Tensor) -> Tensor? {
    let nodes = output.graph.nodes
    var isNeeded = [Bool](repeating: false, count: output.id + 1)
    isNeeded[output.id] = true
    for id in stride(from: output.id, through: 0, by: -1) where isNeeded[id] {
      if let sum = nodes[id].operation as? Sum, sum.axes == [1, 2], let map = nodes[id].operands.first,
        nodes[map].type.shape.rank == 4, nodes[map].type.shape[1] * nodes[map].type.shape[2] > 1
      {
        return Tensor(graph: output.graph, id: map)
      }
      for operand in nodes[id].operands { isNeeded[operand] = true }
    }
    return nil
  }

  /// Returns the last map of enough cells, up to the pooled one, that everything passes which the pooled one
  /// has of the images; the pooled one if there is none.
  private static func map(before pooled: Tensor, on images: Tensor) -> Tensor {
    let nodes = pooled.graph.nodes
    var dependent: Set = [images.id]
    for id in nodes.indices where nodes[id].operands.contains(where: dependent.contains) {
      dependent.insert(id)
    }
    // The nodes that are read by those above, which were looked at: one alone is passed by everything.
    var open: Set = [pooled.id]
    for id in stride(from: pooled.id, to: images.id, by: -1) where open.contains(id) {
      let (map, shape) = (Tensor(graph: pooled.graph, id: id), nodes[id].type.shape)
      let isFeatureMap = shape.rank == 4 && shape != images.shape && min(shape[1], shape[2]) >= leastCells
      if open.count == 1, isFeatureMap, map.id == pooled.id || CellCenters(of: map, on: images) != nil {
        return map
      }
      open.remove(id)
      open.formUnion(nodes[id].operands.filter(dependent.contains))
    }
    return pooled
  }
}
