import Foundation
import Recipes

/// Times one SimCLR training step: forward of 2B views, projection head, NT-Xent, backward, update.
@main struct StepBenchmark {
  static func main() throws {
    let start = now()
    let options = try Arguments(CommandLine.arguments.dropFirst())
    if options.operations {
      try OperationTable.run(baseline: options.baseline, record: options.record)
      return
    }
    let workers = options.threads.map { Workers(count: $0) } ?? .shared
    let encoder = ResNet(options.architecture, stem: options.stem, checkpointed: options.checkpointed)
    let model = LayerSequence([encoder, Benchmarked.head(encoder.features)])
    let image: Shape = [options.size, options.size, 3]
    let pairs = Pairs(options.pairs)
    let step =
      options.lars
      ? try TrainingStep(
        model, image: image, pairs: pairs, loss: NTXent(temperature: 0.1),
        optimizer: LARS(learningRate: 0.1, weightDecay: 1e-6))
      : try TrainingStep(
        model, image: image, pairs: pairs, loss: NTXent(temperature: 0.1),
        optimizer: SGD(learningRate: 0.1, momentum: 0.9, weightDecay: 1e-6))
    let program = try Program(step.graph, outputs: [step.loss], workers: workers)
    let compiled = now()
    for variable in program.variables {
      program.setVariable(variable.path, to: variable.initialValues(seed: 0, as: Float.self))
    }
    var generator = CounterGenerator(seed: 0)
    program.withInput(TrainingStep.InputName.images, as: Float.self) { images in
      for index in images.indices { images[index] = Float(generator.normal()) }
    }
    program.setInput(TrainingStep.InputName.learningRate, to: [Float(0.1)])

    let first = seconds(program.run)
    let times = (0..<options.steps).map { _ in seconds(program.run) }.sorted()
    let median = times[times.count / 2]
    if options.showsCalls {
      let calls = program.timedRuns(options.steps)
      for call in calls {
        print(String(format: "%9.3f ms  ", call.seconds * 1e3) + call.call)
      }
      print(String(format: "%9.3f ms  in \(calls.count) calls", calls.reduce(0) { $0 + $1.seconds } * 1e3))
    }
    let loss: [Float] = program.value(of: step.loss)
    let fields: [(String, String)] = [
      ("model", "\"\(options.model)\""), ("stem", "\"\(options.stem)\""), ("size", "\(options.size)"),
      ("pairs", "\(options.pairs)"), ("threads", "\(workers.count)"),
      ("images_per_second", String(format: "%.2f", Double(2 * options.pairs) / median)),
      ("step_ms", String(format: "%.2f", median * 1e3)),
      ("first_step_ms", String(format: "%.0f", first * 1e3)),
      ("compile_ms", String(format: "%.0f", (compiled - start) * 1e3)), ("loss", "\(loss[0])"),
      ("arena_mib", "\(program.arenaBytes >> 20)"), ("peak_mib", "\(peakMebibytes())"),
      ("calls", "\(program.callCount)"), ("blas", "\"\(blasKernelName)\""),
    ]
    print("{" + fields.map { "\"\($0)\": \($1)" }.joined(separator: ", ") + "}")
  }

  static func now() -> Double { Double(DispatchTime.now().uptimeNanoseconds) * 1e-9 }

  static func seconds(_ body: () -> Void) -> Double {
    let start = now()
    body()
    return now() - start
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

/// The projection head that is timed: two linear layers with a ReLU between, without batch norm.
enum Benchmarked {
  static func head(_ features: Int) -> any Layer {
    Sequential {
      Linear(features)
      ReLU()
      Linear(128)
    }.named("projection")
  }
}
