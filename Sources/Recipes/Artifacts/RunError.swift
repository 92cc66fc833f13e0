/// A runtime error of a valid run.
public enum RunError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The loss became NaN.
  case diverged(stage: String, epoch: Int, step: Int, learningRate: Double)
  /// A run with numerics checks produced a non-finite value.
  case notFinite(stage: String, epoch: Int, step: Int, learningRate: Double, first: NonFiniteValue)
  /// A weight file does not belong to a classifier.
  case noClassifier(file: String)
  /// A weight file has the weights of another network.
  case otherNetwork(file: String)
  /// A classifier's weight file does not describe the preprocessing of photographs, or a different one.
  case otherPreparation(file: String)
  /// A weight file does not state the size and the channels of its images.
  case noInput(file: String)
  /// Another run is using the folder, such as `process 4711 on lab3, started 2026-11-26 11:31:29Z`.
  case inUse(folder: String, by: String?)
  /// The run was interrupted, or a file could not be written. The stage has a checkpoint after the place, if
  /// there is one, from which a restarted run resumes.
  case stopped(stage: String, after: TrainingPlace?, cause: FileError?)

  /// A message: what happened, and what to do.
  public var description: String { sentence.printableLines }

  private var sentence: String {
    switch self {
    case .diverged(let stage, let epoch, let step, let learningRate):
      "The loss of \"\(stage)\" is not a number in epoch \(epoch), step \(step), at a learning rate of "
        + "\(learningRate): the training has diverged. Lower the learning rate or warm up for longer; "
        + "the stages before it are kept. To be told which operation of which layer it began in, run again with "
        + "LOUPE_CHECK=numerics in the environment; the run goes on after its last checkpoint, more slowly."
    case .notFinite(let stage, let epoch, let step, let learningRate, let first):
      "The training of \"\(stage)\" made numbers that are not finite in epoch \(epoch), step \(step), at a learning "
        + "rate of \(learningRate). It began here: \(first) The stages before it are kept."
    case .noClassifier(let file):
      "\(file) is not the weight file of a classifier that a run has trained; name one that ends in "
        + ".classifier.safetensors."
    case .otherNetwork(let file):
      "\(file) does not have the weights of this network; use the encoder that the run was made with."
    case .otherPreparation(let file):
      "\(file) was written by another version, which prepared photographs in another way before they were looked at; "
        + "train the classifier again with this one."
    case .noInput(let file):
      "\(file) does not state the images that its network read: an earlier version or another program wrote it; train the "
        + "stage again with this one, or give its encoder as one that is pretrained, with a size."
    case .inUse(let folder, let holder):
      "\(folder) is in use by another run\(holder.map { " (\($0))" } ?? ""): wait for it, or name another folder."
    case .stopped(let stage, let place, let cause):
      (cause.map { "\($0) " } ?? "The run was interrupted. ") + "Started again, the run goes on "
        + (place.map { "after \($0) of \"\(stage)\"." } ?? "with \"\(stage)\".")
    }
  }
}
