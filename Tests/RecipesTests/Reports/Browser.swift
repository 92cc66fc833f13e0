import Foundation
import TestSupport
import Testing

@testable import Recipes

/// Chromium without a window, in which a page is opened as a reader opens it.
///
/// `LOUPE_BROWSER` names another one; with `LOUPE_REQUIRE_BROWSER=1` a missing one is a failure.
struct Browser {
  private let program: URL
  private let folder: URL

  /// Whether tests in a browser are run.
  static var isThere: Bool { isRequired || found != nil }

  private static let isRequired = ProcessInfo.processInfo.environment["LOUPE_REQUIRE_BROWSER"] == "1"

  private static let found: URL? = {
    ProcessInfo.processInfo.environment["LOUPE_BROWSER"].map { URL(filePath: $0) }
      ?? Executable.installed("chromium", "chromium-browser", "google-chrome")
  }()

  /// A browser whose files are in a folder.
  init(in folder: URL) throws {
    program = try #require(Browser.found, "no Chromium is installed: apt-get install chromium")
    self.folder = folder
  }

  /// Opens a file and returns the page after its scripts, and what the console had to say.
  func open(_ file: URL, width: Int = 1440) throws -> (page: String, console: [String]) {
    let process = Process()
    process.executableURL = program
    process.arguments = [
      "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
      "--user-data-dir=\(folder.appending(path: "browser").path)", "--window-size=\(width),1000",
      "--enable-logging=stderr", "--v=0", "--virtual-time-budget=4000", "--timeout=60000", "--dump-dom",
      file.absoluteString,
    ]
    // Files and not pipes, which stop a process that writes more than they hold.
    let (page, log) = (folder.appending(path: "page.txt"), folder.appending(path: "log.txt"))
    for file in [page, log] { try Data().write(to: file) }
    process.standardOutput = try FileHandle(forWritingTo: page)
    process.standardError = try FileHandle(forWritingTo: log)
    try process.run()
    process.waitUntilExit()
    let lines = String(decoding: try Data(contentsOf: log), as: UTF8.self).split(separator: "\n")
    return (
      String(decoding: try Data(contentsOf: page), as: UTF8.self),
      lines.filter { $0.contains("CONSOLE") }.map { String($0) }
    )
  }

  /// What a page looks like at a width in pixels.
  struct Layout: Decodable {
    /// The width of the window and of what is in it: larger if it scrolls.
    let window: Int
    let content: Int
    let figures: [Drawing]

    struct Drawing: Decodable {
      let id: String
      let width: Double
      let height: Double
      /// The lines, shapes and points that have an extent, without those of a grid or an axis.
      let marks: Int
    }
  }

  /// Measures a page at a width.
  ///
  /// The page is opened in a frame, as a window has a least width, and measures itself by a script that is
  /// added to a copy, and to the policy of this copy.
  func layout(of html: String, width: Int) throws -> Layout {
    let hash = Data(SHA256.hash(Browser.ruler.utf8)).base64EncodedString()
    let copy = html.replacing("script-src ", with: "script-src 'sha256-\(hash)' ", maxReplacements: 1)
      .replacing("</body>", with: "<script>\(Browser.ruler)</script></body>")
    try Data(copy.utf8).write(to: folder.appending(path: "copy.html"))
    let frame = folder.appending(path: "frame.html")
    try Data(
      """
      <!DOCTYPE html><title>frame</title><pre id="layout"></pre>
      <script>addEventListener("message", function (event) {
        document.getElementById("layout").textContent = btoa(event.data);
      });</script>
      <iframe src="copy.html" style="width: \(width)px; height: 900px; border: 0"></iframe>
      """.utf8
    ).write(to: frame)
    let (page, console) = try open(frame, width: width + 100)
    #expect(console.isEmpty)
    let text = try #require(page.firstMatch(of: /<pre id="layout">([A-Za-z0-9+\/=]+)<\/pre>/)?.1)
    return try JSONDecoder().decode(Layout.self, from: try #require(Data(base64Encoded: String(text))))
  }

  private static let ruler = """
    addEventListener("load", function () {
      var figures = Array.from(document.querySelectorAll("figure")).map(function (figure) {
        var drawing = figure.querySelector("svg[role=img], img");
        var box = drawing ? drawing.getBoundingClientRect() : { width: 0, height: 0 };
        var shapes = "path, line, rect, circle, polyline, polygon, image";
        var marks = Array.from(drawing ? drawing.querySelectorAll(shapes) : []).filter(function (mark) {
          var own = mark.getBoundingClientRect();
          return own.width + own.height > 0 && !/gridline|axisline/.test(mark.getAttribute("class") || "");
        });
        return {
          id: figure.id, width: box.width, height: box.height,
          marks: drawing && drawing.tagName === "IMG" ? 1 : marks.length
        };
      });
      parent.postMessage(JSON.stringify({
        window: window.innerWidth, content: document.documentElement.scrollWidth, figures: figures
      }).replace(/[^ -~]/g, "?"), "*");
    });
    """
}
