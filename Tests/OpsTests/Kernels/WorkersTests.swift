import Foundation
import Ops
import Synchronization
import Testing

@Suite struct WorkersTests {
  @Test(arguments: [1, 2, 3, 5])
  func doEveryTaskOnce(count: Int) {
    let workers = Workers(count: count)
    for size in 0..<200 {
      let kernel = Tally(phases: [size, 1, size % 7])
      workers.run(kernel)
      #expect(kernel.isDone, "\(size) tasks by \(count) threads")
    }
    workers.stop()
  }

  @Test func areAtLeastOne() {
    #expect(Workers(count: 0).count == 1)
    #expect(Workers(count: -3).count == 1)
  }

  @Test func mayBeStoppedBeforeTheyBegin() {
    for _ in 0..<50 { Workers(count: 4).stop() }
  }

  @Test func sleepAndWakeAgain() {
    let workers = Workers(count: 3)
    for _ in 0..<5 {
      let kernel = Tally(phases: [40])
      workers.run(kernel)
      #expect(kernel.isDone)
      Thread.sleep(forTimeInterval: 0.01)
    }
    workers.stop()
  }

  /// Programs on several threads may share their workers.
  @Test func serveSeveralCallers() async {
    let workers = Workers(count: 3)
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<3 {
        group.addTask {
          (0..<300).allSatisfy { size in
            let kernel = Tally(phases: [size % 13, 5])
            workers.run(kernel)
            return kernel.isDone
          }
        }
      }
      for await isDone in group { #expect(isDone) }
    }
    workers.stop()
  }
}

/// Counts how often each task is run, and whether one was begun before the phase before was done.
private final class Tally: Kernel {
  let phases: [Int]
  private let done: Mutex<(counts: [[Int]], isInOrder: Bool)>

  init(phases: [Int]) {
    self.phases = phases
    done = Mutex((phases.map { [Int](repeating: 0, count: $0) }, true))
  }

  func run(phase: Int, task: Int, worker: Int) {
    done.withLock { done in
      if done.counts[..<phase].joined().contains(where: { $0 != 1 }) { done.isInOrder = false }
      done.counts[phase][task] += 1
    }
  }

  var isDone: Bool { done.withLock { $0.isInOrder && $0.counts.joined().allSatisfy { $0 == 1 } } }
}
