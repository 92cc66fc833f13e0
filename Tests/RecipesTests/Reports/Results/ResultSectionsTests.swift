import Foundation
import Testing

@testable import Recipes

@Suite struct ResultSectionsTests {
  private let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  private static let ids = [
    "results-metrics", "results-confusion", "results-classes", "results-curves", "results-calibration",
    "results-operating", "results-conformal", "results-subgroups",
  ]

  private func section(_ id: String, of sections: [ReportSection]) throws -> [Markup] {
    try #require(sections.first { $0.id == id }).content
  }

  @Test(arguments: [1, 2, 5, 26])
  func everySectionIsDrawn(classes: Int) throws {
    var run = SampleRun(repetitions: classes == 5 ? 2 : 1)
    run.classes = (0..<classes).map { "class \($0)" }
    let sections = try ResultSections(
      of: run.archive(in: scratch.url), options: .init(subgroups: ["sex", "Fitzpatrick"])
    ).sections
    #expect(sections.map(\.id) == ResultSectionsTests.ids)
    for section in sections {
      #expect(outside(section.content, texts: false) == [])
      #expect(!section.content.all("figure").isEmpty || classes == 1)
    }
    let html = sections.flatMap(\.content).map(\.html).joined()
    #expect(!html.contains("nan") && !html.contains("inf"))
    let ids = html.matches(of: /\sid="([^"]*)"/).map { String($0.1) }
    #expect(ids.count == Set(ids).count)
  }

  @Test func numbersAreThoseOfTheResults() throws {
    let archive = try SampleRun(repetitions: 2).archive(in: scratch.url)
    let sections = try ResultSections(of: archive).sections
    let rows = try section("results-metrics", of: sections).rows
    #expect(rows.map(\.first) == archive.results.branches.map(\.name))
    let kinds = MetricKind.shown + MetricKind.all.filter { !MetricKind.shown.contains($0) }
    for (row, branch) in zip(rows, archive.results.branches) {
      let numbers = kinds.sorted { place($0) < place($1) }
        .map { branch[$0].map { NumberFormat.decimals(3)($0.interval) } ?? "not there" }
      #expect(Array(row.dropFirst()) == numbers)
    }
    let classes = try section("results-classes", of: sections).rows
    let last = try #require(archive.results.branches.last)
    #expect(classes.map { $0[0] } == SampleRun().classes)
    for (row, metrics) in zip(classes, last.perClass) {
      let numbers = ClassMeasure.allCases.map { NumberFormat.decimals(3)(metrics[$0]) }
      #expect(Array(row[1...8]) == ["\(metrics.photographs)", "\(metrics.patients)"] + numbers)
    }
  }

  /// The column of a metric: those that are shown first, then the others, each in the order of all.
  private func place(_ kind: MetricKind) -> Int {
    let place = MetricKind.all.firstIndex(of: kind) ?? 0
    return MetricKind.shown.contains(kind) ? place : place + MetricKind.all.count
  }

  @Test func differencesHaveTheirNumbersAndTests() throws {
    let archive = try SampleRun().archive(in: scratch.url)
    let html = try section("results-metrics", of: ResultSections(of: archive).sections).map(\.html).joined()
    #expect(archive.results.differences.count == 3)
    for difference in archive.results.differences {
      let score = try #require(difference[.balanced])
      #expect(html.contains(NumberFormat.signed(3)(score.interval)))
      let test = try #require(difference.test(of: .balanced))
      #expect(html.contains(Markup.escaped(ResultSections.text(pValue: test.adjusted))))
    }
    #expect(ResultSections.text(pValue: 0.0004) == "p < 0.001")
    #expect(ResultSections.text(pValue: 0.0462) == "p = 0.046")
  }

  @Test func theMatrixIsThatOfTheTestPhotographs() throws {
    let archive = try SampleRun(repetitions: 2).archive(in: scratch.url)
    let rows = try section("results-confusion", of: ResultSections(of: archive).sections).rows
    let tests = try #require(archive.branches.last).repetitions.compactMap { $0.part(of: .test) }
    let matrices = tests.map { ConfusionMatrix($0.predictions) }
    try #require(matrices.count == 2)
    let sums = zip(matrices[0].counts, matrices[1].counts).map { $0 + $1 }
    #expect(rows.flatMap { $0.dropFirst().dropLast() } == sums.map { "\($0)" })
  }

  @Test func areasOfCurvesAreThoseOfTheClasses() throws {
    let archive = try SampleRun().archive(in: scratch.url)
    let html = try section("results-curves", of: ResultSections(of: archive).sections).map(\.html).joined()
    for branch in archive.results.branches {
      for metrics in branch.perClass where metrics.photographs > 0 {
        let (auc, ap) = (metrics.auc.value, metrics.averagePrecision.value)
        #expect(html.contains("\(branch.name): AUC \(NumberFormat.decimals(3)(auc))"))
        #expect(html.contains("\(branch.name): AP \(NumberFormat.decimals(3)(ap))"))
      }
    }
  }

  @Test func namesAreInert() throws {
    var run = SampleRun.hostile
    run.classes = [
      "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "a&b;", "<b id=owned>",
      String(repeating: "W", count: 900),
    ]
    let archive = try run.archive(in: scratch.url)
    let html = try ResultSections(of: archive, options: .init(subgroups: ["site"])).sections
      .flatMap(\.content).map(\.html).joined()
    for text in ["<script", "<img", "<svg onload", "<b id", "\u{202E}", "\u{0}", "\" onmouseover"] {
      #expect(!html.contains(text), "\(text)")
    }
    // Names of thousands of letters do not fill the page.
    #expect(!html.contains(String(repeating: "W", count: 100)))
  }

  @Test func aRunWithoutClassifiersSaysSo() throws {
    let results = Results(of: nil, seconds: 1, seed: 1, damaged: [])
    try results.write(to: scratch.url.appending(path: "results.json"))
    let sections = try ResultSections(of: RunArchive(in: scratch.url)).sections
    #expect(sections.map(\.id) == ["results"])
    #expect(
      sections.flatMap(\.content).map(\.text) == [
        "The run has no classifier, so there are no scores on test patients to report."
      ])
  }

  @Test func anOldFolderHasItsMetricsAndSaysWhatIsMissing() throws {
    var run = SampleRun()
    (run.hasRecord, run.hasHistory, run.hasPhotographs) = (false, false, false)
    let archive = try run.archive(in: scratch.url)
    let sections = try ResultSections(of: archive).sections
    #expect(sections.map(\.id) == ResultSectionsTests.ids.dropLast())
    #expect(try section("results-metrics", of: sections).rows.count == 3)
    for id in ["results-confusion", "results-curves", "results-calibration", "results-conformal"] {
      let texts = try section(id, of: sections).map(\.text)
      #expect(texts == [ResultSections.needsPredictions])
    }
    #expect(throws: ResultSectionsError.unknownColumn("sex", columns: [])) {
      try ResultSections(of: archive, options: .init(subgroups: ["sex"]))
    }
  }

  @Test func anUnknownColumnIsASentence() throws {
    let archive = try SampleRun().archive(in: scratch.url)
    let error = #expect(throws: ResultSectionsError.self) {
      try ResultSections(of: archive, options: .init(subgroups: ["sex", "fitzpatrik"]))
    }
    #expect(
      "\(try #require(error))" == """
        the photographs of the run have no column "fitzpatrik" for subgroups; did you mean "fitzpatrick"? \
        Its columns are "fitzpatrick", "sex", "site"
        """)
    #expect("\(ResultSectionsError.unknownColumn("age", columns: []))".contains("no columns besides"))
  }

  @Test func withoutValidationThereIsNothingToChooseOn() throws {
    let run = SampleRun()
    try run.write(to: scratch.url)
    for stage in run.stages {
      guard let name = stage.predictions else { continue }
      let file = scratch.url.appending(path: name)
      let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
      let kept = lines.filter { !$0.contains(",validation,") }
      try Data((kept.joined(separator: "\n") + "\n").utf8).write(to: file)
    }
    let sections = try ResultSections(of: RunArchive(in: scratch.url)).sections
    #expect(try section("results-calibration", of: sections).rows.allSatisfy { $0[1] == "no validation" })
    #expect(
      try section("results-operating", of: sections).map(\.text).joined().contains("no scores on validation"))
    #expect(try section("results-conformal", of: sections).map(\.text).joined().contains("no probabilities"))
  }

  @Test func subgroupsSayWhereThereAreFewPatients() throws {
    let archive = try SampleRun().archive(in: scratch.url)
    let sections = try ResultSections(of: archive, options: .init(subgroups: ["sex"])).sections
    let texts = try section("results-subgroups", of: sections)
    let test = try #require(archive.branches.last?.repetitions.first?.part(of: .test))
    let table = try #require(archive.photographs)
    let female = Set(table.rows.filter { $0.attributes["sex"] == "female" }.map(\.photograph))
    let samples = test.photographs.indices.filter { female.contains(test.photographs[$0]) }
    let patients = Set(samples.map { test.predictions.patients[$0] })
    let row = try #require(texts.rows.first { $0[0] == "female" })
    #expect(row.contains("\(samples.count) photographs, \(patients.count) patients: few"))
    let right = samples.filter { test.predictions.rank(ofSample: $0) == 0 }
    #expect(row[1].hasPrefix(NumberFormat.decimals(3)(Double(right.count) / Double(samples.count))))
    #expect(texts.map(\.text).joined().contains("too few to conclude anything from"))
  }
}
