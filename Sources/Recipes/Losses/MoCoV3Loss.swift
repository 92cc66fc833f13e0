/// The loss of MoCo v3 (Chen, Xie and He 2021): each prediction is contrasted with its key, the target
/// network's embedding of the other view, and with the keys of all other samples' other views.
///
/// For the prediction `q[i]` of one view and the keys `k` of the other, all normalized, and temperature `t`:
/// `2 t (-q[i] k[i] / t + log(sum over j of exp(q[i] k[j] / t)))`, of which the loss is the mean over the
/// rows, summed over the two directions. There is no queue: the negatives are those of the whole batch, also
/// where it is computed in chunks or by several processes.
public struct MoCoV3Loss: EmbeddingLoss {
  /// The divisor of similarities; a lower one emphasizes the nearest negatives.
  public var temperature: Scheduled

  /// Creates a loss of the given temperature.
  ///
  /// - Parameter temperature: The divisor of similarities; a lower one emphasizes the nearest negatives. The
  ///   authors take 0.2 for vision transformers and 1 for a ResNet.
  public init(temperature: Scheduled = 0.2) {
    self.temperature = temperature
  }

  public var problems: [SettingProblem] { Check.scheduled("temperature", temperature, above: 0) }

  public var needs: ObjectiveNeeds { ObjectiveNeeds(views: 2, predictor: true, targetNetwork: true) }

  public func callAsFunction(_ batch: Embeddings) -> Tensor {
    let (queries, keys, pairs) = (batch.predicted.l2Normalized(), batch.target.l2Normalized(), batch.pairs)
    let temperature = temperature.temperature(in: queries.graph)
    func contrasted(_ queries: Tensor, with keys: Tensor) -> Tensor {
      let logits = matmul(queries, keys, transposeB: true) / temperature
      let own = (queries * keys).sum(axes: [1]) / temperature
      return (logits.logSumExp(axes: [1]) - own).mean() * temperature * 2
    }
    return contrasted(pairs.first(of: queries), with: pairs.second(of: keys))
      + contrasted(pairs.second(of: queries), with: pairs.first(of: keys))
  }

  public func warnings(_ pairs: Pairs, columns: Int) -> [String] {
    temperature.temperatureWarnings + pairs.fewNegativesWarnings
  }
}
