import Foundation

/// A detector of collapse in contrastive training, which reports each sign once.
struct CollapseDetector {
  /// The signs of a collapse, each of which includes those after it.
  private enum Sign: Hashable {
    /// Some embeddings are not finite.
    case unmeasured
    /// The loss is that of identical embeddings.
    case loss
    /// All embeddings point in almost the same direction.
    case deviation
    /// The embeddings vary in few directions.
    case rank
  }

  /// The lowest acceptable deviation: at a tenth of a uniform spread, two embeddings have a mean cosine of
  /// 0.99, whatever they show.
  static let lowestDeviation = 0.1

  /// Returns the lowest acceptable effective rank, a twentieth of the possible one: one direction with noise
  /// of a hundredth in each of 126 others has 29 of 127, so a twentieth is reached only if nearly all of them
  /// are lost. Nil if fewer than 40 are possible, as healthy embeddings of a few classes also vary in one or
  /// two directions.
  static func lowestRank(of possible: Int) -> Double? { possible < 40 ? nil : 0.05 * Double(possible) }

  // The loss of identical embeddings, if it indicates a collapse.
  private let collapse: Double?
  // The number of epochs before the first report, as training often starts near collapse.
  private let grace: Int
  private var said: Set<Sign> = []

  /// Creates a detector for a training with the given number of epochs.
  init(collapse: Double?, epochs: Int) {
    self.collapse = collapse
    grace = max(2, epochs / 10)
  }

  /// Returns a new warning after an epoch, counted from 1.
  ///
  /// - Parameters:
  ///   - epoch: The epoch.
  ///   - loss: The mean loss of the epoch.
  ///   - spread: The spread of the last embeddings; nil if they are not finite.
  mutating func warning(epoch: Int, loss: Double, spread: EmbeddingSpread?) -> String? {
    guard epoch > grace, let sign = sign(loss, spread), said.insert(sign).inserted else { return nil }
    return sentence(sign, loss, spread)
  }

  private func sign(_ loss: Double, _ spread: EmbeddingSpread?) -> Sign? {
    guard let spread else { return .unmeasured }
    if let collapse, abs(loss - collapse) < 0.02 { return .loss }
    if spread.deviation < CollapseDetector.lowestDeviation { return .deviation }
    guard let lowest = CollapseDetector.lowestRank(of: spread.possibleRank) else { return nil }
    return spread.effectiveRank < lowest ? .rank : nil
  }

  private func sentence(_ sign: Sign, _ loss: Double, _ spread: EmbeddingSpread?) -> String {
    let deviation = String(format: "%.3f", spread?.deviation ?? .nan)
    let rank = String(format: "%.1f of %d", spread?.effectiveRank ?? .nan, spread?.possibleRank ?? 0)
    let loss = String(format: "%.3f", loss)
    switch sign {
    case .unmeasured:
      return "some embeddings are not finite, though the loss is \(loss), and their spread is unknown. "
        + "LOUPE_CHECK=numerics tells where they come from."
    case .loss:
      return "the loss sits at \(loss), that of embeddings which are all the same, and their deviation is "
        + "\(deviation), where 1 is an even spread: the encoder has collapsed or learns nothing. Lower the "
        + "learning rate, warm up for longer or weaken the views."
    case .deviation:
      return "all embeddings point almost the same way: their deviation is \(deviation), where 1 is an even "
        + "spread, at a loss of \(loss). The encoder has collapsed. A loss that only attracts needs negatives, a "
        + "stop-gradient with a predictor, or a variance term; where it has one, lower the learning rate or warm "
        + "up for longer."
    case .rank:
      return "the embeddings vary in few directions: their effective rank is \(rank). The dimensions have "
        + "collapsed. Weaken the views, lower the learning rate, give the head more outputs or let it normalize "
        + "them, or take a loss that keeps columns apart, such as VICRegLoss()."
    }
  }
}
