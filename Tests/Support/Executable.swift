import Foundation

/// Executables that tests start.
public enum Executable {
  /// Returns the program of this package that is beside the test bundle; nil if it has not been built.
  public static func built(_ name: String) -> URL? {
    let bundles = [Bundle.main] + Bundle.allBundles
    return first(name, in: bundles.flatMap { [$0.bundleURL, $0.bundleURL.deletingLastPathComponent()] })
  }

  /// Returns the first of some programs that is installed in a folder of `PATH`.
  public static func installed(_ names: String...) -> URL? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return names.lazy.compactMap { first($0, in: folders.map { URL(filePath: String($0)) }) }.first
  }

  private static func first(_ name: String, in folders: [URL]) -> URL? {
    folders.map { $0.appending(path: name) }.first { FileManager.default.isExecutableFile(atPath: $0.path) }
  }
}
