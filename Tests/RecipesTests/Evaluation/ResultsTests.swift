import Foundation
import Recipes
import Testing

@Suite struct ResultsTests {
  private let scratch: ScratchFolder

  private static let metrics: Set = [
    "top1", "top3", "balanced", "f1", "auc", "specificity", "precision", "weightedF1", "averagePrecision",
    "brier", "logLoss", "ece",
  ]

  init() throws { scratch = try ScratchFolder() }

  private func results() throws -> Results {
    let (first, second): ([Float], [Float]) = ([0.75, 0.25], [0.25, 0.75])
    let worse = try predictions([first, first, first, second], [0, 1, 1, 1])
    let better = try predictions([first, second, second, second], [0, 1, 1, 1])
    return try Results(
      evaluating: [("no pretraining", worse), ("SimCLR", better), ("é", better)], seconds: 1.5, seed: 7)
  }

  @Test func writesWhatItReads() throws {
    let file = scratch.url.appending(path: "results.json")
    let results = try results()
    try results.write(to: file)
    let first = try Data(contentsOf: file)
    try results.write(to: file)
    #expect(try Data(contentsOf: file) == first)
    #expect(try Results(contentsOf: file) == results)
    #expect(try scratch.contents == ["results.json"])
  }

  @Test func hasTheKeysOfItsReaders() throws {
    let file = scratch.url.appending(path: "results.json")
    try results().write(to: file)
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
    #expect(
      Set(json.keys) == ["version", "classes", "branches", "differences", "seconds", "seed", "damaged"])
    #expect(json["version"] as? Int == 2)
    #expect(json["classes"] as? Int == 2)
    #expect(json["seconds"] as? Double == 1.5)
    #expect(json["seed"] as? Int == 7)
    let branches = try #require(json["branches"] as? [[String: Any]])
    #expect(branches.compactMap { $0["name"] as? String } == ["no pretraining", "SimCLR", "é"])
    for branch in branches {
      #expect(Set(branch.keys) == Self.metrics.union(["name", "perClass"]))
      for key in Self.metrics {
        let score = try #require(branch[key] as? [String: Any])
        #expect(Set(score.keys) == ["interval", "repetitions"])
        let interval = try #require(score["interval"] as? [String: Any])
        #expect(Set(interval.keys) == ["value", "low", "high"])
      }
    }
    let differences = try #require(json["differences"] as? [[String: Any]])
    let keys = Self.metrics.union(["of", "over", "tests"])
    #expect(differences.allSatisfy { Set($0.keys) == keys })
    let pairs = differences.map { "\($0["of"] ?? "") over \($0["over"] ?? "")" }
    #expect(pairs == ["SimCLR over no pretraining", "é over no pretraining", "é over SimCLR"])
  }

  @Test func undefinedNumbersAreNull() throws {
    let file = scratch.url.appending(path: "results.json")
    let onePatient = try Predictions(scores: [1, 0], classes: 2, labels: [0], patients: ["a"])
    let results = try Results(evaluating: [("a", onePatient)], seconds: 0, seed: 0)
    try results.write(to: file)
    let text = try String(contentsOf: file, encoding: .utf8)
    #expect(text.contains("\"value\" : null") && text.contains("\"low\" : null"))
    let read = try Results(contentsOf: file)
    let top1 = try #require(read.branches[0][.top1])
    #expect(top1.value == 1 && top1.interval.low.isNaN)
    #expect(try #require(read.branches[0][.auc]).value.isNaN)
    #expect(read.table.contains("1.000 [undefined]"))
  }

  @Test func printsATable() throws {
    #expect(
      try results().table == """
        branch          top-1                 top-3                 balanced              AUC
        no pretraining  0.500 [0.000, 1.000]  1.000 [1.000, 1.000]  0.667 [0.000, 1.000]  0.667 [0.500, 1.000]
        SimCLR          1.000 [1.000, 1.000]  1.000 [1.000, 1.000]  1.000 [1.000, 1.000]  1.000 [1.000, 1.000]
        é               1.000 [1.000, 1.000]  1.000 [1.000, 1.000]  1.000 [1.000, 1.000]  1.000 [1.000, 1.000]

        paired difference           top-1                    balanced                 AUC
        SimCLR over no pretraining  +0.500 [+0.000, +1.000]  +0.333 [+0.000, +1.000]  +0.333 [+0.000, +0.500]
        é over no pretraining       +0.500 [+0.000, +1.000]  +0.333 [+0.000, +1.000]  +0.333 [+0.000, +0.500]
        é over SimCLR               +0.000 [+0.000, +0.000]  +0.000 [+0.000, +0.000]  +0.000 [+0.000, +0.000]

        In brackets 95 % intervals: patients drawn with replacement, all photographs of each together.
        """)
  }

  @Test func printsTheMetricsThatAreAskedFor() throws {
    // Of the first branch both classes have an F1 of 0.5: 1 hit, and 2 too many or 2 missed. One resample in
    // sixteen has no hit, and one has no miss.
    #expect(
      try results().table(of: [.f1], differences: [.top3, .f1]).hasPrefix(
        """
        branch          F1
        no pretraining  0.500 [0.000, 1.000]
        SimCLR          1.000 [1.000, 1.000]
        é               1.000 [1.000, 1.000]

        paired difference           top-3                    F1
        SimCLR over no pretraining  +0.000 [+0.000, +0.000]  +0.500 [+0.000, +1.000]
        """))
  }

  /// A file as it was written before there were versions and F1.
  private static let old = """
    {
      "branches" : [
        {
          "auc" : { "interval" : { "high" : null, "low" : null, "value" : null }, "repetitions" : [ null ] },
          "balanced" : { "interval" : { "high" : 0.75, "low" : 0.25, "value" : 0.5 }, "repetitions" : [ 0.5 ] },
          "name" : "no pretraining",
          "top1" : { "interval" : { "high" : 1, "low" : 0.5, "value" : 0.625 }, "repetitions" : [ 0.5, 0.75 ] },
          "top3" : { "interval" : { "high" : 1, "low" : 1, "value" : 1 }, "repetitions" : [ 1, 1 ] }
        }
      ],
      "classes" : 7,
      "damaged" : [ { "file" : "a.jpg", "reason" : "the file is empty" } ],
      "differences" : [
        {
          "auc" : { "interval" : { "high" : 0.5, "low" : 0, "value" : 0.25 }, "repetitions" : [ 0.25 ] },
          "balanced" : { "interval" : { "high" : 0.5, "low" : 0, "value" : 0.25 }, "repetitions" : [ 0.25 ] },
          "of" : "SimCLR", "over" : "no pretraining",
          "top1" : { "interval" : { "high" : 0.5, "low" : 0, "value" : 0.125 }, "repetitions" : [ 0.25, 0 ] }
        }
      ],
      "seconds" : 12.5,
      "seed" : 3
    }
    """

  @Test func readsFilesWithoutAVersion() throws {
    let file = scratch.url.appending(path: "results.json")
    try Data(Self.old.utf8).write(to: file)
    let results = try Results(contentsOf: file)
    #expect((results.classes, results.seconds, results.seed) == (7, 12.5, 3))
    #expect(results.damaged.map(\.file) == ["a.jpg"] && results.damaged[0].reason == "the file is empty")
    let branch = results.branches[0]
    #expect(branch.name == "no pretraining")
    #expect(branch[.top1]?.interval == Interval(value: 0.625, low: 0.5, high: 1))
    #expect(branch[.top1]?.repetitions == [0.5, 0.75] && branch[.balanced]?.value == 0.5)
    #expect(branch[.top3]?.value == 1 && branch[.auc]?.value.isNaN == true && branch[.f1] == nil)
    #expect(branch.perClass.isEmpty && results.differences[0].test(of: .top1) == nil)
    let difference = results.differences[0]
    #expect((difference.of, difference.over) == ("SimCLR", "no pretraining"))
    #expect(difference[.top1]?.value == 0.125 && difference[.balanced]?.value == 0.25)
    #expect(difference[.auc]?.interval.high == 0.5 && difference[.top3] == nil && difference[.f1] == nil)
    let lines = results.table(of: [.top1, .f1], differences: []).split(separator: "\n")
    #expect(lines[1] == "no pretraining  0.625 ± 0.177 [0.500, 1.000]  not there")
  }

  @Test func saysThatAFileIsOfALaterVersion() throws {
    let file = scratch.url.appending(path: "results.json")
    try Data("{ \"version\" : 3, \"branches\" : {} }".utf8).write(to: file)
    let error = #expect(throws: FileError.self) { try Results(contentsOf: file) }
    #expect(
      error?.description
        == "\(file.path) could not be read (its format is of version 3, and 2 is the latest known): check the "
        + "path, its permissions and what wrote it.")
  }

  /// Every metric has a score, and no two have one name.
  @Test func everyMetricIsScored() throws {
    let keys = MetricKind.all.map(\.key)
    #expect(keys.starts(with: ["top1", "top3", "balanced", "f1", "auc"]) && Set(keys) == Self.metrics)
    #expect(Set(MetricKind.all.map(\.title)).count == keys.count)
    let results = try results()
    for metric in MetricKind.all {
      #expect(results.branches.allSatisfy { $0[metric] != nil })
      #expect(results.differences.allSatisfy { $0[metric] != nil })
    }
  }

  @Test func predictionsOfOneNameAreRepetitions() throws {
    let worse = try predictions([[2, 1], [2, 1], [2, 1], [1, 2]], [0, 1, 1, 1])
    let better = try predictions([[2, 1], [1, 2], [1, 2], [1, 2]], [0, 1, 1, 1])
    let results = try Results(
      evaluating: [("a", worse), ("b", better), ("a", better), ("b", better)], seconds: 0, seed: 0)
    #expect(results.branches.map(\.name) == ["a", "b"])
    let first = try #require(results.branches[0][.top1])
    #expect(first.repetitions == [0.5, 1])
    #expect(first.value == 0.75)
    #expect(abs((first.deviation ?? 0) - 0.125.squareRoot()) < 1e-12)
    #expect(results.branches[1][.top1]?.deviation == 0)
    #expect(results.differences.map { $0[.top1]?.value } == [0.25])
    #expect(results.differences[0][.top1]?.repetitions == [0.5, 0])
    #expect(results.table.contains("0.750 ± 0.354 ["))
  }

  @Test func saysWhyAFileCannotBeWrittenOrRead() throws {
    let file = scratch.url.appending(path: "nowhere/results.json")
    let unwritable = #expect(throws: FileError.self) { try results().write(to: file) }
    #expect(
      unwritable?.description
        == "\(file.path) could not be written (No such file or directory): check that its folder exists, may "
        + "be written to and has space.")
    let garbage = scratch.url.appending(path: "garbage.json")
    try Data("[]".utf8).write(to: garbage)
    for (file, reason) in [(file, "No such file or directory"), (garbage, "not the JSON that is expected")] {
      let unreadable = #expect(throws: FileError.self) { try Results(contentsOf: file) }
      #expect(
        unreadable?.description
          == "\(file.path) could not be read (\(reason)): check the path, its permissions and what wrote it.")
    }
    #expect(throws: EvaluationError.noSamples(what: "branches")) {
      try Results(evaluating: [], seconds: 0, seed: 0)
    }
  }
}
