import Foundation
import Testing

@testable import Recipes

@Suite struct AskedSectionTests {
  private let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  private func text(_ run: SampleRun, subgroups: [String] = []) throws -> String {
    let report = try RunReport(of: try run.archive(in: scratch.url), options: .init(subgroups: subgroups))
    return report.asked.flatMap(\.content).map(\.html).joined()
  }

  @Test func theTablesHaveTheCountsOfTheRun() throws {
    let run = SampleRun()
    let html = try text(run, subgroups: ["Sex"])
    let tests = run.photographs.filter { $0.split == .test }
    let patients = Set(tests.map(\.patient)).count
    let size = try #require(html.firstMatch(of: /<th scope="row">test<\/th>(.*?)<\/tr>/)).1
    let numbers = size.matches(of: />([0-9.]+)</).map { String($0.1) }
    #expect(numbers == ["\(patients)", "\(tests.count)", "\(tests.count)", "3.0"])
    let women = run.photographs.filter { $0.attributes[1] == "female" }
    let training = women.filter { $0.split == .train }.count
    let row = try #require(html.firstMatch(of: /<th scope="row">female<\/th>(.*?)<\/tr>/)).1
    #expect(row.contains("<span>\(Set(women.map(\.patient)).count)</span>"))
    #expect(row.contains("<td class=\"number\">\(training)</td>"))
    #expect(html.contains("Other known columns of the photographs: fitzpatrick, site."))
    #expect(html.contains("the file is missing</th><td class=\"number\">3</td>"))
    #expect(html.contains("images/broken.jpg"))
  }

  @Test func theDrawingHasEveryStageBelowItsPredecessor() throws {
    let groups = StageGroup.groups(of: SampleRun(repetitions: 2).stages)
    #expect(groups.map(\.name) == ["simclr", "micle", "no pretraining", "SimCLR", "SimCLR + MICLe"])
    let figure = try #require(PipelineDrawing(of: groups).figure)
    let html = figure.markup.html
    let titles = html.matches(of: /class="label strong" x="([0-9.]+)" y="([0-9.]+)"[^>]*>([^<]*)</)
    let places = Dictionary(uniqueKeysWithValues: titles.map { (String($0.3), (Double($0.1), Double($0.2))) })
    #expect(
      titles.map { String($0.3) } == [
        "simclr", "micle", "SimCLR + MICLe × 2", "SimCLR × 2", "no pretraining × 2",
      ])
    #expect(places["simclr"]?.0 == places["no pretraining × 2"]?.0)
    #expect(places["micle"]?.0 == places["SimCLR × 2"]?.0)
    #expect((places["simclr"]?.0 ?? 0) < (places["micle"]?.0 ?? 0))
    // Three arrows of weights, five of data.
    #expect(html.matches(of: /<path class="arrow"/).count == 3)
    #expect(html.matches(of: /<line class="arrow"/).count == 5)
    #expect(html.contains("SimCLR × 2 starts from the weights of simclr and reads labelled(train)."))
  }

  @Test func aDamagedRecordIsDrawnAsFarAsItGoes() throws {
    func stage(_ name: String, after predecessor: String?) -> RunRecord.Stage {
      RunRecord.Stage(
        title: name, name: name, repetition: 0, predecessor: predecessor, input: "unlabelled", lines: [],
        isClassifier: false, collapse: nil, choice: nil, parameters: -1, weights: "../../x", predictions: nil,
        weightsHash: "", seconds: .nan, isReused: false)
    }
    let circle = [stage("a", after: "b"), stage("b", after: "a")]
    #expect(PipelineDrawing(of: StageGroup.groups(of: circle)).figure == nil)
    let itself = PipelineDrawing(of: StageGroup.groups(of: [stage("a", after: "a")])).figure
    #expect(itself?.markup.html.contains(">a</text>") == true)
    let chain = (0..<50_000).map { stage("\($0)", after: $0 == 0 ? nil : "\($0 - 1)") }
    let figure = PipelineDrawing(of: StageGroup.groups(of: chain)).figure
    #expect((figure?.width ?? .infinity) < 1000)
  }

  @Test func aCommandCanBeCopied() throws {
    var run = SampleRun()
    run.settings = [:]
    let html = try text(run)
    #expect(html.contains("SkinMICLe --data manifest.csv --epochs 20 --output runs/skin</code>"))
  }
}
