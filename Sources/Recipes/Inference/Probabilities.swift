import Foundation

extension InferenceNetwork {
  /// Returns the class probabilities of a classifier, `[images, classes]`.
  ///
  /// - Parameters:
  ///   - images: The images.
  ///   - averagesFlips: Whether to average those of an image and its three mirror images.
  func probabilities(of images: [Image], averagingFlips averagesFlips: Bool) -> [Float] {
    // Mirrored one by one, as a copy of all images would double the memory.
    probabilities(images.count, averaging: Mirroring.averaged(averagesFlips)) { place, mirroring in
      mirroring.applied(to: images[place]).pixels
    }
  }

  /// Returns the class probabilities of a classifier, `[count, classes]`, averaged over mirror images.
  ///
  /// - Parameters:
  ///   - count: The number of images.
  ///   - mirrorings: The mirror images.
  ///   - input: Returns the numbers of the mirror image of the image at a place.
  func probabilities(
    _ count: Int, averaging mirrorings: [Mirroring], _ input: (Int, Mirroring) -> [Float]
  ) -> [Float] {
    means(count, of: mirrorings, input) { softmax($0, columns: columns) }
  }

  /// Returns the outputs, `[images, columns]`, or their means over each image and its three mirror images.
  func means(of images: [Image], averagingFlips averagesFlips: Bool) -> [Float] {
    means(images.count, of: Mirroring.averaged(averagesFlips)) { place, mirroring in
      mirroring.applied(to: images[place]).pixels
    }
  }

  private func means(
    _ count: Int, of mirrorings: [Mirroring], _ input: (Int, Mirroring) -> [Float],
    _ value: ([Float]) -> [Float] = { $0 }
  ) -> [Float] {
    var sums = [Float](repeating: 0, count: count * columns)
    for mirroring in mirrorings {
      let rows = rows(count) { input($0, mirroring) }
      let share = 1 / Float(mirrorings.count)
      for (place, value) in value(rows).enumerated() { sums[place] += share * value }
    }
    return sums
  }
}

/// Returns the probabilities of rows of logits.
func softmax(_ logits: [Float], columns: Int) -> [Float] {
  stride(from: 0, to: logits.count, by: columns).flatMap { start in
    let row = logits[start..<(start + columns)]
    let highest = row.max() ?? 0
    let exponentials = row.map { exp($0 - highest) }
    let sum = exponentials.reduce(0, +)
    return exponentials.map { $0 / sum }
  }
}
