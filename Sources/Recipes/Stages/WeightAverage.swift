/// An exponential moving average of the weights (Polyak and Juditsky 1992, Tarvainen and Valpola 2017), as
/// timm's `ModelEmaV3` computes it without a warmup. A line of a stage.
///
///     Classifier(encoder, classes: 26, named: "averaged", average: WeightAverage(decay: 0.999), epochs: 100)
///
/// It starts at the initial weights. After each step `w <- decay * w + (1 - decay) * trained`, of every
/// trained parameter and every running statistic, with which batch normalizations work in inference. The
/// stage is evaluated with the averaged weights, also for early stopping and while it trains, and stores
/// these; training itself, and its loss, do not depend on them. An average is over the last `1 / (1 - decay)`
/// steps or so: choose the decay so that these are a small part of the training.
public struct WeightAverage: StageComponent {
  /// The share of the average that a step keeps.
  public let decay: Scheduled

  /// Creates an average with the given decay.
  ///
  /// - Parameter decay: The share of the average that a step keeps.
  public init(decay: Scheduled = 0.999) {
    self.decay = decay
  }

  public var problems: [SettingProblem] { Check.scheduled("decay", decay, atLeast: 0, atMost: 1) }

  public var summary: String { "WeightAverage(decay: \(decay))" }

  /// The scope of its variables.
  static let scope = "average"
}

extension GraphBuilder {
  /// Averages what the step makes of the weights and statistics.
  func average(_ average: WeightAverage) {
    movingAverage(WeightAverage.scope) {
      for variable in updates.map(\.variable) where variable.role != .memory {
        _ = self.variable(
          variable.path, variable.type.shape, role: variable.role, initializer: variable.initializer)
      }
    }
    moveAverages(in: WeightAverage.scope, keeping: average.decay, named: "decay")
  }
}

extension StageWeights {
  /// Copies the current values in a program, those of their averages where it has these.
  init(averaging variables: [Variable], in program: Program) {
    let averaged = Dictionary(
      uniqueKeysWithValues: program.variables.compactMap { variable in
        variable.averages.flatMap { original in
          variable.path.hasPrefix(WeightAverage.scope + ".") ? (original, variable.path) : nil
        }
      })
    self.init(of: variables) { program.variable(averaged[$0.path] ?? $0.path, as: Float.self) }
  }
}
