/// Grad-CAM (Selvaraju et al. 2017): where in an image a classifier finds what speaks for a class.
///
/// The channels of the last feature map before the global average pooling, `A[h, w, c]`, are weighted by the
/// mean gradient of the class's logit for them, and what is negative of the sum is left out:
/// `max(0, sum over c of a[c] A[h, w, c])`, where `a[c]` is the mean over h and w of the gradient.
struct GradCAM {
  /// `[N, h, w, C]`.
  let featureMap: Tensor
  /// The gradient of the chosen logits for the feature map, `[N, h, w, C]`.
  let gradient: Tensor
  /// The maps, `[N, h, w]`.
  let heat: Tensor

  /// Appends the maps to the graph of a classifier; nil if there is no feature map of several pixels whose
  /// mean it takes.
  ///
  /// - Parameters:
  ///   - logits: `[N, classes]`.
  ///   - chosen: `[N, classes]`, 1 for the class of each image and else 0.
  ///   - tape: A tape opened before the classifier was applied.
  init?(of logits: Tensor, chosen: Tensor, from tape: Tape) {
    guard let map = GradCAM.pooled(before: logits) else { return nil }
    featureMap = map
    gradient = tape.gradients(of: (logits * chosen).sum(), for: [map])[0]
    let weights = gradient.mean(axes: [1, 2], keepingDimensions: true)
    heat = relu((map * weights).sum(axes: [3]))
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
}
