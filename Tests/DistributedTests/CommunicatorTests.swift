import Foundation
import TestSupport
import Testing

@testable import Distributed

/// Operations between the processes of a launch.
@Suite(.serialized, .enabled(if: !MPILauncher.tested.isEmpty, MPILauncher.missing)) struct CommunicatorTests {
  @Test(arguments: MPILauncher.tested, [2, 3, 4, 8])
  func everyOperationGivesTheValuesThatARankComputesAlone(launch: MPILauncher, ranks: Int) async throws {
    let outcome = try await launch.run("operations", ranks: ranks, limit: 30)
    #expect(outcome.code == 0, "\(outcome.output)")
  }

  @Test(arguments: MPILauncher.tested) func transfersAreDividedIntoPieces(launch: MPILauncher) async throws {
    let outcome = try await launch.run("pieces", ranks: 3, limit: 30)
    #expect(outcome.code == 0, "\(outcome.output)")
  }

  @Test(arguments: MPILauncher.tested) func theSumOfChunksDoesNotDependOnTheRanks(launch: MPILauncher)
    async throws
  {
    var sums: [[Substring]] = []
    for ranks in [1, 2, 4, 8] {
      sums.append(try await launch.run("chunks", ranks: ranks, limit: 30).lines(with: "sum of the chunks"))
    }
    #expect(sums.allSatisfy { $0.count == 1 })
    #expect(Set(sums).count == 1, "\(sums)")
  }

  @Test(arguments: MPILauncher.tested) func aLaunchOfOneIsNone(launch: MPILauncher) async throws {
    let outcome = try await launch.run("chunks", ranks: 1)
    #expect(outcome.code == 0)
    #expect(outcome.lines(with: "one process").count == 1)
  }

  @Test(arguments: MPILauncher.tested, [2, 3, 4]) func groupsAddTheirOwn(launch: MPILauncher, ranks: Int)
    async throws
  {
    let outcome = try await launch.run("groups", ranks: ranks, limit: 30)
    #expect(outcome.code == 0, "\(outcome.output)")
  }

  @Test(arguments: MPILauncher.tested, ["messages", "messages in pieces"])
  func messagesArriveWhole(launch: MPILauncher, mode: String) async throws {
    let outcome = try await launch.run(mode, ranks: 4, limit: 30)
    #expect(outcome.code == 0, "\(outcome.output)")
  }

  @Test(arguments: MPILauncher.tested) func aTransferGoesOnWhileTheCallerComputes(launch: MPILauncher)
    async throws
  {
    let outcome = try await launch.run("overlap", ranks: 2, limit: 30)
    #expect(outcome.code == 0, "\(outcome.output)")
  }

  /// With the library of another launcher, each process would run alone.
  @Test(.enabled(if: MPILauncher.tested.count == 2, "two libraries are needed"))
  func theLibraryOfAnotherLauncherIsASentence() async throws {
    let openMPI = try #require(Launcher(["OMPI_COMM_WORLD_SIZE": "2", "OMPI_COMM_WORLD_RANK": "0"]))
    let others: [(MPILauncher, [String])] = [
      (.openMPI, ["libmpich.so.12", "libmpi.so.12"]), (.mpich, openMPI.libraries),
    ]
    for (launch, names) in others {
      let name = try #require(names.first { dlopen($0, RTLD_LAZY | RTLD_LOCAL) != nil })
      let outcome = try await launch.run("operations", ranks: 2, library: name)
      #expect(outcome.code == 2)
      let sentences = outcome.lines(with: "launcher and library do not belong together")
      #expect(!sentences.isEmpty, "\(outcome.output)")
      #expect(
        sentences.allSatisfy { $0.contains("started 2 processes") && $0.contains("reports rank 0 of 1") })
      #expect(outcome.lines(with: "sum of").isEmpty)
    }
  }
}
