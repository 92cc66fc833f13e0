import Foundation
import Testing

@testable import Recipes

/// Pages are HTML by its standard, whatever names they show.
@Suite(.enabled(if: Validator.isThere, "LOUPE_VALIDATOR names no Nu Html Checker"))
struct ReportValidityTests {
  private let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  /// The page of a run with everything that a report shows.
  private func report(of sample: SampleRun, names: String) throws -> String {
    try sample.write(to: scratch.url)
    try LooksSectionTests().gallery(60, name: names).write(in: scratch.url)
    let audit = AuditFiles(in: scratch.url.appending(path: "audit"))
    try audit.write(AuditFilesTests().findings())
    let run = try RunArchive(in: scratch.url)
    return try RunReport(of: run, options: .init(subgroups: ["sex"], comparisons: [run])).html
  }

  @Test func pagesAreValid() throws {
    let hostile = try report(of: .hostile, names: LooksSectionTests.hostile)
    #expect(hostile.contains("id=\"looks\"") && hostile.contains("id=\"audit\""))
    let audit = scratch.url.appending(path: "audit.html")
    try AuditReport(of: AuditFiles(in: scratch.url.appending(path: "audit"))).write(to: audit)
    let plain = try report(of: SampleRun(repetitions: 2), names: "P")
    let pages = [hostile, try String(contentsOf: audit, encoding: .utf8), plain]
    let complaints = try Validator().complaints(about: pages)
    #expect(complaints.isEmpty, "\(complaints)")
  }

  /// What is wrong is noticed: an id that is there twice, a child that may not be there, an open element.
  @Test func faultsAreNoticed() throws {
    let plain = try report(of: SampleRun(), names: "P")
    let faults = ["<p id=\"looks\">a</p>", "<ul><p>a</p></ul>", "<div><span>a</div>", "<p class=a\"b>a</p>"]
    let complaints = try Validator().complaints(
      about: faults.map { plain.replacing("</main>", with: "\($0)</main>") })
    for text in [
      "Duplicate ID", "not allowed as child of element", "Unclosed element", "in an unquoted attribute value",
    ] {
      #expect(complaints.contains { $0.message.contains(text) }, "\(text): \(complaints)")
    }
  }
}
