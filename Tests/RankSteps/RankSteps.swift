import Distributed
import Foundation
import Recipes

/// A step of 512 pairs in eight chunks, computed by all ranks of a launch together; each then computes the
/// step of the whole batch by itself, and the first prints how far the gradients are apart, and a hash of its
/// weights.
///
/// `RankSteps synchronized` takes steps with ``SynchronizedSteps`` instead, `RankSteps mixed` with
/// ``MixedSteps``; with `longer` or `shorter` and a folder, it is a ``DivergingRun``.
@main struct RankSteps {
  private static let (pairs, chunks, rate) = (512, 8, Float(0.5))

  static func main() throws {
    let ranks = try Ranks.launched { loss in
      FileHandle.standardError.write(Data("\(loss)\n".utf8))
      return 1
    }
    if CommandLine.arguments.contains("synchronized") {
      try SynchronizedSteps.run(on: ranks)
      ranks?.finish()
      return
    }
    if CommandLine.arguments.contains("mixed") { return try MixedSteps.run() }
    if let mode = CommandLine.arguments.dropFirst().first, let folder = CommandLine.arguments.last {
      return try DivergingRun(isLonger: mode == "longer", output: URL(filePath: folder)).run(on: ranks)
    }
    let shared = try StepProgram(step(), chunk: pairs / chunks, on: ranks, workers: Workers(count: 1))
    let own = chunks / (ranks?.count ?? 1)
    let together = try trained(shared) { call in (ranks?.rank ?? 0) * own + call % own }
    let whole = try trained(StepProgram(step(), chunk: nil, on: nil, workers: Workers(count: 1))) { _ in nil }
    if ranks?.isFirst != false {
      // Of what is trained: the count of the steps moves by 1.
      let start = try step().graph.variables.flatMap { variable in
        try variable.initialValues(seed: 1, as: Float.self).map { (variable.isTrained, $0) }
      }
      var (largest, difference) = (Float(0), Float(0))
      for (place, (isTrained, before)) in start.enumerated() where isTrained {
        largest = max(largest, abs(whole[place] - before) / rate)
        difference = max(difference, abs(whole[place] - together[place]) / rate)
      }
      print("gradient \(largest) difference \(difference) hash \(hash(of: together))")
    }
    ranks?.finish()
  }

  private static func step() throws -> TrainingStep {
    try TrainingStep(
      Plain(), image: [8, 8, 3], pairs: Pairs(pairs), loss: NTXent(temperature: 0.2),
      optimizer: SGD(learningRate: Double(rate)).clipping(norm: 0.05),
      average: WeightAverage(decay: 0.5))
  }

  /// Returns the weights after a step.
  ///
  /// - Parameter part: Returns the chunk whose views are asked for by a call; nil for the whole batch.
  private static func trained(_ program: StepProgram, part: (Int) -> Int?) throws -> [Float] {
    for variable in program.owner.variables {
      program.owner.setVariable(variable.path, to: try variable.initialValues(seed: 1, as: Float.self))
    }
    var calls = 0
    _ = try program.run(learningRate: rate) { images in
      let part = part(calls)
      draw(part.map { $0 * pairs / chunks..<($0 + 1) * pairs / chunks } ?? 0..<pairs, into: images)
      calls += 1
    }
    return program.owner.variables.flatMap { program.owner.variable($0.path, as: Float.self) }
  }
}

/// Returns a hash of the bits of some numbers.
func hash(of values: some Sequence<Float>) -> UInt64 {
  values.reduce(14_695_981_039_346_656_037) { ($0 ^ UInt64($1.bitPattern)) &* 1_099_511_628_211 }
}

/// Draws two views of 8 x 8 pixels for each of some samples.
func draw(_ samples: Range<Int>, step: Int = 0, into images: UnsafeMutableBufferPointer<Float>) {
  var place = 0
  for view in 0..<2 {
    for sample in samples {
      var generator = CounterGenerator(seed: 7, view, sample, step)
      for _ in 0..<8 * 8 * 3 {
        images[place] = Float(generator.uniform())
        place += 1
      }
    }
  }
}

/// A network without batch normalization, which is the same function of an image whatever the batch.
private struct Plain: Layer {
  var body: some Layer {
    Conv2D(6, kernel: 3, stride: 2, bias: true)
    ReLU()
    Conv2D(8, kernel: 3, stride: 2, bias: true)
    ReLU(); DropPath(0.2)
    GlobalAveragePool(); Dropout(0.2)
    Linear(8)
  }
}
