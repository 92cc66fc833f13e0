import Foundation

/// An optimizer with layer-wise learning-rate decay (Clark et al. 2020, Bao et al. 2022), for fine-tuning:
/// the head is trained at the learning rate, and every block at `decay` times the rate of the next one.
///
/// Created by `layerDecay(_:)`. Parameters are grouped by `Variable.depth`, as timm's
/// `param_groups_layer_decay` does: what precedes the first block, each block, what follows the last block
/// with that, and the head with what only the loss uses. A rate set by `trained(at:)` is multiplied.
public struct LayerDecay: OptimizerModifier {
  public var base: any Optimizer
  /// The ratio of a block's learning rate to the next one's.
  public let decay: Double

  fileprivate init(_ base: any Optimizer, decay: Double) {
    self.base = base
    self.decay = decay
  }

  public var problems: [SettingProblem] { Check.number("decay", decay, above: 0, atMost: 1) }

  public func rateFactors(of parameters: [Variable]) throws(ShapeError) -> [Double] {
    // A block without parameters, or applied once more, is no group of its own.
    let depths = Set(parameters.map(\.depth)).sorted(by: >)
    guard depths.count > 2 else {
      throw ShapeError(
        "Learning rates cannot fall from block to block in a network without blocks.",
        expected: "layers whose isBlock is true, as those of BasicBlock and TransformerBlock, before a head",
        found: "\(parameters.count) parameters, of \(depths.count) depth\(depths.count == 1 ? "" : "s")")
    }
    let scales = Dictionary(uniqueKeysWithValues: zip(depths, depths.indices.map { pow(decay, Double($0)) }))
    return zip(parameters, try base.rateFactors(of: parameters)).map { scales[$0.depth, default: 1] * $1 }
  }

  public var summary: String { "\(base.summary).layerDecay(\(decay))" }

  public static func == (a: LayerDecay, b: LayerDecay) -> Bool {
    areEqual(a.base, b.base) && a.decay == b.decay
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(base)
    hasher.combine(decay)
  }
}

extension Optimizer {
  /// Returns the optimizer with learning rates that fall by a factor from block to block, from the head to
  /// the first layers.
  ///
  ///     Classifier(
  ///       encoder, classes: 26, named: "fine-tuned", after: simclr,
  ///       optimizer: AdamW(learningRate: 1e-3, weightDecay: 0.05).layerDecay(0.75))
  ///
  /// - Parameter decay: The ratio of a block's learning rate to the next one's, 0.65 to 0.9 in published
  ///   recipes; 1 for equal rates.
  public func layerDecay(_ decay: Double) -> LayerDecay { LayerDecay(self, decay: decay) }
}
