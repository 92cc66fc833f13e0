import Foundation
import Testing

@testable import Recipes

@Suite struct RunReportTests {
  private let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  @Test func isOneFileThatReadsNothingElse() throws {
    let html = try RunReport(of: try SampleRun().archive(in: scratch.url)).html
    #expect(html.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">"))
    for text in [" src=\"http", "url(", "@import", "<link", "<iframe", "javascript:", "onload="] {
      #expect(!html.contains(text))
    }
    // Every address is an anchor of the page.
    let ids = Set(html.matches(of: /\sid="([^"]*)"/).map { String($0.1) })
    #expect(html.matches(of: /\sid="([^"]*)"/).count == ids.count)
    for match in html.matches(of: /href="([^"]*)"/) {
      #expect(match.1.hasPrefix("#") && ids.contains(String(match.1.dropFirst())))
    }
    for match in html.matches(of: /aria-labelledby="([^"]*)"/) {
      for id in match.1.split(separator: " ") { #expect(ids.contains(String(id))) }
    }
  }

  @Test func theSameFilesGiveTheSamePage() throws {
    let run = try SampleRun(repetitions: 2).archive(in: scratch.url)
    let pages = try [run, RunArchive(in: scratch.url)].map { try RunReport(of: $0).html }
    #expect(pages[0] == pages[1])
  }

  @Test func writesTheFile() throws {
    let file = scratch.url.appending(path: "report.html")
    let report = try RunReport(of: try SampleRun().archive(in: scratch.url))
    try report.write(to: file)
    #expect(try String(contentsOf: file, encoding: .utf8) == report.html)
  }

  @Test func hasWhatARunOfAnEarlierVersionKnows() throws {
    let old = SampleRun(hasRecord: false, hasHistory: false, hasPhotographs: false)
    let html = try RunReport(of: try old.archive(in: scratch.url)).html
    #expect(html.contains("A run of an earlier version"))
    #expect(html.contains("Highest balanced accuracy on test"))
  }

  @Test func headingsAreInOrder() throws {
    let html = try RunReport(of: try SampleRun().archive(in: scratch.url)).html
    let levels = html.matches(of: /<h([1-6])[ >]/).compactMap { Int($0.1) }
    #expect(levels.first == 1 && levels.count { $0 == 1 } == 1)
    for (level, next) in zip(levels, levels.dropFirst()) { #expect(next <= level + 1) }
    for landmark in ["<header", "<nav", "<main", "<footer"] {
      #expect(html.matches(of: try Regex("\(landmark)[ >]")).count == 1)
    }
    #expect(html.contains("<a class=\"skip\" href=\"#content\">"))
  }

  /// Building the text takes time in proportion to the photographs.
  @Test func tenThousandPhotographsTakeSeconds() throws {
    let run = try SampleRun(patients: 2500, photographsPerPatient: 4).archive(in: scratch.url)
    let clock = ContinuousClock()
    var size = 0
    let time = try clock.measure {
      size = try RunReport(of: run, options: .init(subgroups: ["sex", "site"])).html.utf8.count
    }
    #expect(time < .seconds(20))
    #expect(size < 2_000_000)
  }
}
