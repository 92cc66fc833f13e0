/// The loss of DINO (Caron et al. 2021): what the student, the trained network, makes of each view predicts
/// what the teacher, the target network, makes of every other one, as a distribution over prototypes.
///
/// For a teacher's output `t` and a student's `s` of another view, it is the cross-entropy of `softmax((t -
/// center) / teacher temperature)` and `softmax(s / temperature)`; the loss is the mean over all such pairs
/// of views and the rows. The center, which keeps one prototype from winning everywhere, is a moving average
/// of the teacher's outputs; the teacher's lower temperature keeps these from becoming equal. Instead of the
/// center, ``Centering/sinkhornKnopp(iterations:)`` assigns the views of a batch to all prototypes alike.
///
/// The teacher sees the first `globalViews` views alone, usually large crops, and the student small ones
/// besides:
///
///     Views(2, size: 224) { RandomResizedCrop(area: 0.4...1); RandomFlip() }
///     Views(6, size: 96) { RandomResizedCrop(area: 0.05...0.4); RandomFlip() }
///
/// Its outputs are those of a ``DINOHead``.
public struct DINOLoss: TrainingObjective {
  /// The divisor of the student's outputs.
  public var temperature: Scheduled
  /// The divisor of the teacher's outputs, lower than the student's.
  public var teacher: Scheduled
  /// The normalization of the teacher's outputs by those of other photographs.
  public var centering: Centering
  /// The number of views that the teacher sees, from the first one.
  public var globalViews: Int

  /// Creates the loss.
  ///
  /// - Parameters:
  ///   - temperature: The divisor of the student's outputs.
  ///   - teacher: The divisor of the teacher's outputs, lower than the student's. The authors warm it up over
  ///     the first 30 epochs, and find more than 0.07 unstable.
  ///   - centering: The normalization of the teacher's outputs by those of other photographs.
  ///   - globalViews: The number of views that the teacher sees, from the first one.
  public init(
    temperature: Scheduled = 0.1, teacher: Scheduled = .warmup(from: 0.04, to: 0.07, over: 0.3),
    centering: Centering = .mean(momentum: 0.9), globalViews: Int = 2
  ) {
    self.temperature = temperature
    self.teacher = teacher
    self.centering = centering
    self.globalViews = globalViews
  }

  public var problems: [SettingProblem] {
    Check.scheduled("temperature", temperature, above: 0)
    Check.scheduled("teacher", teacher, above: 0)
    centering.problem
    Check.count("globalViews", globalViews)
  }

  public var needs: ObjectiveNeeds {
    ObjectiveNeeds(views: .atLeast(max(2, globalViews)), targetNetwork: true, targetViews: globalViews)
  }

  public func loss(of batch: TrainingBatch) -> Tensor {
    let (graph, output, target) = (batch.graph, batch.output, batch.target)
    guard output.isKnown, target.isKnown else { return output.isKnown ? target : output }
    let (views, samples, prototypes) = (batch.form.views, batch.form.samples, output.shape.channels)
    let teacherRows = target.sliced(0..<globalViews * samples, axis: 0)
    let targets = centering.targets(of: teacherRows, temperature: teacher.tensor("teacher", in: graph))
      .reshaped(to: [globalViews, samples, prototypes])
    let predictions = logSoftmax(output / temperature.temperature(in: graph))
      .reshaped(to: [views, samples, prototypes])
    // Each view is compared with the sum of all targets but its own.
    let allTargets = targets.sum(axes: [0], keepingDimensions: true)
    let ofGlobal = predictions.sliced(0..<globalViews, axis: 0) * (allTargets - targets)
    var agreement = ofGlobal.sum()
    if views > globalViews {
      agreement = agreement + (predictions.sliced(globalViews..<views, axis: 0) * allTargets).sum()
    }
    return -agreement / Double(globalViews * (views - 1) * samples)
  }

  public func warnings(_ form: BatchForm, columns: Int) -> [String] {
    let highest = max(teacher.ends.first, teacher.ends.last)
    guard highest >= min(temperature.ends.first, temperature.ends.last) else { return [] }
    return [
      "a teacher's temperature of \(highest) is not below the student's, \(temperature), and all outputs may "
        + "become equal; try 0.04 to 0.07, and 0.1 for the student"
    ]
  }
}
