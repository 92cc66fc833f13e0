/// What a launcher (`mpirun`, `mpiexec`, `srun`) has written into the environment of a process that it
/// started beside others.
package struct Launcher: Equatable, Sendable {
  /// The protocol by which processes find each other. It suggests the library.
  package enum Kind: Sendable {
    /// `mpirun` of Open MPI.
    case openMPI
    /// `mpiexec` of MPICH or Intel MPI, or `srun --mpi=pmi2`.
    case pmi
    /// `srun --mpi=pmix`, or another launcher with PMIx.
    case pmix
    /// `srun` that offers no protocol.
    case slurm
  }

  package let kind: Kind
  /// The number of this process.
  package let rank: Int
  /// The number of processes; nil if the environment does not tell.
  package let count: Int?

  /// Reads an environment; nil if no launcher has started several processes.
  ///
  /// The first launcher that is found counts, as a process may inherit the variables of the ones around it:
  /// within a Slurm job, `mpirun -n 1` starts one process.
  package init?(_ environment: [String: String]) {
    func number(_ name: String) -> Int? {
      environment[name].flatMap { Int($0) }.flatMap { $0 < 0 ? nil : $0 }
    }
    let pmix = number("PMIX_RANK")
    if let rank = number("OMPI_COMM_WORLD_RANK"), let count = number("OMPI_COMM_WORLD_SIZE") {
      (kind, self.rank, self.count) = (.openMPI, rank, count)
    } else if let rank = number("PMI_RANK"), let count = number("PMI_SIZE") {
      (kind, self.rank, self.count) = (.pmi, rank, count)
    } else if let rank = number("SLURM_PROCID"), let count = number("SLURM_STEP_NUM_TASKS") {
      // SLURM_NTASKS is that of the job, also in a batch script, which runs once.
      (kind, self.rank, self.count) = (pmix == nil ? .slurm : .pmix, rank, count)
    } else if let pmix {
      (kind, rank, count) = (.pmix, pmix, nil)
    } else {
      return nil
    }
    if let count, count < 2 { return nil }
  }

  /// The file names under which its library may be installed, the likeliest first.
  var libraries: [String] {
    #if os(macOS)
      let (openMPI, mpich) = (["libmpi.40.dylib"], ["libmpi.12.dylib", "libpmpi.12.dylib"])
      let standard = ["libmpi_abi.1.dylib", "libmpi_abi.0.dylib"]
    #else
      let (openMPI, mpich) = (["libmpi.so.40"], ["libmpi.so.12", "libmpich.so.12"])
      let standard = ["libmpi_abi.so.1", "libmpi_abi.so.0"]
    #endif
    return switch kind {
    case .openMPI: openMPI + standard
    case .pmi: mpich + standard
    case .pmix, .slurm: openMPI + standard + mpich
    }
  }

  /// The launcher in a sentence, such as `Open MPI's mpirun started 4 processes`.
  var sentence: String {
    let processes = count.map { "\($0) processes" } ?? "several processes"
    return switch kind {
    case .openMPI: "Open MPI's mpirun started \(processes)"
    case .pmi: "A launcher of MPICH's kind (PMI) started \(processes)"
    case .pmix: "A launcher with PMIx started \(processes)"
    case .slurm: "Slurm's srun started \(processes)"
    }
  }
}
