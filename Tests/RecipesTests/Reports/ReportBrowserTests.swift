import Foundation
import Testing

@testable import Recipes

@Suite(.enabled(if: Browser.isThere), .serialized) struct ReportBrowserTests {
  private let scratch: ScratchFolder
  private let browser: Browser

  init() throws {
    scratch = try ScratchFolder()
    browser = try Browser(in: scratch.url)
  }

  private func folder(_ name: String) throws -> URL {
    let url = scratch.url.appending(path: name)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    return url
  }

  private func report() throws -> RunReport {
    let other = try SampleRun(seed: 8).archive(in: folder("other"))
    return try RunReport(
      of: try SampleRun(repetitions: 2).archive(in: folder("run")),
      options: .init(subgroups: ["sex", "fitzpatrick"], comparisons: [other]))
  }

  @Test func opensWithoutComplaint() throws {
    let file = scratch.url.appending(path: "report.html")
    try report().write(to: file)
    let (page, console) = try browser.open(file)
    #expect(console.isEmpty)
    // The script was allowed to run.
    #expect(page.contains(/<button id="theme" type="button">(Dark|Light) colors<\/button>/))
  }

  @Test(arguments: [360, 1440])
  func everyFigureIsDrawnAndNothingScrollsSideways(width: Int) throws {
    let html = try report().html
    let layout = try browser.layout(of: html, width: width)
    #expect(layout.window == width)
    #expect(layout.content <= width)
    #expect(layout.figures.count == html.matches(of: /<figure/).count)
    #expect(layout.figures.count > 10)
    for figure in layout.figures {
      #expect(figure.width > 100 && figure.height > 60 && figure.marks > 0, "\(figure.id)")
      // A confusion matrix keeps its cells readable, and scrolls within its own frame.
      #expect(figure.width <= Double(width) || figure.id.hasPrefix("confusion"), "\(figure.id)")
    }
  }

  @Test func hostileNamesDoNothing() throws {
    let run = try SampleRun.hostile.archive(in: folder("run"))
    let report = try RunReport(of: run, options: .init(subgroups: ["sex"], comparisons: [run]))
    let file = scratch.url.appending(path: "report.html")
    try report.write(to: file)
    let (page, console) = try browser.open(file)
    #expect(console.isEmpty)
    #expect(!page.contains("<title>owned</title>"))
    // As an element; in a text its bracket is an entity.
    #expect(!page.contains(/<[^<>]* id="owned"/))
    for width in [360, 1440] {
      let layout = try browser.layout(of: report.html, width: width)
      #expect(layout.content <= width)
      for figure in layout.figures { #expect(figure.width > 100 && figure.marks > 0, "\(figure.id)") }
    }
  }

  /// A page with a script of its own is noticed, and so is a figure without a drawing.
  @Test func theTestsSeeWhatIsWrong() throws {
    let html = try report().html
    let file = scratch.url.appending(path: "report.html")
    try Data(html.replacing("</body>", with: "<script>document.title = 1</script></body>").utf8).write(
      to: file)
    #expect(try !browser.open(file).console.isEmpty)
    let broken = html.replacing(
      "</main>",
      with: "<div style=\"width: 900px\">wide</div><figure><svg role=\"img\"></svg></figure></main>")
    let layout = try browser.layout(of: broken, width: 360)
    #expect(layout.content > 360)
    #expect(layout.figures.last?.marks == 0)
  }
}
