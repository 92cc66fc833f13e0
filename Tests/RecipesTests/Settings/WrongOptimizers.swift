import Recipes

/// The settings of optimizers and their modifiers.
extension WrongSettings {
  static let optimizers: [WrongSetting] = [optimizers1, optimizers2, optimizers3, optimizers4].flatMap { $0 }

  private static let optimizers1: [WrongSetting] = [-0.1, .nan, .infinity, 1e300].flatMap {
    (number: Double) -> [WrongSetting] in
    [
      WrongSetting(SGD(learningRate: number), "learningRate"),
      WrongSetting(LARS(learningRate: number), "learningRate"),
      WrongSetting(AdamW(learningRate: number), "learningRate"),
      WrongSetting(SGD(learningRate: 0.1, weightDecay: .constant(number)), "weightDecay"),
      WrongSetting(LARS(learningRate: 0.1, weightDecay: .constant(number)), "weightDecay"),
      WrongSetting(AdamW(learningRate: 0.1, weightDecay: .constant(number)), "weightDecay"),
      WrongSetting(SGD(learningRate: 0.1, weightDecay: .linear(from: 0, to: number)), "weightDecay"),
    ]
  }

  private static let optimizers2: [WrongSetting] = [-0.1, 1, 2, .nan, 1 - 1e-12].flatMap {
    (share: Double) -> [WrongSetting] in
    [
      WrongSetting(SGD(learningRate: 0.1, momentum: share), "momentum"),
      WrongSetting(LARS(learningRate: 0.1, momentum: share), "momentum"),
      WrongSetting(AdamW(learningRate: 0.1, betas: (share, 0.999)), "betas.first"),
      WrongSetting(AdamW(learningRate: 0.1, betas: (0.9, share)), "betas.second"),
    ]
  }

  private static let optimizers3: [WrongSetting] = [0, -1, .nan, 1e-60].flatMap {
    (number: Double) -> [WrongSetting] in
    [
      WrongSetting(AdamW(learningRate: 0.1, epsilon: number), "epsilon"),
      WrongSetting(LARS(learningRate: 0.1, eta: number), "eta"),
      WrongSetting(SGD(learningRate: 0.1).clipping(norm: number), "norm"),
      WrongSetting(SGD(learningRate: 0.1).layerDecay(number), "decay"),
    ]
  }

  private static let optimizers4: [WrongSetting] = [
    WrongSetting(SGD(learningRate: 0.1, momentum: 0, nesterov: true), "momentum"),
    WrongSetting(SGD(learningRate: 0.1).clipping(norm: .infinity), "norm"),
    WrongSetting(SGD(learningRate: 0.1).layerDecay(1.1), "decay"),
    WrongSetting(SGD(learningRate: -1).layerDecay(0.5).clipping(norm: 1), "learningRate"),
  ]
}
