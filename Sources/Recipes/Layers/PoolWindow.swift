/// The window of a pooling layer.
struct PoolWindow: Hashable, Checkable {
  /// The side in pixels.
  let window: Int
  /// The distance between windows; the side if nil.
  let stride: Int?
  /// The pixels added on each side of the image.
  let padding: Int

  var problems: [SettingProblem] {
    Check.count("window", window)
    if let stride { Check.count("stride", stride) }
    Check.count("padding", padding, atLeast: 0)
  }
}
