extension Image {
  /// The picture reduced so that its shorter side has at most so many pixels, in its aspect; never enlarged.
  func reduced(toShorterSide side: Int) -> Image {
    let shorter = min(width, height)
    guard shorter > side else { return self }
    func length(_ length: Int) -> Int {
      max(1, Int((Double(length) * Double(side) / Double(shorter)).rounded(.toNearestOrEven)))
    }
    return resized(height: length(height), width: length(width))
  }
}
