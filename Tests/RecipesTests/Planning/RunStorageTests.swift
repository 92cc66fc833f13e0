import Foundation
import Testing

@testable import Recipes

struct RunStorageTests {
  private let workers = Workers(count: 1)

  @Test func whatIsAskedForIsEnoughAndNotMuchMore() throws {
    let scratch = try ScratchFolder()
    let (pipeline, dataset) = (SmallClinic.pipeline(), try SmallClinic.dataset())
    let plan = try PipelinePlan(pipeline, on: dataset, size: nil, seed: 7, workers: workers)
    let storage = RunStorage(of: plan.stages)
    var (weights, largest) = (0, 0)
    let checkpoints = FileSizes()
    let report = try pipeline.run(on: dataset, output: scratch.url, seed: 7, workers: workers) { _ in
      checkpoints.note(largestIn: scratch.url)
    }
    for stage in report.stages {
      let size = try stage.weights.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0
      weights += size
      largest = max(largest, size)
    }
    largest = max(largest, checkpoints.largest)
    #expect(storage.largestFile >= largest && storage.largestFile < 2 * largest)
    #expect(storage.total >= weights + 2 * checkpoints.largest && storage.total < 2 * weights + 4 * largest)
  }

  @Test func thereIsRoomOnThisDiskAndNoneForAnythingLarger() throws {
    let scratch = try ScratchFolder()
    let plan = try PipelinePlan(
      SmallClinic.pipeline(), on: SmallClinic.dataset(), size: nil, seed: 7, workers: workers)
    #expect(RunStorage(of: plan.stages).refusal(in: scratch.url) == nil)
    #expect(
      RunStorage(total: .max, largestFile: 0).refusal(in: scratch.url)?.hasSuffix(
        " are free on its disk; make room or name another folder.") == true)
  }
}

/// The largest checkpoint seen.
private final class FileSizes {
  private(set) var largest = 0

  func note(largestIn folder: URL) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    for name in names where name.hasSuffix(".checkpoint.safetensors") {
      var status = stat()
      if stat(folder.appending(path: name).path, &status) == 0 { largest = max(largest, Int(status.st_size)) }
    }
  }
}
