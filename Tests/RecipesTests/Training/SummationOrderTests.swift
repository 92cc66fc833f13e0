import Recipes
import Testing

/// Winograd's filtering rounds otherwise than direct sums do; over 200 steps that may matter no more than the
/// order in which direct sums add up.
///
/// The yardstick is what becomes of the loss when the images of each batch are presented in other orders:
/// every sum over a batch adds up differently, and nothing else changes. Until some ReLU's input that is all
/// but 0 falls on its other side two curves are the same to rounding; from then on they part, a little
/// further in each window.
struct SummationOrderTests {
  @Test func winogradTrainsAsDirectSums() throws {
    let tasks = try (0..<5).map { try Distances(onTask: $0) }
    let winograd = tasks.map { $0.winograd.max() ?? .infinity }, orders = tasks.map { $0.orders.max() ?? 0 }
    #expect(winograd.max() ?? .infinity <= 2 * (orders.max() ?? 0), "\(winograd), \(orders)")

    // Window by window the distances grow from rounding to that in five decades: a mistake shows in the first
    // ones. When a ReLU first flips is luck, so one task in five or six parts long before the others.
    let growth = tasks.map(\.growth).sorted()
    #expect(growth[growth.count / 2] <= 2, "\(growth)")
  }
}

/// How far the losses of one task come apart: the largest distance up to each window of steps.
private struct Distances {
  /// From direct sums to Winograd's filtering.
  let winograd: [Double]
  /// From direct sums to those in the worst of four other orders.
  let orders: [Double]

  private static let direct = CompilerOptions(choices: KernelChoices(convolution: .im2col))

  init(onTask seed: UInt64) throws {
    let task = NoisyPatterns(steps: 200, seed: seed)
    let reference = try Self.curve(on: task, Self.direct)
    func distances(_ curve: [Double]) -> [Double] {
      // The loss is a number in single precision.
      var largest = 1e-7
      return zip(curve, reference).map { found, expected in
        largest = max(largest, abs(found - expected))
        return largest
      }
    }
    winograd = distances(try Self.curve(on: task, CompilerOptions()))
    let others = try (1...4).map { order in
      distances(try Self.curve(on: task.reordered(seed: order), Self.direct))
    }
    orders = reference.indices.map { window in others.map { $0[window] }.max() ?? 0 }
  }

  /// The largest ratio of Winograd's distance to that of the orders one window later.
  var growth: Double {
    let later = orders.dropFirst() + orders.suffix(1)
    return zip(winograd, later).map { $0 / $1 }.max() ?? .infinity
  }

  /// The mean loss of every 20 steps.
  private static func curve(on task: NoisyPatterns, _ options: CompilerOptions) throws -> [Double] {
    let rate = 0.05, window = 20
    let step = try TrainingStep(
      classifier: LayerSequence([
        ResNet(.custom(blocks: [1, 1], bottleneck: false, channels: 16), stem: .small),
        ClassificationHead(classes: NoisyPatterns.classes),
      ]), images: NoisyPatterns.shape, optimizer: SGD(learningRate: rate))
    let program = try Program(step.graph, outputs: [step.loss], options: options)
    #expect("\(program.schedule)".contains("winograd4") == (options != direct), "\(program.schedule)")
    for variable in program.variables {
      program.setVariable(variable.path, to: try variable.initialValues(seed: 1, as: Float.self))
    }
    program.setInput(TrainingStep.InputName.learningRate, to: [Float(rate)])
    let losses = task.batches.map { batch in
      program.setInput(TrainingStep.InputName.images, to: batch.flatMap(\.pixels))
      program.setInput(TrainingStep.InputName.labels, to: batch.map(\.label))
      program.run()
      return Double(program.value(of: step.loss, as: Float.self)[0])
    }
    return stride(from: 0, to: losses.count, by: window).map { start in
      losses[start..<start + window].reduce(0, +) / Double(window)
    }
  }
}

/// A fresh batch of labelled images for each step: one of a few patterns, under noise.
private struct NoisyPatterns {
  static let classes = 4
  static let shape: Shape = [16, 8, 8, 3]

  private(set) var batches: [[(label: Int32, pixels: [Float])]]

  init(steps: Int, seed: UInt64) {
    let pixels = Self.shape.count / Self.shape[0]
    let patterns = (0..<Self.classes).map { label in
      var generator = CounterGenerator(seed: seed, label)
      return (0..<pixels).map { _ in generator.normal() }
    }
    batches = (0..<steps).map { step in
      (0..<Self.shape[0]).map { image in
        var generator = CounterGenerator(seed: seed, step, image)
        let label = Int.random(in: 0..<Self.classes, using: &generator)
        return (Int32(label), patterns[label].map { Float(0.2 * $0 + generator.normal()) })
      }
    }
  }

  /// The same batches, the images of each in another order.
  func reordered(seed: UInt64) -> NoisyPatterns {
    var (copy, generator) = (self, CounterGenerator(seed: seed))
    for index in copy.batches.indices { copy.batches[index].shuffle(using: &generator) }
    return copy
  }
}
