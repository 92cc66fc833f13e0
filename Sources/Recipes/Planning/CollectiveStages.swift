extension PipelinePlan {
  /// Checks that each process computes one part of the batches whose parts are connected within the networks,
  /// as by a synchronized `BatchNorm`; so do groups of processes, where a stage can be trained beside others.
  ///
  /// - Throws: `PipelineErrors` with every stage for which they do not.
  func requireOnePart(onEachOf processes: Int) throws(PipelineErrors) {
    let problems = stages.enumerated().compactMap { index, stage in
      processes > 1 && processes % stage.chunks == 0 && isSpreadable(index)
        ? nil : stage.problem(ofSharingBatchesAmong: processes)
    }
    if !problems.isEmpty { throw PipelineErrors(problems: problems) }
  }
}

extension StagePlan {
  fileprivate func problem(ofSharingBatchesAmong processes: Int) -> String? {
    guard let cut = program.cut, cut.part.isCollective, cut.batch.count != processes else { return nil }
    let beginning =
      "The stage \"\(stage.title)\" has synchronized batch normalizations, so that the chunks of a batch are "
      + "computed at the same time, one on each rank; but "
    let samples = cut.batch.samples
    if processes == 1 {
      return beginning + "one process would compute its \(cut.batch.count) chunks in turn: "
        + "start \(cut.batch.count) ranks, use whole batches, or batch normalization that is not synchronized."
    }
    let chunk = samples % processes == 0 ? " (chunk: \(samples / processes))" : ""
    return beginning + "\(processes) ranks would share its \(cut.batch.count) chunks: use \(processes) chunks"
      + "\(chunk), or batch normalization that is not synchronized."
  }
}
