import Foundation

/// An error of connecting the processes of a launch.
package enum DistributedError: Error, Sendable, CustomStringConvertible {
  /// No library could be opened. `reason` is the message of the dynamic loader for the last name.
  case missingLibrary(Launcher, names: [String], isChosen: Bool, reason: String)
  /// A library does not have a function.
  case missingFunction(library: String, function: String)
  /// The library reports another number of processes than the launcher.
  case mismatch(Launcher, library: String, rank: Int, count: Int)
  /// The initialization of the library has not returned for `seconds`.
  case noStart(Launcher, library: String, seconds: Double)
  /// An environment variable is not a number of seconds.
  case limit(variable: String, value: String)
  /// A call of the operating system failed.
  case system(call: String, code: Int32)
  /// A failure during initialization.
  case fault(RankFailure)

  /// A message: what was found, and what to do.
  package var description: String {
    switch self {
    case .missingLibrary(let launcher, let names, let isChosen, let reason):
      "\(launcher.sentence), but its MPI library cannot be opened: tried \(names.joined(separator: ", ")) "
        + "(\(reason)). "
        + (isChosen
          ? "LOUPE_MPI names it; name a library that is there, or unset it."
          : "Install \(DistributedError.package(launcher)) on every machine, or name the library's file in LOUPE_MPI.")
    case .missingFunction(let library, let function):
      "\(library) has no function \(function), so it is not an MPI library of version 3 or later; install "
        + "openmpi-bin or mpich, or name another library's file in LOUPE_MPI."
    case .mismatch(let launcher, let library, let rank, let count):
      "\(launcher.sentence) and this is rank \(launcher.rank), but the MPI library (\(library)) reports rank \(rank) "
        + "of \(count): launcher and library do not belong together. "
        + DistributedError.remedy(launcher)
    case .noStart(let launcher, let library, let seconds):
      "\(launcher.sentence), but the MPI library (\(library)) has not started within \(Int(seconds)) seconds: some of "
        + "the processes may not have been started, or their machines may not reach each other."
    case .limit(let variable, let value):
      "\(variable) is \"\(value)\"; it is the number of seconds, from 1 to 1000000, after which a process that is not heard "
        + "of counts as lost."
    case .system(let call, let code):
      "The communication between processes cannot start: \(call) failed (\(String(cString: strerror(code))))."
    case .fault(let failure): failure.description
    }
  }

  private static func package(_ launcher: Launcher) -> String {
    switch launcher.kind {
    case .openMPI: "Open MPI (openmpi-bin)"
    case .pmi: "MPICH (mpich)"
    case .pmix, .slurm: "Open MPI (openmpi-bin) or MPICH (mpich)"
    }
  }

  private static func remedy(_ launcher: Launcher) -> String {
    switch launcher.kind {
    case .openMPI: "Start with that library's own launcher, or name Open MPI's library in LOUPE_MPI."
    case .pmi: "Start with that library's own launcher, or name MPICH's library in LOUPE_MPI."
    case .pmix, .slurm:
      "Start with srun --mpi=pmix (Open MPI) or srun --mpi=pmi2 (MPICH), or name the library that matches in LOUPE_MPI."
    }
  }
}
