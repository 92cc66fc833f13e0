/// The launcher (`mpirun`, `mpiexec`, `srun`) of several processes, as the environment describes it.
package struct Launcher: Equatable, Sendable {
  /// The protocol by which the processes find each other, from which the library follows.
  package enum Kind: Sendable {
    /// `mpirun` of Open MPI.
    case openMPI
    /// `mpiexec` of MPICH or Intel MPI, or `srun --mpi=pmi2`.
    case pmi
    /// `srun --mpi=pmix`, or another launcher with PMIx.
    case pmix
    /// `srun` without a protocol.
    case slurm
  }

  package let kind: Kind
  /// The rank of this process.
  package let rank: Int
  /// The number of processes; nil if it is unknown.
  package let count: Int?

  /// Reads an environment; nil if no launcher has started several processes.
  ///
  /// The first launcher found determines the result, as processes inherit the variables of an outer launcher:
  /// `mpirun -n 1` in a Slurm job starts one process.
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

  /// The file names of possible libraries, the most likely one first.
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

  /// A description, such as `Open MPI's mpirun started 4 processes`.
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
