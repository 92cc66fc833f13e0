/// Contrastive pretraining on several photographs of one patient (Azizi et al. 2021): positive pairs are
/// views of two different photographs of a patient.
///
/// It goes on where an earlier stage ended, usually ``SimCLR``, projection head included: its loss is
/// SimCLR's, and its rate a third.
public struct MICLe: PretrainingRecipe {
  public static let method = Pretraining(
    "micle", on: .patients, loss: NTXent(temperature: 0.1), optimizer: LARS(learningRate: 0.1))
  public let stage: Stage

  public init(stage: Stage) { self.stage = stage }
}
