/// The occlusion check (Zeiler and Fergus 2014): how much of a class's probability is lost when a patch of
/// the image is covered.
struct Occlusion {
  /// The number of places of the patch across and down.
  static let places = 8

  /// The probability without a patch minus that with one, by place, row by row.
  let drops: [Float]

  /// Measures an image, `[size, size, C]`.
  ///
  /// - Parameter probabilities: Returns the probability of the class for each image.
  init(of image: Image, probabilities: ([Image]) -> [Float]) {
    let covered = (0..<(Occlusion.places * Occlusion.places)).map { place in
      image.covered(row: place / Occlusion.places, column: place % Occlusion.places)
    }
    let whole = probabilities([image]).first ?? 0
    drops = probabilities(covered).map { whole - $0 }
  }

  /// The largest loss.
  var largest: Float { drops.max() ?? 0 }

  /// The losses as a heat map; gains are left out.
  var heat: HeatMap { HeatMap(drops, height: Occlusion.places, width: Occlusion.places) }
}

extension Image {
  /// Returns the image with a patch of its mean color, a quarter as high and wide, around a place of the
  /// grid.
  func covered(row: Int, column: Int) -> Image {
    let count = Float(max(1, width * height))
    let mean = (0..<channels).map { channel in
      stride(from: channel, to: pixels.count, by: channels).reduce(0) { $0 + pixels[$1] } / count
    }
    func range(_ place: Int, of side: Int) -> Range<Int> {
      let middle = (2 * place + 1) * side / (2 * Occlusion.places)
      return max(0, middle - side / 8)..<min(side, middle + max(1, side / 8))
    }
    var image = self
    for y in range(row, of: height) {
      for x in range(column, of: width) {
        for channel in 0..<channels { image.pixels[(y * width + x) * channels + channel] = mean[channel] }
      }
    }
    return image
  }
}
