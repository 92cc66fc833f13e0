import Testing

@testable import Distributed

struct LauncherTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let environment: [String: String]
    let rank: Int?
    var count: Int?
    var kind: Launcher.Kind?

    init(
      _ name: String, _ environment: [String: String], rank: Int?, of count: Int? = nil,
      _ kind: Launcher.Kind? = nil
    ) {
      (testDescription, self.environment, self.rank) = (name, environment, rank)
      (self.count, self.kind) = (count, kind)
    }
  }

  static let cases = [
    Case("nothing", ["PATH": "/bin", "HOME": "/root"], rank: nil),
    Case(
      "Open MPI", ["OMPI_COMM_WORLD_SIZE": "4", "OMPI_COMM_WORLD_RANK": "3", "PMIX_RANK": "3"], rank: 3,
      of: 4,
      .openMPI),
    Case("Open MPI, one process", ["OMPI_COMM_WORLD_SIZE": "1", "OMPI_COMM_WORLD_RANK": "0"], rank: nil),
    Case("MPICH", ["PMI_SIZE": "2", "PMI_RANK": "1", "PMI_FD": "8"], rank: 1, of: 2, .pmi),
    Case("MPICH, one process", ["PMI_SIZE": "1", "PMI_RANK": "0"], rank: nil),
    Case(
      "a step of Slurm with PMIx",
      ["SLURM_PROCID": "5", "SLURM_STEP_NUM_TASKS": "8", "SLURM_STEP_ID": "0", "PMIX_RANK": "5"], rank: 5,
      of: 8,
      .pmix),
    Case(
      "a step of Slurm with PMI",
      ["SLURM_PROCID": "5", "SLURM_STEP_NUM_TASKS": "8", "PMI_RANK": "5", "PMI_SIZE": "8"],
      rank: 5, of: 8, .pmi),
    Case("a step of Slurm", ["SLURM_PROCID": "0", "SLURM_STEP_NUM_TASKS": "2"], rank: 0, of: 2, .slurm),
    Case("a step of Slurm with one task", ["SLURM_PROCID": "0", "SLURM_STEP_NUM_TASKS": "1"], rank: nil),
    // The job has eight tasks, but the script itself runs once.
    Case(
      "a batch script of Slurm",
      [
        "SLURM_JOB_ID": "17", "SLURM_NTASKS": "8", "SLURM_NPROCS": "8", "SLURM_PROCID": "0",
        "SLURM_LOCALID": "0",
      ],
      rank: nil),
    Case(
      "mpirun in a job of Slurm",
      [
        "SLURM_PROCID": "0", "SLURM_STEP_NUM_TASKS": "2", "OMPI_COMM_WORLD_SIZE": "6",
        "OMPI_COMM_WORLD_RANK": "4",
      ],
      rank: 4, of: 6, .openMPI),
    Case(
      "mpirun -n 1 in a job of Slurm",
      [
        "SLURM_PROCID": "0", "SLURM_STEP_NUM_TASKS": "2", "OMPI_COMM_WORLD_SIZE": "1",
        "OMPI_COMM_WORLD_RANK": "0",
      ],
      rank: nil),
    Case("PMIx that does not tell how many", ["PMIX_RANK": "0"], rank: 0, of: nil, .pmix),
    Case("no number", ["OMPI_COMM_WORLD_SIZE": "many", "OMPI_COMM_WORLD_RANK": "0"], rank: nil),
    Case("a negative number", ["PMI_SIZE": "2", "PMI_RANK": "-1"], rank: nil),
  ]

  @Test(arguments: cases) func readsTheEnvironment(_ expected: Case) {
    let launcher = Launcher(expected.environment)
    #expect(launcher?.rank == expected.rank)
    #expect(launcher?.count == expected.count)
    #expect(launcher?.kind == expected.kind)
  }

  @Test func theLibraryFollowsFromTheLauncher() throws {
    let openMPI = try #require(Launcher(["OMPI_COMM_WORLD_SIZE": "2", "OMPI_COMM_WORLD_RANK": "0"]))
    let mpich = try #require(Launcher(["PMI_SIZE": "2", "PMI_RANK": "0"]))
    #expect(openMPI.libraries.first?.hasPrefix("libmpi.") == true)
    #expect(!openMPI.libraries.contains { $0.contains("mpich") })
    #expect(mpich.libraries.contains { $0.contains("12") })
    #expect(Set(mpich.libraries).isDisjoint(with: [try #require(openMPI.libraries.first)]))
  }
}
