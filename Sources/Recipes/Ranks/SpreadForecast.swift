/// The waves of trainings side by side that are expected of a run.
struct SpreadForecast {
  /// The trainings that begin together, in the order of the run.
  struct Wave {
    let trainings: [ReadyTraining]
    let spread: Spread
  }

  /// The waves, without stages that all ranks train one after another.
  private(set) var waves: [Wave] = []
  private let plan: PipelinePlan
  private let ranks: Int

  /// Goes through the stages as a run does.
  ///
  /// - Parameters:
  ///   - work: The work that is left of each stage.
  ///   - seconds: Returns the seconds of a stage's training on some ranks.
  init(
    of plan: PipelinePlan, left work: [StageWork], ranks: Int,
    _ seconds: (StagePlan, _ ranks: Int) -> Double
  ) throws {
    (self.plan, self.ranks) = (plan, ranks)
    var choices = plan.pipeline.choices
    var trained: Set<Int> = []
    for index in plan.stages.indices {
      let stage = plan.stages[index]
      let ready = try ReadyTrainings(
        of: plan,
        ReadyTrainings.Progress(
          index: index, choices: choices,
          isFinished: { index, _ in trained.contains(index) || work[index].trainings == 0 },
          pointsLeft: { index in
            let points = plan.stages[index].parts.search?.points ?? []
            return trained.contains(index) ? [] : Array(points.prefix(work[index].trainings))
          })
      ).list
      if ready.first?.index == index {
        let spread = SpreadTimes(of: ready, in: plan, ranks: ranks, seconds).spread
        if spread.groups > 1 {
          waves.append(Wave(trainings: ready, spread: spread))
          trained.formUnion(ready.map(\.index))
        }
        trained.insert(index)
      }
      // Which point a search chooses makes no difference to the time.
      if choices[stage.stage.name] == nil { choices[stage.stage.name] = stage.parts.search?.points.first }
    }
  }

  /// The largest number of trainings at the same time.
  var mostGroups: Int { waves.map { min($0.spread.groups, $0.trainings.count) }.max() ?? 1 }

  /// A sentence for each wave.
  var sentences: [String] { waves.map { $0.spread.sentence(of: $0.trainings, in: plan, ranks: ranks) } }
}
