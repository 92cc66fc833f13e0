/// The time that a run still takes, estimated from the steps that it has trained.
///
/// The rest of a training is its steps and measurements at their mean duration so far. Later stages are
/// estimated by their arithmetic at the throughput so far, times what stages so far took besides their steps;
/// photographs with slow files or augmentations are therefore only known once they are trained.
struct TimeLeft {
  /// The work of each stage, in the order of the run; empty if it is unknown.
  let work: [StageWork]
  private var current: StageBeginning?
  private var training = Training()
  private var ended: Set<String> = []
  // The tried points of the current stage's search.
  private var trials = 0
  // Over the whole run: the multiplications and seconds of steps, and the wall-clock time of ended stages
  // with their part in steps.
  private var (multiplyAdds, seconds) = (0.0, 0.0)
  private var (wholeOfEnded, stepsOfEnded) = (0.0, 0.0)

  /// What is seen of a training.
  private struct Training {
    var began = 0.0
    var (steps, measurements) = (0, 0)
    var (secondsOfSteps, secondsOfMeasurements) = (0.0, 0.0)
    /// The steps that are left, and the epochs that are not measured.
    var (stepsLeft, measurementsLeft) = (0, 0)
    var secondsOfEpoch = 0.0
    var endOfSteps: Double?
  }

  init(of work: [StageWork] = []) { self.work = work }

  /// Notes an event at a time in seconds.
  mutating func add(_ event: RunEvent, at time: Double) {
    switch event {
    case .stageBegan(let beginning): begin(beginning, at: time)
    case .step(let step): add(step, at: time)
    case .epoch(let record):
      if let end = training.endOfSteps { training.secondsOfMeasurements += time - end }
      training.measurements += 1
      training.measurementsLeft = record.epochs - record.epoch
      training.endOfSteps = nil
      training.secondsOfEpoch = 0
    case .stageEnded(let stage, _, _, let isReused):
      ended.insert(stage)
      if !isReused, current?.stage == stage, training.steps > 0 {
        wholeOfEnded += time - training.began
        stepsOfEnded += training.secondsOfSteps
      }
      current = nil
      trials = 0
    case .trial: trials += 1
    case .note, .features, .beforeTraining, .exchange, .probe, .warning: break
    }
  }

  private mutating func begin(_ beginning: StageBeginning, at time: Double) {
    current = beginning
    training = Training()
    training.began = time
    training.measurementsLeft = beginning.epochs - beginning.finished
    training.stepsLeft = training.measurementsLeft * beginning.steps
  }

  private mutating func add(_ step: StepProgress, at time: Double) {
    let spent = max(0, step.seconds - training.secondsOfEpoch)
    training.secondsOfEpoch = step.seconds
    training.steps += 1
    training.secondsOfSteps += spent
    training.stepsLeft = (step.epochs - step.epoch + 1) * step.steps - step.step
    if step.step == step.steps { training.endOfSteps = time }
    seconds += spent
    multiplyAdds += work.first { $0.stage == step.stage }?.multiplyAdds ?? 0
  }

  /// The seconds left for the current training; nil before there are enough steps to say.
  var ofStage: Double? {
    guard current != nil, training.steps >= 2 else { return nil }
    let step = training.secondsOfSteps / Double(training.steps)
    let measurement = training.secondsOfMeasurements / Double(max(training.measurements, 1))
    return Double(training.stepsLeft) * step + Double(training.measurementsLeft) * measurement
  }

  /// The seconds left for the run; nil if that is not known.
  var ofRun: Double? {
    guard let current, let own = ofStage else { return nil }
    guard let place = work.firstIndex(where: { $0.stage == current.stage }), multiplyAdds > 0 else {
      return current.index + 1 == current.stages ? own : nil
    }
    let searched = work[place].ofTraining * Double(max(0, work[place].trainings - trials - 1))
    let later = work[(place + 1)...].filter { !ended.contains($0.stage) }.reduce(searched) { $0 + $1.total }
    let besides = stepsOfEnded > 0 ? max(1, wholeOfEnded / stepsOfEnded) : 1
    return own + later * seconds / multiplyAdds * besides
  }
}
