import Foundation
import Recipes

/// Times one SimCLR training step: forward pass of 2B views, projection head, NT-Xent, backward pass, update.
@main struct StepBenchmark {
  static func main() throws {
    let start = MonotonicClock.seconds
    let options = Arguments(CommandLine.arguments.dropFirst())
    if let limitation = blasLimitation { Arguments.warn(limitation) }
    if options.operations {
      try OperationTable.run(named: options.named, baseline: options.baseline, record: options.record)
      return
    }
    let workers = options.threads.map { Workers(count: $0) } ?? .shared
    if let source = options.pipeline {
      do {
        try PipelineBenchmark(of: source, options, workers: workers).run()
      } catch {
        Arguments.exit("The pictures of \(source) cannot be trained on: \(error).")
      }
      return
    }
    let step = try Benchmarked.step(options)
    let ranks = try Ranks.launched { loss in
      Arguments.warn("\(loss)")
      return 1
    }
    if let count = options.modelled {
      let chunks = options.chunks ?? 1
      guard options.pairs % chunks == 0, chunks % count == 0 else {
        Arguments.exit("--modelled divides --chunks, and --chunks divides --pairs.")
      }
      let rates = try MachineRates.measured(in: options.precision, by: workers)
      let cluster =
        options.gigabits.map { Cluster(machines: count, bitsPerSecond: Double($0) * 1e9, rates: rates) }
        ?? Cluster(machines: 1, ranksPerMachine: count, rates: rates)
      let seconds = try cluster.seconds(
        of: step, chunk: chunks > 1 ? options.pairs / chunks : nil, precision: options.precision,
        ranks: count, workers: workers)
      printLine([
        ("modelled_ranks", "\(count)"), ("modelled_step_ms", String(format: "%.2f", seconds * 1e3)),
      ])
    }
    if ranks != nil || options.chunks != nil {
      return try RankBenchmark(options, on: ranks).run(
        step, workers: options.threads.map { Workers(count: $0) } ?? .shared)
    }
    let plan = try ProgramPlan(
      step.graph, outputs: [step.loss], workers: workers, options: .environment(options.precision))
    if options.showsMemory { print(plan.memory) }
    let program = try Program(plan)
    let compiled = MonotonicClock.seconds
    try Benchmarked.initialize(program)
    var generator = CounterGenerator(seed: 0)
    program.withInput(TrainingStep.InputName.images, as: Float.self) { images in
      for index in images.indices { images[index] = Float(generator.normal()) }
    }

    let first = seconds(program.run)
    let times = (0..<options.steps).map { _ in seconds(program.run) }.sorted()
    let median = times[times.count / 2]
    if options.showsCalls {
      var report = program.timedRuns(options.steps)
      report.limits = try MachineLimits.measured(by: workers)
      print(report)
    }
    let loss: [Float] = program.value(of: step.loss)
    let fields: [(String, String)] = [
      ("model", "\"\(options.model.name)\""), ("stem", "\"\(options.stem)\""),
      ("width", "\(options.width)"), ("size", "\(options.size)"), ("pairs", "\(options.pairs)"),
      ("precision", "\"\(options.precision)\""), ("threads", "\(workers.count)"),
      ("images_per_second", String(format: "%.2f", Double(2 * options.pairs) / median)),
      ("step_ms", String(format: "%.2f", median * 1e3)),
      ("first_step_ms", String(format: "%.0f", first * 1e3)),
      ("compile_ms", String(format: "%.0f", (compiled - start) * 1e3)), ("loss", "\(loss[0])"),
      ("arena_mib", "\(program.arenaBytes >> 20)"), ("peak_mib", "\(peakMebibytes())"),
      ("calls", "\(program.callCount)"), ("blas", "\"\(blasKernelName)\""),
    ]
    printLine(fields)
  }

  static func printLine(_ fields: [(String, String)]) {
    print("{" + fields.map { "\"\($0)\": \($1)" }.joined(separator: ", ") + "}")
  }

  static func seconds(_ body: () throws -> Void) rethrows -> Double {
    let start = MonotonicClock.seconds
    try body()
    return MonotonicClock.seconds - start
  }

  static func peakMebibytes() -> Int {
    var usage = rusage()
    getrusage(numericCast(RUSAGE_SELF.rawValue), &usage)
    #if os(Linux)
      return usage.ru_maxrss >> 10
    #else
      return usage.ru_maxrss >> 20
    #endif
  }
}

/// The benchmarked step: SimCLR with a head of two linear layers and a ReLU, without batch norm.
enum Benchmarked {
  static let views = Views(2) {
    RandomResizedCrop(area: 0.08...1)
    RandomFlip()
    ColorJitter(strength: 1)
    RandomGrayscale()
    GaussianBlur()
  }

  static func step(_ options: Arguments) throws -> TrainingStep {
    let encoder = options.encoder
    let model = LayerSequence([encoder.layers, head(encoder.features)])
    let image: Shape = [options.size, options.size, 3]
    let pairs = Pairs(options.pairs)
    let loss = NTXent(temperature: 0.1)
    guard options.lars else {
      let sgd = SGD(learningRate: 0.1, momentum: 0.9, weightDecay: 1e-6)
      return try TrainingStep(model, image: image, pairs: pairs, loss: loss, optimizer: sgd)
    }
    let lars = LARS(learningRate: 0.1, weightDecay: 1e-6)
    return try TrainingStep(model, image: image, pairs: pairs, loss: loss, optimizer: lars)
  }

  /// Initializes the variables and the learning rate.
  static func initialize(_ program: Program) throws {
    for variable in program.variables {
      program.setVariable(variable.path, to: try variable.initialValues(seed: 0, as: Float.self))
    }
    program.setInput(TrainingStep.InputName.learningRate, to: [Float(0.1)])
  }

  private static func head(_ features: Int) -> any Layer {
    Sequential {
      Linear(features)
      ReLU()
      Linear(128)
    }.named("projection")
  }
}
