import Foundation
import Testing

@testable import Recipes

@Suite struct MethodsSectionTests {
  private let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  @Test func theSentencesHaveTheNumbersOfTheRun() throws {
    let run = SampleRun(repetitions: 2)
    let report = RunReport(of: try run.archive(in: scratch.url))
    let html = report.methods.flatMap(\.content).map(\.html).joined()
    #expect(html.contains("We used 360 photographs of 120 patients, divided by patient"))
    #expect(html.contains("54 photographs of 18 patients for the test"))
    #expect(html.contains("the file is missing (3)"))
    #expect(html.contains("repeated 2 times"))
    #expect(html.contains("1,000 bootstrap samples of patients"))
    let best = try #require(report.best)
    #expect(best.branch.name == "SimCLR + MICLe")
    #expect(html.contains(NumberFormat.decimals(3)(best.score.interval)))
  }

  @Test func theChecklistsHaveEveryItemOnce() throws {
    let report = RunReport(of: try SampleRun().archive(in: scratch.url))
    let answers = try #require(RunAnswers(of: report))
    let claim = Checklist.claim(answers)
    #expect(claim.items.map(\.number) == (1...44).map { "\($0)" })
    let tripod = Checklist.tripod(answers)
    #expect(Set(tripod.items.map(\.number)).count == tripod.items.count)
    let numbers = tripod.items.map { Int($0.number.prefix { $0.isNumber }) }
    #expect(numbers == numbers.sorted { ($0 ?? 0) < ($1 ?? 0) })
    #expect(Set(numbers) == Set((1...27).map(Optional.some)))
    // What no run can know stays open.
    for (list, open) in [
      (claim, ["11", "14", "33", "40", "44"]), (tripod, ["3a", "8a", "17", "18a", "26"]),
    ] {
      for number in open { #expect(list.items.first { $0.number == number }?.answer == nil) }
    }
    let html = claim.content.map(\.html).joined()
    let answered = claim.items.count { $0.answer != nil }
    #expect(html.contains("\(answered) of 44 items have an answer from the run"))
    #expect(html.matches(of: /To be answered by the authors\./).count == 44 - answered)
  }

  @Test func aRunWithoutClassifiersSaysNothingOfMetrics() throws {
    let report = RunReport(of: try SampleRun(branches: []).archive(in: scratch.url))
    let answers = try #require(RunAnswers(of: report))
    #expect(Checklist.claim(answers).items[27].answer == nil)
    #expect(report.methods.flatMap(\.content).map(\.html).joined().contains("No classifier was trained."))
  }
}
