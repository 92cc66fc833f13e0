import Foundation
import Recipes

/// A run of two stages that can be trained side by side, one of which diverges.
struct DivergingRun {
  /// Whether the one that diverges takes longer, so that the first of several ranks trains it.
  let isLonger: Bool
  let output: URL

  /// Runs or follows, and exits with 7 if that fails.
  func run(on ranks: Ranks?) throws {
    do {
      // Of one chunk each, so that they are trained side by side whatever the estimates say.
      let (pipeline, dataset) = (pipeline.cut(into: 1), try dataset())
      if let ranks, !ranks.isFirst {
        try pipeline.follow(ranks, on: dataset)
      } else {
        try pipeline.run(on: dataset, in: RunFolder(output), ranks: ranks, page: nil)
      }
      ranks?.finish()
    } catch {
      if ranks?.isFirst != false || ranks?.isOver == false {
        FileHandle.standardError.write(Data("\(error)\n".utf8))
      }
      let code = if case RankError.failed = error { 0 as Int32 } else { 7 as Int32 }
      ranks?.finish(code)
      exit(code)
    }
  }

  private var pipeline: Pipeline {
    Pipeline("two") {
      stage("steady", weightDecay: 0, epochs: 300)
      // Its weights grow with each step, so that the other stage has been begun when they overflow.
      stage("diverging", weightDecay: 50, epochs: isLonger ? 301 : 299)
    }
  }

  private func stage(_ name: String, weightDecay: Scheduled, epochs: Int) -> Stage {
    Stage(name, on: .unlabelled) {
      Views(2) { RandomFlip() }
      ResNet(.custom(blocks: [1], bottleneck: false, channels: 4), stem: .small)
      ProjectionHead(hidden: [8], output: 8)
      NTXent(temperature: 0.1)
      Optimize(SGD(learningRate: 0.1, weightDecay: weightDecay), batch: 8, epochs: epochs)
    }
  }

  private func dataset() throws -> Dataset {
    let photographs = (0..<16).map { index in
      let pixels = (0..<192).map { Float(($0 + index) * (index + 3) % 17) / 17 }
      return Photograph(
        id: "\(index)", patient: "P\(index)", image: Image(width: 8, height: 8, pixels: pixels))
    }
    return try Dataset(photographs, classes: [], source: "patterns")
  }
}
