import AllocationCounter
import Foundation
import Recipes
import Testing
import TestSupport

@Suite struct AllocationTests {
  /// Random masks, clipped gradients and averages, in a process of its own.
  @Test(.enabled(if: allocation_counter_is_available() == 1))
  func aRefinedStepAllocatesNothing() async {
    await #expect(processExitsWith: .success) {
      let step = try TrainingStep(
        classifier: LayerSequence([
          ResNet(.tiny, stem: .small), DropPath(0.1), Dropout(0.2), ClassificationHead(classes: 3),
        ]),
        images: [8, 16, 16, 3], optimizer: AdamW(learningRate: 0.1).layerDecay(0.75).clipping(norm: 1),
        average: WeightAverage(decay: 0.9))
      let program = try Program(step.graph, outputs: [step.loss], workers: .running(count: 2))
      program.setInput("images", to: [Float](repeating: 0.5, count: 8 * 16 * 16 * 3))
      program.setInput("labels", to: (0..<8).map { Int32($0 % 3) })
      program.setInput("learningRate", to: [0.01] as [Float])
      for _ in 0..<3 { program.run() }
      allocation_counter_start()
      for _ in 0..<5 { try program.checkedRun() }
      let count = allocation_counter_stop()
      #expect(count == 0, "5 steps allocated \(count) times")
      #expect(program.value(of: step.loss, as: Float.self)[0].isFinite)
    }
  }

  /// A step in a process of its own, as nothing else may allocate meanwhile.
  @Test(.enabled(if: allocation_counter_is_available() == 1))
  func aStepAllocatesNothing() async {
    await #expect(processExitsWith: .success) {
      let step = try TrainingSteps.simCLR(ResNet(.tiny, stem: .small), optimizer: LARS(learningRate: 0.1))
      let (inputs, variables) = try TrainingSteps.values(for: step, as: Float.self)
      let program = try Program(step.graph, outputs: [step.loss], workers: .running(count: 2))
      program.set(inputs: inputs, variables: variables)
      for _ in 0..<3 { program.run() }
      allocation_counter_start()
      for _ in 0..<5 { try program.checkedRun() }
      let count = allocation_counter_stop()
      allocation_counter_start()
      let array = [Int](repeating: count, count: 100)
      let control = allocation_counter_stop()
      #expect(array[99] == 0, "5 steps allocated \(count) times")
      #expect(control > 0, "the counter does not count")
    }
  }
}
