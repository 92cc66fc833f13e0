/// The networks of a stage: the one that is trained, what predicts from its embeddings, and the one that follows it.
struct Networks {
  private let model: any Layer
  private let predictor: PredictionHead?
  private let target: TargetNetwork?

  init(_ model: any Layer, predictor: PredictionHead?, target: TargetNetwork?) {
    self.model = model
    self.predictor = predictor
    self.target = target
  }

  /// What they make of images `[2N, H, W, C]`, of which the trained network has made `online`.
  func embeddings(of images: Tensor, online: Tensor, _ pairs: Pairs) -> Embeddings {
    let graph = online.graph
    let predicted = predictor.map { predictor in
      graph.scoped("predictor") { predictor.layers.atRoot(online) }
    }
    let followed = target.map { _ in graph.following(TargetNetwork.scope) { model.atRoot(images) } }
    return Embeddings(online: online, predicted: predicted, target: followed, pairs: pairs)
  }
}

extension Graph {
  /// Moves what follows other variables towards their new values: `w <- momentum * w + (1 - momentum) * followed`. Running
  /// statistics, which a network updates by itself, are left to it.
  func moveTarget(momentum: Scheduled) {
    let share = scoped(TargetNetwork.scope) { momentum.tensor("momentum", in: self) }
    let updated = Dictionary(updates.map { ($0.variable.path, $0.value) }) { first, _ in first }
    for variable in variables where updated[variable.path] == nil {
      guard let path = variable.original, let original = variables.first(where: { $0.path == path }) else {
        continue
      }
      let followed = updated[path].map { Tensor(graph: self, id: $0) } ?? read(original)
      update(read(variable), to: read(variable) * share + followed * (1 - share))
    }
  }
}
