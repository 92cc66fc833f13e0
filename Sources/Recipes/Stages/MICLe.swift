/// Contrastive pretraining on several photographs of one patient (Azizi et al. 2021): views of two different
/// photographs of a patient are drawn together.
///
/// It goes on where `earlier` ended, projection head included: its loss is SimCLR's.
public struct MICLe: StageRecipe {
  public let stage: Stage

  /// MICLe with SimCLR's settings and a third of its rate, each of which can be replaced.
  ///
  /// - Parameters:
  ///   - encoder: What is kept: `[N, H, W, C]` to features `[N, D]`.
  ///   - earlier: The stage whose weights it starts from, usually SimCLR.
  ///   - head: What stands between the features and the loss; it keeps its weights if it is the earlier
  ///     stage's.
  ///   - chunk: How many pairs of a batch go through the network at a time; all of them if nil.
  ///   - pairs: How many pairs of a patient's photographs an epoch takes; never two of them in one batch.
  ///   - repetition: Which repetition it is, from 0: each draws other random numbers.
  public init(
    _ encoder: any Layer, on selection: Selection = .patients, named name: String = "micle",
    after earlier: (any StageRecipe)? = nil, views: Views = .contrastive,
    head: any Layer = ProjectionHead(), loss: any EmbeddingLoss = NTXent(temperature: 0.1),
    optimizer: any Optimizer = LARS(learningRate: 0.1), schedule: Schedule = .cosine(warmup: 0.1),
    scaling: LearningRate.Scaling = .linear, batch: Int = 64, chunk: Int? = nil,
    pairs: PairsPerPatient = .covering, epochs: Int, repetition: Int = 0, file: StaticString = #fileID,
    line: Int = #line
  ) {
    stage = Stage(
      name, on: selection, after: earlier, repetition: repetition, file: file, line: line
    ) {
      views
      encoder
      head
      loss
      Optimize(
        optimizer, schedule: schedule, scaling: scaling, batch: batch, chunk: chunk,
        pairs: pairs, epochs: epochs)
    }
  }
}
