import Foundation

/// The graphs that `LOUPE_DEBUG` prints: `graph` for the graph before the first pass and after each that
/// changes it, `graph:algebra` for the graph before and after one pass.
struct GraphTrace {
  private let isOn: Bool
  private let pass: String?

  init(_ setting: String?) {
    let parts = setting?.split(separator: ":", maxSplits: 1).map(String.init) ?? []
    isOn = parts.first == "graph"
    pass = parts.count > 1 ? parts[1] : nil
  }

  static var environment: GraphTrace { GraphTrace(ProcessInfo.processInfo.environment["LOUPE_DEBUG"]) }

  func print(_ name: String, before: Graph, after: Graph) {
    for line in lines(name, before: before, after: after) {
      FileHandle.standardError.write(Data((line + "\n").utf8))
    }
  }

  func lines(_ name: String, before: Graph, after: Graph) -> [String] {
    guard isOn, pass == nil || pass == name else { return [] }
    let (old, new) = (before.description, after.description)
    if old == new { return ["\(name) changes nothing"] }
    return ["before \(name):", old, "after \(name):", new]
  }
}
