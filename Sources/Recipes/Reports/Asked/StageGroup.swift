/// The repetitions of a stage.
struct StageGroup {
  let name: String
  /// The repetitions in order; at least one.
  let stages: [RunRecord.Stage]

  /// The stages of a run, in the order of each one's first repetition.
  static func groups(of stages: [RunRecord.Stage]) -> [StageGroup] {
    var order: [String] = []
    var members: [String: [RunRecord.Stage]] = [:]
    for stage in stages {
      if members[stage.name] == nil { order.append(stage.name) }
      members[stage.name, default: []].append(stage)
    }
    let titles = Dictionary(stages.map { ($0.title, $0.name) }) { first, _ in first }
    return order.map { name in
      let own = members[name] ?? []
      return StageGroup(
        name: name, stages: own, predecessor: own.first?.predecessor.map { titles[$0] ?? $0 },
        input: own.first?.input ?? "")
    }
  }

  /// The name of the stage it starts from.
  let predecessor: String?
  /// The data it reads.
  let input: String

  /// The name, of at most so many characters, and the number of repetitions if there are several.
  func title(upTo limit: Int) -> String {
    name.shortened(to: limit) + (stages.count > 1 ? " × \(stages.count)" : "")
  }

  /// The time of all repetitions in seconds.
  var seconds: Double { stages.reduce(0) { $0 + $1.seconds } }

  /// The size and the time in a few words.
  var facts: String {
    let parameters = stages.first.map { StageGroup.size($0.parameters) + " parameters" } ?? ""
    return parameters + " · " + time
  }

  /// The time, or that earlier weights were reused.
  var time: String {
    stages.allSatisfy(\.isReused) ? "reused" : NumberFormat.duration(seconds)
  }

  private static func size(_ parameters: Int) -> String {
    let number = Double(parameters)
    if number >= 1e6 { return NumberFormat.decimals(1)(number / 1e6) + " M" }
    if number >= 1e4 { return NumberFormat.decimals(0)(number / 1e3) + " k" }
    return NumberFormat.count(parameters)
  }
}
