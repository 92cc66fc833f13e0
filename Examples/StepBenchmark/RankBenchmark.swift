import Distributed
import Foundation
import Recipes

/// Times a step whose batch is computed in chunks, by this process or by all ranks of a launch together.
struct RankBenchmark {
  private let options: Arguments
  private let ranks: Ranks?
  private let chunks: Int

  init(_ options: Arguments, on ranks: Ranks?) {
    self.options = options
    self.ranks = ranks
    chunks = options.chunks ?? ranks?.count ?? 1
    if options.pairs % chunks != 0 {
      Arguments.exit("--pairs is a multiple of the number of chunks, \(chunks), not \(options.pairs).")
    }
    if options.synchronized, chunks != ranks?.count ?? 1 {
      Arguments.exit("--synchronized goes with one chunk on each rank.")
    }
  }

  /// Runs the steps; the first rank prints the line.
  func run(_ step: TrainingStep, workers: Workers) throws {
    let program = try StepProgram(
      step, chunk: options.pairs / chunks, precision: options.precision, on: ranks, workers: workers)
    for variable in program.owner.variables {
      program.owner.setVariable(variable.path, to: try variable.initialValues(seed: 0, as: Float.self))
    }
    func run() throws -> Double {
      var generator = CounterGenerator(seed: 0, ranks?.rank ?? 0)
      return try program.run(learningRate: 0.1) { images in
        if images.first == 0 { for index in images.indices { images[index] = Float(generator.normal()) } }
      }
    }
    _ = try run()
    _ = ranks?.takeTraffic()
    var loss = 0.0
    let times = try (0..<options.steps).map { _ in try StepBenchmark.seconds { loss = try run() } }.sorted()
    let traffic = ranks?.takeTraffic()
    let median = times[times.count / 2]
    let steps = Double(options.steps)
    if ranks?.isFirst != false {
      StepBenchmark.printLine([
        ("model", "\"\(options.model.name)\""), ("size", "\(options.size)"), ("pairs", "\(options.pairs)"),
        ("chunks", "\(chunks)"), ("ranks", "\(ranks?.count ?? 1)"), ("threads", "\(workers.count)"),
        ("images_per_second", String(format: "%.2f", Double(2 * options.pairs) / median)),
        ("step_ms", String(format: "%.2f", median * 1e3)), ("loss", "\(loss)"),
        ("sent_mib_per_step", String(format: "%.1f", Double(traffic?.bytesSent ?? 0) / steps / 0x1p20)),
        ("in_flight_ms_per_step", String(format: "%.1f", 1e3 * (traffic?.secondsInFlight ?? 0) / steps)),
        ("waited_ms_per_step", String(format: "%.1f", 1e3 * (traffic?.secondsWaited ?? 0) / steps)),
        ("peak_mib", "\(StepBenchmark.peakMebibytes())"), ("blas", "\"\(blasKernelName)\""),
      ])
    }
    ranks?.finish()
  }
}
