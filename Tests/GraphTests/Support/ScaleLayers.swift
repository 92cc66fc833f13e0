import Graph

/// A layer whose setting has to be checked before it is applied.
struct Scale: Layer {
  let factor: Double
  @Incidental private(set) var location: SourceLocation?

  init(by factor: Double, file: StaticString = #fileID, line: Int = #line) {
    self.factor = factor
    location = SourceLocation(file: file, line: line)
  }

  var problems: [SettingProblem] { Check.number("factor", factor, above: 0) }

  // It would not survive a wrong factor.
  func apply(to x: Tensor) -> Tensor { times(x, Double(1 / Int(factor.rounded(.up)))) }
}

/// A layer made of others, as many as a setting says.
struct Scales: Layer {
  let count: Int

  var problems: [SettingProblem] { Check.count("count", count) }

  var body: some Layer {
    for place in 0..<count { Scale(by: place == 1 ? .nan : 1) }
  }
}
