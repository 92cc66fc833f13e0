/// The trainings that can begin before the stage at an index is trained: those of that stage and of later
/// ones whose predecessor is finished and whose settings are known. They do not depend on each other.
struct ReadyTrainings {
  private(set) var list: [ReadyTraining] = []

  /// The state of a run before the stage at `index`.
  struct Progress {
    /// The index of the stage, before which all are finished.
    let index: Int
    /// The choices of searches so far, by the name of their stage.
    let choices: [String: Search.Point]
    /// Returns whether a stage, at a point of its search, is finished.
    let isFinished: (_ index: Int, Search.Point?) throws -> Bool
    /// Returns the points of a stage's search that have no score.
    let pointsLeft: (_ index: Int) throws -> [Search.Point]
  }

  init(of plan: PipelinePlan, _ progress: Progress) throws {
    // The names of the stages whose first repetition searches for all.
    var searching: Set<String> = []
    for index in progress.index..<plan.stages.count {
      let stage = plan.stages[index]
      let point = progress.choices[stage.stage.name]
      let isFirst = stage.parts.search != nil && point == nil && searching.insert(stage.stage.name).inserted
      guard try progress.isSettled(plan.pipeline.predecessor(of: stage.stage), of: plan) else { continue }
      if stage.parts.search == nil || point != nil {
        let chosen = stage.parts.search == nil ? nil : point
        if try !progress.isFinished(index, chosen) {
          list.append(ReadyTraining(index: index, point: chosen, isTrial: false))
        }
      } else if isFirst {
        list += try progress.pointsLeft(index).map { ReadyTraining(index: index, point: $0, isTrial: true) }
      }
    }
  }
}

extension ReadyTrainings.Progress {
  /// Returns whether a stage's weights are there for others to start from.
  fileprivate func isSettled(_ earlier: Int?, of plan: PipelinePlan) throws -> Bool {
    guard let earlier, earlier >= index else { return true }
    let stage = plan.stages[earlier]
    if stage.parts.search == nil { return try isFinished(earlier, nil) }
    return try choices[stage.stage.name].map { try isFinished(earlier, $0) } ?? false
  }
}

extension StagePlan {
  /// The number of parts in which its batches are computed.
  var chunks: Int { program.cut?.batch.count ?? 1 }

  /// Returns whether ranks can share its batches. One process computes any, unless the parts are connected
  /// within the networks, as by a synchronized `BatchNorm`: then each rank has one.
  func isSharable(by ranks: Int) -> Bool {
    if program.cut?.part.isCollective == true { return chunks == ranks }
    return ranks == 1 || RankExchange.divides(chunks, among: ranks)
  }

  /// Checks that ranks can share its batches.
  ///
  /// - Throws: ``RankError/indivisible(stage:chunks:ranks:)``.
  func requireSharable(by ranks: Int) throws(RankError) {
    if !isSharable(by: ranks) { throw .indivisible(stage: stage.title, chunks: chunks, ranks: ranks) }
  }
}

extension PipelinePlan {
  /// Returns whether a stage has trainings that can go on beside others: points of a search, or another stage
  /// that does not start from it, nor it from that one.
  func isSpreadable(_ index: Int) -> Bool {
    if pipeline.choices[stages[index].stage.name] == nil, stages[index].parts.search?.points.count ?? 0 > 1 {
      return true
    }
    let before = predecessors(of: index)
    return stages.indices.contains { other in
      other != index && !before.contains(other) && !predecessors(of: other).contains(index)
    }
  }

  private func predecessors(of index: Int) -> [Int] {
    var before: [Int] = []
    var next = pipeline.predecessor(of: pipeline.stages[index])
    while let earlier = next {
      before.append(earlier)
      next = pipeline.predecessor(of: pipeline.stages[earlier])
    }
    return before
  }
}
