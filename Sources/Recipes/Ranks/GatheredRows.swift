/// The rows of a result of all parts, those of each part together.
final class GatheredRows {
  let batch: UnsafeMutableBufferPointer<Float>
  private let rows: UnsafeMutableBufferPointer<Float>
  private let views: Int
  private let partCount: Int

  init(of batch: UnsafeMutableBufferPointer<Float>, views: Int, parts: Int) {
    self.batch = batch
    self.views = views
    partCount = batch.count / parts
    rows = .allocate(capacity: batch.count)
    rows.initialize(repeating: 0)
  }

  deinit { rows.deallocate() }

  var bytes: UnsafeMutableRawBufferPointer { UnsafeMutableRawBufferPointer(rows) }

  private func part(_ part: Int) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(rebasing: rows[part * partCount..<(part + 1) * partCount])
  }

  func set(_ values: UnsafeBufferPointer<Float>, of part: Int) {
    _ = self.part(part).update(fromContentsOf: values)
  }

  /// The bytes of a rank's parts.
  func own(_ parts: Range<Int>) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(
      UnsafeMutableBufferPointer(
        rebasing: rows[parts.lowerBound * partCount..<parts.upperBound * partCount]))
  }

  /// Copies all rows to their places in the batch.
  func copy(to cut: BatchCut) {
    for part in 0..<cut.count {
      cut.copy(UnsafeBufferPointer(self.part(part)), of: part, views: views, into: batch)
    }
  }
}
