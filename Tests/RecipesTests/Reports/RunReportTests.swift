import Foundation
import Testing

@testable import Recipes

@Suite struct RunReportTests {
  private let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  @Test func isOneFileThatReadsNothingElse() throws {
    let html = RunReport(of: try SampleRun().archive(in: scratch.url)).html
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
    #expect(RunReport(of: run).html == RunReport(of: try RunArchive(in: scratch.url)).html)
  }

  @Test func writesTheFile() throws {
    let file = scratch.url.appending(path: "report.html")
    let report = RunReport(of: try SampleRun().archive(in: scratch.url))
    try report.write(to: file)
    #expect(try String(contentsOf: file, encoding: .utf8) == report.html)
    if let folder = ProcessInfo.processInfo.environment["DUMP"] {
      try report.write(to: URL(filePath: folder).appending(path: "sample.html"))
    }
  }
}
