import Testing

@testable import Distributed

struct DistributedErrorTests {
  private static let openMPI = ["OMPI_COMM_WORLD_SIZE": "4", "OMPI_COMM_WORLD_RANK": "2"]

  private func sentence(_ environment: [String: String]) -> String? {
    do {
      _ = try Communicator.start(environment) { _ in 1 }
      return nil
    } catch {
      return error.description
    }
  }

  @Test func aMissingLibraryIsASentence() throws {
    let text = try #require(sentence(Self.openMPI.merging(["LOUPE_MPI": "/no/libmpi.so"]) { $1 }))
    #expect(
      text.hasPrefix(
        "Open MPI's mpirun started 4 processes, but its MPI library cannot be opened: tried /no/libmpi.so ("))
    #expect(text.hasSuffix("LOUPE_MPI names it; name a library that is there, or unset it."))
  }

  @Test func anotherLibraryIsASentence() throws {
    #if os(Linux)
      let text = try #require(sentence(Self.openMPI.merging(["LOUPE_MPI": "libm.so.6"]) { $1 }))
      #expect(
        text
          == "libm.so.6 has no function MPI_Init_thread, so it is not an MPI library of version 3 or later; install "
          + "openmpi-bin or mpich, or name another library's file in LOUPE_MPI.")
    #endif
  }

  @Test func withoutALauncherNothingIsOpened() throws {
    #expect(
      try Communicator.start(["LOUPE_MPI": "/no/libmpi.so", "LOUPE_MPI_TIMEOUT": "soon"]) { _ in 1 } == nil)
  }

  @Test(arguments: ["soon", "", "0", "-3", "inf", "nan", "1e300"]) func aLimitIsANumberOfSeconds(
    value: String
  ) {
    #expect(
      sentence(Self.openMPI.merging(["LOUPE_MPI_TIMEOUT": value]) { $1 })
        == "LOUPE_MPI_TIMEOUT is \"\(value)\"; it is the number of seconds, from 1 to 1000000, after which a process that is "
        + "not heard of counts as lost.")
  }

  @Test func aMissingPackageIsNamed() throws {
    let launcher = try #require(Launcher(["PMI_SIZE": "2", "PMI_RANK": "0"]))
    let error = DistributedError.missingLibrary(
      launcher, names: ["libmpi.so.12"], isChosen: false, reason: "no such file")
    #expect(
      error.description
        == "A launcher of MPICH's kind (PMI) started 2 processes, but its MPI library cannot be opened: "
        + "tried libmpi.so.12 (no such file). Install MPICH (mpich) on every machine, or name the library's file in "
        + "LOUPE_MPI.")
  }
}
