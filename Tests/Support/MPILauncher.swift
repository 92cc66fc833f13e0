import Foundation
import Testing

/// The launcher of an MPI library that may be installed.
///
/// With `LOUPE_REQUIRE_MPI=1` a missing one is a failure.
public enum MPILauncher: String, CaseIterable, CustomTestStringConvertible, Sendable {
  case openMPI = "Open MPI"
  case mpich = "MPICH"

  public var testDescription: String { rawValue }

  public static let missing: Comment =
    "no MPI is installed (apt-get install openmpi-bin mpich); LOUPE_REQUIRE_MPI=1 makes this a failure"

  /// The installed ones; all, if they are required.
  public static let tested: [MPILauncher] = {
    if ProcessInfo.processInfo.environment["LOUPE_REQUIRE_MPI"] == "1" { return allCases }
    for launcher in allCases where launcher.program == nil {
      print("\(launcher.rawValue) is not installed and not tested")
    }
    return allCases.filter { $0.program != nil }
  }()

  private var program: URL? {
    switch self {
    case .openMPI: Executable.installed("mpirun.openmpi")
    case .mpich: Executable.installed("mpiexec.hydra", "mpirun.mpich")
    }
  }

  /// Returns the words of a command that starts a program as several processes, also as root and on fewer
  /// processors.
  public func words(ranks: Int, _ program: URL, _ arguments: [String]) throws -> [String] {
    let launcher = try #require(
      self.program, "\(rawValue) is not installed: apt-get install openmpi-bin mpich")
    // By its name, as Open MPI would take the folder of a path for its prefix.
    return ["/usr/bin/env", launcher.lastPathComponent]
      + (self == .openMPI ? ["--allow-run-as-root", "--oversubscribe"] : [])
      + ["-n", "\(ranks)", program.path] + arguments
  }
}
