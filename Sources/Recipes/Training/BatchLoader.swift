/// The source of a step's images, or of their features: a piece of a batch at a time, loaded in the
/// background of the step before.
protocol BatchLoader: AnyObject {
  /// Begins with a piece of a batch of an epoch. The previous piece must be finished.
  func begin(_ batch: [ViewKey], epoch: Int)

  /// Waits until the piece is there, and writes it to `images`, a row for each view.
  ///
  /// - Throws: `DataError` for the first row with neither its photograph nor a substitute.
  func finish(into images: UnsafeMutableBufferPointer<Float>) throws
}
