/// The loss of MoCo (He et al. 2020): each prediction is contrasted with its key, the target network's
/// embedding of the other view, and a queue of earlier keys.
///
/// For row `i` with key `k` and queue `Q`, all normalized, and temperature `t`: `-q[i] k / t + log(exp(q[i] k
/// / t) + sum over Q of exp(q[i] Q / t))`; the loss is the mean over all rows, so each view is both a query
/// and a key. The queue is initialized with random directions; each step inserts its keys at the front and
/// drops the oldest.
public struct InfoNCE: EmbeddingLoss {
  /// The number of keys in the queue.
  public var queue: Int
  /// The divisor of similarities; a lower one emphasizes the nearest negatives.
  public var temperature: Scheduled

  /// Creates a loss with a queue of the given length.
  ///
  /// - Parameters:
  ///   - queue: The number of keys in the queue.
  ///   - temperature: The divisor of similarities; a lower one emphasizes the nearest negatives.
  public init(queue: Int = 4096, temperature: Scheduled = 0.2) {
    self.queue = queue
    self.temperature = temperature
  }

  public var problems: [SettingProblem] {
    Check.count("queue", queue)
    Check.scheduled("temperature", temperature, above: 0)
  }

  public func callAsFunction(_ batch: Embeddings) -> Tensor {
    let queries = batch.predicted.l2Normalized()
    let keys = batch.target.l2Normalized()
    let temperature = temperature.temperature(in: queries.graph)
    let earlier = keys.enqueued("queue", length: queue)
    let positive = (queries * batch.pairs.swapped(keys)).sum(axes: [1], keepingDimensions: true) / temperature
    let negatives = matmul(queries, earlier, transposeB: true) / temperature
    let logits = concatenate([positive, negatives], axis: 1)
    return (logits.logSumExp(axes: [1]) - positive.reshaped(to: [batch.pairs.rows])).mean()
  }

  public func warnings(_ pairs: Pairs, columns: Int) -> [String] { temperature.temperatureWarnings }
}
