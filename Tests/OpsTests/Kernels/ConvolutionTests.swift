import Autodiff
import TestSupport
import Testing

@testable import Ops

/// Convolutions as products of patches that lie in lines of the image, where kernels and sums are cut in
/// panels.
@Suite struct ConvolutionTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let image: Shape, channels: Int, kernel: (Int, Int)
    var stride = 1, padding = 0, groups = 1
    var testDescription: String {
      "\(kernel.0)x\(kernel.1)/\(stride) of \(image) to \(channels), padding \(padding), groups \(groups)"
    }
  }

  static let cases = [
    // Sums of more than 65,536 elements in panels that four tasks do not share evenly.
    Case(image: [2, 3, 3, 256], channels: 320, kernel: (1, 1)),
    Case(image: [2, 3, 4, 24], channels: 304, kernel: (3, 3), padding: 1),
    Case(image: [1, 6, 5, 40], channels: 208, kernel: (3, 3), stride: 2, padding: 1),
    // Kernels whose last panel is narrower than the others.
    Case(image: [2, 5, 4, 80], channels: 96, kernel: (1, 1)),
    Case(image: [1, 6, 5, 96], channels: 80, kernel: (3, 3), stride: 2, padding: 1),
    // More rows of a kernel than are multiplied at a time.
    Case(image: [1, 3, 4, 1100], channels: 70, kernel: (1, 1)),
    Case(image: [1, 3, 4, 70], channels: 1100, kernel: (1, 1)),
    Case(image: [2, 4, 5, 200], channels: 96, kernel: (3, 2), padding: 1),
    // Lines long enough that patches stay where they are.
    Case(image: [2, 9, 40, 3], channels: 18, kernel: (7, 7), stride: 2, padding: 3),
    Case(image: [1, 4, 19, 5], channels: 33, kernel: (2, 3)),
    // Tiles of several images.
    Case(image: [40, 3, 5, 4], channels: 7, kernel: (3, 3), padding: 1),
    Case(image: [40, 5, 5, 3], channels: 9, kernel: (3, 3), stride: 3, padding: 1),
    Case(image: [70, 2, 3, 6], channels: 5, kernel: (1, 1)),
    Case(image: [9, 7, 7, 6], channels: 6, kernel: (1, 1), stride: 2),
    // Groups, whose channels are copied apart.
    Case(image: [3, 6, 6, 8], channels: 12, kernel: (3, 3), padding: 1, groups: 4),
    Case(image: [3, 6, 18, 4], channels: 6, kernel: (1, 1), groups: 2),
    // A kernel for each channel: blocks of channels that overlap or are less than a vector, lines shorter
    // than a tile, an odd number of lines, taps in groups that are not full, and images of several bands.
    Case(image: [2, 7, 7, 40], channels: 40, kernel: (7, 7), padding: 3, groups: 40),
    Case(image: [3, 6, 19, 24], channels: 24, kernel: (5, 5), padding: 2, groups: 24),
    Case(image: [2, 9, 10, 16], channels: 16, kernel: (3, 3), stride: 2, padding: 1, groups: 16),
    Case(image: [2, 8, 21, 7], channels: 7, kernel: (2, 3), stride: 3, groups: 7),
    Case(image: [1, 1, 17, 3], channels: 3, kernel: (1, 1), padding: 2, groups: 3),
    Case(image: [1, 70, 130, 2], channels: 2, kernel: (3, 3), padding: 1, groups: 2),
    Case(image: [20, 5, 4, 33], channels: 33, kernel: (4, 4), stride: 2, padding: 2, groups: 33),
    // Inputs that no tap sees, and taps that see none.
    Case(image: [3, 9, 8, 2], channels: 3, kernel: (2, 1), stride: 4),
    Case(image: [5, 2, 3, 4], channels: 4, kernel: (5, 5), padding: 2),
  ]

  /// A convolution of what a prologue computes, with an epilogue, and both its gradients.
  @Test(arguments: cases)
  func agreesWithTheInterpreter(_ row: Case) throws {
    try check(row, as: Double.self, tolerance: 1e-12)
    try check(row, as: Float.self, tolerance: 2e-5)
  }

  /// Few lines are so long that eight threads end at the same time, or nearly.
  @Test(arguments: [(392, 49), (784, 49), (4160, 64), (3152, 16), (25_088, 64), (97, 1)])
  func rowsOfAProductAreDividedForThreads(rows: Int, line: Int) {
    let geometry = ConvolutionGeometry(rows: rows, channels: 768, outChannels: 3072)
    #expect(geometry.outWidth == line && geometry.outWidth * geometry.outHeight == rows)
  }

  private func check<T: Real>(_ row: Case, as type: T.Type, tolerance: Double) throws {
    let convolution = FusedConvolution(
      of: row.image, to: row.channels, kernel: row.kernel, stride: row.stride, padding: row.padding,
      groups: row.groups, as: T.self)
    let loss = (convolution.y * convolution.y).mean()
    try expectAgreement(
      convolution.graph, outputs: [convolution.y, loss] + convolution.gradients(of: loss),
      inputs: randomInputs(of: convolution.graph, as: T.self), tolerance: tolerance)
  }
}
