/// A mirror image of a photograph, or the photograph itself.
enum Mirroring: Int, CaseIterable {
  case none, across, down, both

  /// Returns the mirror images over which the probabilities of a photograph are averaged.
  static func averaged(_ averagesFlips: Bool) -> [Mirroring] { averagesFlips ? allCases : [.none] }

  /// Returns the mirror image.
  func applied(to image: Image) -> Image {
    if self == .none { return image }
    return image.flipped(horizontally: self != .down, vertically: self != .across)
  }
}
