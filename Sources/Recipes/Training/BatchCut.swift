/// A batch cut into parts of equal size, each a contiguous range of samples.
///
/// A batch has the rows `[V * N, ...]`, the first views of all samples before the second ones; so does a part
/// for its own samples. A result of the target network may be of fewer views.
struct BatchCut {
  /// The samples of the batch, N.
  let samples: Int
  /// The number of parts.
  let count: Int

  /// Creates a batch in parts of the given number of samples; one part if nil.
  init(_ form: BatchForm, samplesPerPart: Int? = nil) {
    samples = form.samples
    count = form.samples / (samplesPerPart ?? form.samples)
  }

  /// The places of one view of a part among the rows of the batch.
  func rows(of part: Int, view: Int) -> Range<Int> {
    let size = samples / count
    let first = view * samples + part * size
    return first..<first + size
  }

  /// The views of a part, of those in a range of numbers.
  func keys(of part: Int, views: Range<Int>, in batch: [ViewKey]) -> [ViewKey] {
    views.flatMap { batch[rows(of: part, view: $0)] }
  }

  /// Copies the rows of a part, those of a number of views, to their places in the batch.
  func copy(
    _ rows: UnsafeBufferPointer<Float>, of part: Int, views: Int,
    into batch: UnsafeMutableBufferPointer<Float>
  ) {
    for (own, place) in places(of: part, views, width: batch.count / (views * samples)) {
      _ = batch[place].update(fromContentsOf: rows[own])
    }
  }

  /// Copies the rows of a part, those of a number of views, out of those of the batch.
  func copy(
    from batch: UnsafeBufferPointer<Float>, of part: Int, views: Int,
    into rows: UnsafeMutableBufferPointer<Float>
  ) {
    for (own, place) in places(of: part, views, width: batch.count / (views * samples)) {
      _ = rows[own].update(fromContentsOf: batch[place])
    }
  }

  // The elements of each view of a part: among those of the part, and among those of the batch.
  private func places(
    of part: Int, _ views: Int, width: Int
  ) -> [(own: Range<Int>, batch: Range<Int>)] {
    (0..<views).map { view in
      let rows = rows(of: part, view: view)
      return (
        view * rows.count * width..<(view + 1) * rows.count * width,
        rows.lowerBound * width..<rows.upperBound * width
      )
    }
  }
}
