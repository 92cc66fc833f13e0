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

  @Test(arguments: [1, 2, 3, 5], [0, 1, 2, 7, 300])
  func doBackgroundWorkOnce(count: Int, tasks: Int) {
    let workers = Workers(count: count)
    for phases in [[], [1], [40], [1, 8, 1, 8]] {
      let work = Counted(tasks)
      let kernel = Tally(phases: phases)
      workers.begin(work.tasks)
      workers.run(kernel)
      workers.finish(work.tasks)
      #expect(kernel.isDone && work.isDone, "\(tasks) tasks by \(count) threads beside \(phases)")
    }
    workers.stop()
  }

  /// A helper must neither enter a phase that is over nor be waited for where it has not entered.
  @Test(arguments: [2, 3, 5])
  func keepPhasesApartFromBackgroundWork(count: Int) {
    let workers = Workers(count: count)
    for round in 0..<200 {
      let work = Counted(round % 50, each: round % 7 * 1000)
      workers.begin(work.tasks)
      for size in 0..<20 {
        let kernel = Tally(phases: [size, 2, 1, size % 3, 2])
        workers.run(kernel)
        #expect(kernel.isDone)
      }
      workers.finish(work.tasks)
      #expect(work.isDone)
    }
    workers.stop()
  }

  @Test func doNotWaitForABackgroundTask() {
    let workers = Workers(count: 2)
    let (begun, mayEnd) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let work = BackgroundWork(count: 1) { _ in
      begun.signal()
      mayEnd.wait()
    }
    workers.begin(work)
    begun.wait()
    let kernel = Tally(phases: [20, 2, 20])
    workers.run(kernel)
    #expect(kernel.isDone)
    mayEnd.signal()
    workers.finish(work)
    workers.stop()
  }

  @Test func doSeveralBackgroundWorks() {
    let workers = Workers(count: 3)
    let works = (0..<5).map { _ in Counted(20) }
    for work in works { workers.begin(work.tasks) }
    workers.run(Tally(phases: [10, 10]))
    for work in works.reversed() { workers.finish(work.tasks) }
    #expect(works.allSatisfy { $0.isDone })
    workers.stop()
  }

  @Test func mayBeStoppedWithBackgroundWork() {
    for _ in 0..<50 {
      let workers = Workers(count: 4)
      workers.begin(Counted(1000).tasks)
      workers.stop()
    }
  }
}

/// Background work that counts how often each of its tasks is run.
private struct Counted {
  let tasks: BackgroundWork
  private let counts: Counts

  private final class Counts: Sendable {
    let values: Mutex<[Int]>
    init(_ count: Int) { values = Mutex([Int](repeating: 0, count: count)) }
  }

  /// `count` tasks that spin `each` times.
  init(_ count: Int, each spins: Int = 0) {
    let counts = Counts(count)
    self.counts = counts
    tasks = BackgroundWork(count: count) { task in
      let spun = Atomic<Int>(0)
      while spun.load(ordering: .relaxed) < spins { spun.add(1, ordering: .relaxed) }
      counts.values.withLock { $0[task] += 1 }
    }
  }

  var isDone: Bool { counts.values.withLock { $0.allSatisfy { $0 == 1 } } }
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
