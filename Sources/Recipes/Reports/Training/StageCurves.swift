import Foundation

extension RunArchive {
  /// The measurements of every training, in the order of the stages: those of the history, and of a stage
  /// that is missing there those that its weight file has.
  var curves: [StageCurve] {
    guard let stages = results.run?.stages else { return storedCurves }
    return stages.compactMap { stage in
      if history.epochs[stage.title] != nil {
        return StageCurve(of: stage.title, named: stage.name, in: history)
      }
      let file = folder.appending(path: URL(filePath: stage.weights).lastPathComponent)
      return RunArchive.stored(in: file).map {
        StageCurve(of: stage.title, named: stage.name, in: $0.history, collapse: stage.collapse)
      }
    }
  }

  /// Those in the weight files of a run that did not record its stages, in the order of their names.
  private var storedCurves: [StageCurve] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    let stored = names.sorted().filter { $0.hasSuffix(".safetensors") }.compactMap { name in
      RunArchive.stored(in: folder.appending(path: name))
    }
    return stored.map { StageCurve(of: $0.title, named: $0.title, in: $0.history, collapse: nil) }
  }

  /// Reads the title and the history of a stage in its weight file, if it has them.
  private static func stored(in file: URL) -> (title: String, history: StageHistory)? {
    guard let metadata = try? SafeTensors.read(file).metadata, let title = metadata["loupe.stage"],
      let history = metadata["loupe.history"].flatMap({ StageHistory(decoding: $0) })
    else { return nil }
    return (title, history)
  }
}
