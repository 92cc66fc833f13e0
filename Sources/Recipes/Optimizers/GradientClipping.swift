/// An optimizer whose gradients are clipped by their global norm (Pascanu et al. 2013), as PyTorch's
/// `clip_grad_norm_` does: where the norm of the gradients of all parameters, taken as one vector, exceeds a
/// bound, all of them are multiplied by `bound / (norm + 1e-6)`.
///
/// Created by `clipping(norm:)`. The norm is that of the batch's gradients, also where it is computed in
/// chunks or by several processes. It needs the gradients of all parameters in memory at the same time.
public struct GradientClipping: OptimizerModifier {
  public var base: any Optimizer
  /// The bound of the norm.
  public let norm: Double

  fileprivate init(_ base: any Optimizer, norm: Double) {
    self.base = base
    self.norm = norm
  }

  public var problems: [SettingProblem] { Check.number("norm", norm, above: 0) }

  public func adjusted(_ gradients: [Tensor]) -> [Tensor] {
    let squares = gradients.map { ($0 * $0).sum() }
    guard let first = squares.first else { return [] }
    let total = sqrt(squares.dropFirst().reduce(first, +))
    let factor = minimum(norm / (total + 1e-6), 1)
    return base.adjusted(gradients.map { $0 * factor })
  }

  public var summary: String { "\(base.summary).clipping(norm: \(norm))" }

  public static func == (a: GradientClipping, b: GradientClipping) -> Bool {
    areEqual(a.base, b.base) && a.norm == b.norm
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(base)
    hasher.combine(norm)
  }
}

extension Optimizer {
  /// Returns the optimizer with gradients clipped by their global norm.
  ///
  ///     SimCLR(encoder, optimizer: AdamW(learningRate: 1e-3).clipping(norm: 1), epochs: 100)
  ///
  /// - Parameter norm: The largest norm of the gradients of all parameters together; larger ones are scaled
  ///   to it.
  public func clipping(norm: Double) -> GradientClipping { GradientClipping(self, norm: norm) }
}
