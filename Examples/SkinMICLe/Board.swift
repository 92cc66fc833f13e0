import Foundation
import Recipes

/// The files of `--tensorboard` in the folder `tensorboard` of a run: numbers by stage, the sheet of
/// patients, and the embedding of the photographs in the gallery of the report.
final class Board {
  let folder: URL
  private let recorder: TensorBoardRecorder
  private var failure: (any Error)?

  private static let photographs = "photographs"

  /// Begins the event files of a run.
  init(in output: URL, stages: [String], sheet: ContactSheet) throws {
    folder = output.appending(path: "tensorboard")
    try TensorBoardWriter(in: folder.appending(path: Board.photographs)).add(sheet.image(), tag: "patients")
    recorder = TensorBoardRecorder(in: folder, stages: [Board.photographs] + stages)
  }

  /// Records an event.
  func callAsFunction(_ event: RunEvent) { recorder(event) }

  /// Writes the embedding of the photographs in the gallery of the run.
  func addPhotographs(ofRunIn output: URL) {
    do {
      try TensorBoardProjector(ofGalleryIn: output).write(to: folder.appending(path: Board.photographs))
    } catch { failure = error }
  }

  /// A sentence about an error in writing; nil without one.
  var limitation: String? {
    (recorder.failure ?? failure).map { "There is not all of it for TensorBoard: \($0)" }
  }
}
