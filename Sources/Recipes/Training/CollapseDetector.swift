import Foundation

/// Notices when a contrastive training has collapsed, and says each thing once.
struct CollapseDetector {
  /// What can be seen, each of which covers those after it.
  private enum Sign: Hashable {
    /// The embeddings cannot be measured, as some are not finite.
    case unmeasured
    /// The loss is that of equal embeddings.
    case loss
    /// All embeddings point almost the same way.
    case deviation
    /// They vary in few directions.
    case rank
  }

  /// The lowest deviation that is taken for a spread: at a tenth of an even spread, two embeddings have a
  /// cosine of 0.99 in the mean, whatever they show.
  static let lowestDeviation = 0.1

  /// The lowest effective rank that is taken for a spread, a twentieth of the possible one: one direction
  /// with noise of a hundredth in each of 126 others has 29 of 127, so a twentieth is only seen where nearly
  /// all of them are lost. Nil where fewer than 40 are possible: healthy embeddings of a few classes vary in
  /// one or two directions as well.
  static func lowestRank(of possible: Int) -> Double? { possible < 40 ? nil : 0.05 * Double(possible) }

  // The loss of equal embeddings, if the loss tells them from others.
  private let collapse: Double?
  // How many epochs may pass first: a training often begins near collapse.
  private let grace: Int
  private var said: Set<Sign> = []

  /// A watch over a training of so many epochs.
  init(collapse: Double?, epochs: Int) {
    self.collapse = collapse
    grace = max(2, epochs / 10)
  }

  /// What is to be said after an epoch, counted from 1, that has not been said before.
  ///
  /// - Parameter spread: That of the last embeddings; nil if they cannot be measured.
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
