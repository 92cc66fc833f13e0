import Foundation

extension InferenceNetwork {
  /// Returns the class probabilities of a classifier, `[images, classes]`.
  ///
  /// - Parameters:
  ///   - images: The images.
  ///   - averagesFlips: Whether to average those of an image and its three mirror images.
  func probabilities(of images: [Image], averagingFlips averagesFlips: Bool) -> [Float] {
    means(of: images, averagingFlips: averagesFlips) { softmax($0, columns: columns) }
  }

  /// Returns a function of the outputs, `[images, columns]`, or its mean over each image and its three mirror
  /// images.
  func means(
    of images: [Image], averagingFlips averagesFlips: Bool, _ value: ([Float]) -> [Float] = { $0 }
  ) -> [Float] {
    let mirrorings =
      averagesFlips ? [(false, false), (true, false), (false, true), (true, true)] : [(false, false)]
    var sums = [Float](repeating: 0, count: images.count * columns)
    for (across, down) in mirrorings {
      // Mirrored one by one, as a copy of all images would double the memory.
      let rows = rows(of: images) { image in
        across || down ? image.flipped(horizontally: across, vertically: down) : image
      }
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
