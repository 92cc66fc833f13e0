import Foundation
import Ops

extension Gallery {
  /// Writes the gallery of a finished stage and its features to the folder of a run, unless they are there. A
  /// run is finished without them: a failure is a note, and a gallery of other weights is removed.
  ///
  /// - Parameters:
  ///   - folder: The folder of the run.
  ///   - plan: The stage; see ``choice(of:)``.
  ///   - weights: Its weights, read only if a gallery is made.
  ///   - scored: A classifier's scores, which take the place of the network's own for the same photographs.
  ///   - withPhotographs: Whether there are pictures in it.
  ///   - note: Receives a sentence about what could not be made.
  static func renew(
    in folder: URL, of plan: StagePlan, _ weights: () throws -> StageWeights?,
    scored: ScoredPhotographs? = nil,
    on dataset: Dataset, withPhotographs: Bool, workers: Workers, memory: SystemMemory = .current,
    interruption: Interruption = Interruption(), note: (String) -> Void
  ) {
    let features = GalleryFeaturesFile(in: folder)
    if let current = current(in: folder, of: plan, withPhotographs: withPhotographs),
      features.belongs(to: current)
    {
      return
    }
    for old in [folder.appending(path: file), features.url] { unlink(old.path) }
    do {
      guard let weights = try weights() else { return }
      let gallery = try make(
        of: plan, weights, scored: scored, on: dataset, withPhotographs: withPhotographs, workers: workers,
        memory: memory, interruption: interruption, keepingFeatures: features.write)
      try gallery.write(in: folder)
      gallery.notes.forEach(note)
    } catch is CancellationError {
      note("The run was ended before the photographs of its report; start it again to make them.")
    } catch {
      note("The report has no photographs: \(error)")
    }
  }
}
