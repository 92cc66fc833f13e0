import Foundation
import TestSupport
import Testing

/// Steps in mixed precision by programs of their own.
@Suite struct MixedStepsTests {
  /// The weights after five steps are the same for any number of threads, with and without the instruction
  /// for bfloat16, and after an interruption.
  @Test func haveTheSameBits() throws {
    let program = try #require(Executable.built("RankSteps"))
    func hashes(_ arguments: [String] = [], threads: Int, _ environment: [String: String] = [:]) throws
      -> [String]
    {
      let outcome = try Command(
        executable: program, ["mixed"] + arguments, threads: threads, environment: environment
      ).outcome()
      #expect(outcome.code == 0, "\(outcome.errors)")
      return outcome.output.split(separator: "\n").map(String.init)
    }
    let expected = try hashes(threads: 1)
    try #require(expected.count == 3, "\(expected)")
    #expect(Set(expected.map { $0.split(separator: " ").last }).count == 3, "\(expected)")
    #expect(try hashes(threads: 2) == expected)
    for products in ["software", "instruction"] {
      #expect(try hashes(threads: 2, ["LOUPE_BF16": products]) == expected, "\(products)")
    }
    #expect(try hashes(["interrupted"], threads: 2) == expected)
    // Single precision where the pass is turned off.
    let off = try hashes(threads: 1, ["LOUPE_DISABLE": "bf16"])
    #expect(off.last == expected.last && off[0].split(separator: " ")[1] == off[2].split(separator: " ")[1])
  }
}
