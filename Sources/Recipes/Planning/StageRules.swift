/// The rules for combinations of lines in a stage. Each message continues a sentence that begins with the
/// stage's title.
extension TrainingObjective {
  /// Returns the requirements that the stage does not meet.
  func unmetNeeds(
    views: ViewList, hasPredictor: Bool, hasTarget: Bool, reading selection: Selection?
  ) -> [String] {
    var problems: [String] = []
    if views.isDrawable, needs.views.least != nil, !needs.views.contains(views.count) {
      problems.append("draws \(views.count) views of a photograph where its loss takes \(needs.views).")
    }
    if needs.predictor, !hasPredictor {
      problems.append("has no PredictionHead, which its loss \(summary) needs; add one behind the head.")
    }
    if needs.targetNetwork, !hasTarget {
      problems.append(
        "has no TargetNetwork, which its loss \(summary) needs; add one, such as TargetNetwork().")
    }
    guard let selection else { return problems }
    if needs.labels, selection.labels == .none {
      problems.append(
        "has a loss of labels but reads \(selection.summary); use "
          + "\(predicts == .classes ? "" : ".partlyLabelled, or ").labelled(.train).")
    }
    if needs.groups, !selection.hasGroups {
      problems.append(
        "has a loss of groups but reads \(selection.summary); use .bags for those of patients, or .labelled(.train) for "
          + "those of classes.")
    }
    return problems
  }

  /// Returns the lines of a stage without an effect for this objective.
  func unused(_ lines: [any StageComponent]) -> [String] {
    let isClassifier = predicts == .classes
    let others: [(name: String, kind: any StageComponent.Type, isUsed: Bool)] = [
      ("PredictionHead", PredictionHead.self, !isClassifier || needs.predictor),
      ("TargetNetwork", TargetNetwork.self, !isClassifier || needs.targetNetwork),
      ("Search", Search.self, isClassifier), ("EarlyStopping", EarlyStopping.self, isClassifier),
      ("Evaluate", Evaluate.self, isClassifier), ("WeightAverage", WeightAverage.self, true),
      ("Audit", Audit.self, true), ("Precision", Precision.self, true),
    ]
    let used = others.filter(\.isUsed)
    let kind = isClassifier ? "labels" : predicts == .values ? "numbers" : "embeddings"
    let names = ["Views", "layers", "Optimize"] + used.map(\.name)
    return lines.compactMap { line in
      switch line {
      case is Views, is LayerComponent, is Optimize, is any TrainingObjective: return nil
      default: if used.contains(where: { $0.kind == type(of: line) }) { return nil }
      }
      return
        "has no use for \(line.summary): beside its loss of \(kind) a stage has "
        + "\(names.dropLast().joined(separator: ", ")) and \(names[names.count - 1])."
    }
  }
}

extension Selection {
  /// Returns the problems of the views.
  func problems(views: ViewList) -> [String] {
    guard self == .patients, views.isDrawable, views.count != 2 else { return [] }
    return [
      "draws \(views.count) views, but reads patients, whose samples are two photographs with one view of each; draw 2, "
        + "or read .bags."
    ]
  }
}

extension Optimize {
  /// Returns the problems of sampling and epoch length with the stage's selection.
  func problems(reading selection: Selection, for objective: (any TrainingObjective)?) -> [String] {
    var problems: [String] = []
    if pairs != .covering, selection != .patients {
      problems.append(
        "takes pairs of a patient (pairs: \(pairs)), but reads \(selection.summary); read .patients, or leave "
          + "out pairs.")
    }
    if case .atMost(let most) = pairs, most < 1 {
      problems.append("takes at most \(most) pairs of a patient; an epoch takes at least one.")
    }
    if let steps = stepsPerEpoch, !(1...1_000_000).contains(steps) {
      problems.append("takes \(steps) steps per epoch; an epoch takes at least one and at most 1,000,000.")
    }
    guard sampling == .balanced, let objective else { return problems }
    if objective.needs.classWeights {
      problems.append("balances its classes twice, by sampling and by weights; keep one.")
    } else if selection.labels == .some {
      problems.append(
        "samples classes evenly, but reads photographs without labels too; use .natural, or read .labelled(.train)."
      )
    } else if selection.labels == .none, !objective.needs.labels {
      problems.append("samples classes evenly, but reads no labels; use .natural.")
    }
    return problems
  }
}

extension ViewList {
  /// Whether the numbers of views are valid.
  fileprivate var isDrawable: Bool { !lines.isEmpty && lines.allSatisfy { $0.problems.isEmpty } }
}
