import TestSupport
import Testing

@testable import Autodiff
@testable import Ops

/// Products of mixed precision, with what they convert: each kernel, its gradients, and what a prologue and
/// an epilogue compute on the way.
@Suite struct MixedProductTests {
  private static let map: Shape = [4, 16, 16, 16]

  static let direct: [MixedChain] = [
    MixedChain(image: map, channels: 16, summary: "1x1/1 16->16"),
    MixedChain(image: map, channels: 24, prologue: .affine, hasEpilogue: true, summary: "1x1/1 16->24"),
    MixedChain(image: [5, 15, 15, 16], channels: 18, hasEpilogue: true, summary: "1x1/1 16->18"),
    MixedChain(
      image: [4, 18, 18, 16], channels: 52, kernel: (3, 3), stride: 2, padding: 1, prologue: .affine,
      summary: "3x3/2 16->52"),
    MixedChain(
      image: [4, 17, 19, 16], channels: 52, kernel: (3, 3), stride: 2, padding: 1, hasEpilogue: true,
      summary: "3x3/2 16->52"),
    MixedChain(
      image: [4, 18, 18, 16], channels: 52, kernel: (1, 1), stride: 2, prologue: .normalized,
      summary: "1x1/2 16->52"),
    MixedChain(
      image: [2, 48, 48, 4], channels: 32, kernel: (7, 7), stride: 2, padding: 3, prologue: .affine,
      hasEpilogue: true, summary: "7x7/2 4->32"),
    MixedChain(
      image: [2, 20, 24, 18], channels: 22, kernel: (2, 3), prologue: .affine, summary: "2x3/1 18->22"),
    MixedChain(
      image: map, channels: 18, kernel: (3, 3), padding: 2, dilation: (2, 1), prologue: .affine,
      summary: "3x3/1 16->18"),
    // Odd numbers of channels are converted, but multiplied in single precision.
    MixedChain(
      image: [4, 17, 17, 15], channels: 17, kernel: (3, 3), padding: 1, prologue: .affine, hasEpilogue: true,
      summary: "3x3/1 15->17", isInPairs: false),
    // Kernels for each channel: results in full vectors, in one that overlaps the one before it, and in part
    // of one; a convolution of one channel each is not multiplied in pairs.
    MixedChain(
      image: map, channels: 16, kernel: (3, 3), padding: 1, groups: 16, summary: "3x3/1 16 @",
      isInPairs: false),
    MixedChain(
      image: [8, 15, 17, 40], channels: 40, kernel: (5, 5), stride: 2, padding: 2, groups: 40,
      prologue: .affine, hasEpilogue: true, summary: "5x5/2 40 @", isInPairs: false),
    MixedChain(
      image: [4, 21, 21, 12], channels: 12, kernel: (7, 7), padding: 6, dilation: (2, 2), groups: 12,
      prologue: .affine, summary: "7x7/1 12 @", isInPairs: false),
    // Channels in groups, and pixels apart, are neither.
    MixedChain(
      image: map, channels: 16, kernel: (3, 3), padding: 1, groups: 2, prologue: .affine, hasEpilogue: true,
      summary: "3x3/1 16->16", isInPairs: false, converts: false),
    MixedChain(
      image: map, channels: 16, kernel: (3, 3), padding: 2, dilation: (2, 2), prologue: .affine,
      hasEpilogue: true, summary: "3x3/1 16->16", isInPairs: false, converts: false),
  ]

  static let other: [MixedChain] = [
    MixedChain(
      image: map, channels: 16, kernel: (3, 3), padding: 1, algorithm: .winograd2, summary: "winograd2",
      isInPairs: false),
    MixedChain(
      image: [4, 15, 18, 16], channels: 32, kernel: (3, 3), padding: 1, prologue: .affine, hasEpilogue: true,
      algorithm: .winograd2, summary: "winograd2", isInPairs: false),
    // To four positions or one: pairs are faster with even numbers of channels, but not where few taps are
    // inside.
    MixedChain(
      image: [256, 1, 1, 64], channels: 64, kernel: (3, 3), padding: 1, summary: "by positions",
      isInPairs: false),
    MixedChain(
      image: [64, 4, 4, 16], channels: 64, kernel: (3, 3), stride: 2, padding: 1, summary: "3x3/2 16->64"),
    MixedChain(
      image: [256, 1, 1, 64], channels: 64, kernel: (3, 3), padding: 1, algorithm: .im2col,
      summary: "3x3/1 64->64"),
    MixedChain(
      image: [128, 2, 2, 32], channels: 64, kernel: (3, 3), padding: 1, prologue: .affine, hasEpilogue: true,
      algorithm: .im2col, summary: "3x3/1 32->64"),
    MixedChain(
      image: [64, 4, 4, 17], channels: 65, kernel: (3, 3), stride: 2, padding: 1, summary: "by positions",
      isInPairs: false),
    MixedChain(
      image: [64, 4, 4, 17], channels: 65, kernel: (3, 3), stride: 2, padding: 1, prologue: .affine,
      hasEpilogue: true, summary: "by positions", isInPairs: false),
    MixedChain(image: [256, 64], channels: 66, summary: "1x1/1 64->66"),
    MixedChain(image: [320, 80], channels: 96, hasEpilogue: true, summary: "1x1/1 80->96"),
  ]

  /// Weights that are multiplied in pools of tiles, rows that are not divided, and gradients of weights that
  /// are divided along both axes.
  static let large: [MixedChain] = [
    MixedChain(
      image: [2, 7, 7, 192], channels: 176, kernel: (3, 3), padding: 1, prologue: .affine, hasEpilogue: true,
      algorithm: .winograd2, summary: "winograd2", isInPairs: false),
    MixedChain(
      image: [32, 512], channels: 520, hasWeightGradients: false, summary: "32x520x512 by positions",
      isInPairs: false),
    MixedChain(image: [256, 192], channels: 384, summary: "1x1/1 192->384"),
  ]

  static let byWinograd4: [MixedChain] = [
    MixedChain(
      image: map, channels: 16, kernel: (3, 3), padding: 1, algorithm: .winograd4, summary: "winograd4",
      isInPairs: false),
    MixedChain(
      image: [4, 15, 18, 16], channels: 32, kernel: (3, 3), padding: 1, prologue: .normalized,
      hasEpilogue: true,
      algorithm: .winograd4, summary: "winograd4", isInPairs: false),
    MixedChain(
      image: [2, 12, 12, 64], channels: 80, kernel: (3, 3), padding: 1, prologue: .affine, hasEpilogue: true,
      algorithm: .winograd4, summary: "winograd4", isInPairs: false),
  ]

  /// Of whole numbers that rounding leaves as they are, whose sums are exact in single precision: the results
  /// are those of the definitions to the last bit.
  @Test(arguments: (direct + other + large).filter { $0.prologue != .normalized })
  func areExactOfWholeNumbers(_ row: MixedChain) throws {
    let run = try MixedRun(of: row.options, inputs: .whole, row.build)
    try expectConversions(row, run.compilation)
    run.expectExact()
  }

  @Test(arguments: direct + other + byWinograd4) func roundsWithinItsBounds(_ row: MixedChain) throws {
    let run = try MixedRun(of: row.options, inputs: .real, row.build)
    try expectConversions(row, run.compilation)
    run.expectWithinBounds()
  }

  /// Whatever passes are turned off.
  @Test(arguments: [CompilerOptions.Pass.prologues, .epilogues, .fusion, .inPlace, .reuse], [3, 6])
  func areExactWithoutPasses(_ pass: CompilerOptions.Pass, place: Int) throws {
    let row = MixedProductTests.direct[place]
    var options = row.options
    options.disabled = [pass]
    let run = try MixedRun(of: options, inputs: .whole, row.build)
    #expect(!run.rounded.isEmpty)
    run.expectExact()
  }

  // Expects that the calls of the middle layer read and write rounded tensors, as its row says.
  private func expectConversions(_ row: MixedChain, _ compilation: Compilation) throws {
    let calls = compilation.calls.map(\.call.plan).filter { call in
      call.summary.contains(row.summary)
    }
    #expect(calls.count == (row.hasWeightGradients ? 3 : 2), "\(compilation.calls.map(\.call.plan.summary))")
    for call in calls {
      let isOfWeights = call.summary.contains("weight gradient")
      let read = (call as? any ContractionPlan)?.operands ?? call.reads
      let operands = read.count { $0.storage == .bfloat16 }
      #expect(operands >= (row.converts ? isOfWeights ? 2 : 1 : 0), "\(call.summary)")
      #expect(row.converts || operands == 0, "\(call.summary)")
      let results = call.writes.count { $0.storage == .bfloat16 }
      #expect(results == (isOfWeights ? 0 : 1) || !row.converts, "\(call.summary)")
      #expect(call.isInPairs == row.isInPairs, "\(call.summary)")
    }
  }
}
