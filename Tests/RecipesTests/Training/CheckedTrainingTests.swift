import Foundation
import Recipes
import Testing

/// A training that diverges says where, if asked; each in a process of its own, for its environment.
@Suite struct CheckedTrainingTests {
  @Test func namesTheOperationThatFailedFirst() async {
    await #expect(processExitsWith: .success) {
      setenv("LOUPE_CHECK", "numerics", 1)
      for chunk in [nil, 4] {
        let log = SmallClinic.Log()
        let error = #expect(throws: RunError.self) { try CheckedTrainingTests.run(log, chunk: chunk) }
        let sentence = error?.description ?? ""
        #expect(
          sentence.hasPrefix("The training of \"simclr\" made numbers that are not finite in epoch 1, step "),
          "\(sentence)")
        #expect(sentence.contains(" made ") && sentence.contains("too large for f32"), "\(sentence)")
        let note = "simclr  every number is checked (LOUPE_CHECK=numerics), which takes longer"
        #expect(log.lines.contains(note))
      }
    }
  }

  @Test func withoutTheCheckItSaysHowToAsk() throws {
    let log = SmallClinic.Log()
    let error = #expect(throws: RunError.self) { try Self.run(log) }
    #expect(error?.description.contains("run again with LOUPE_CHECK=numerics") == true)
    #expect(!log.lines.contains { $0.contains("LOUPE_CHECK") })
  }

  private static func run(_ log: SmallClinic.Log, chunk: Int? = nil) throws {
    let folder = try ScratchFolder()
    let workers = Workers(count: 1)
    defer { workers.stop() }
    _ = try SmallClinic.pipeline(rate: 1e30, chunk: chunk).run(
      on: try SmallClinic.dataset(), output: folder.url, seed: 7, checkingEvery: 5, workers: workers
    ) { log.note($0) }
  }
}
