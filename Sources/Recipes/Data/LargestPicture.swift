import Ops

extension Dataset {
  /// Returns the peak memory of reading the largest photograph, in bytes: for decoding its file, and as
  /// numbers.
  ///
  /// Only headers of files are read, and of more than a few thousand files only those of a sample, evenly
  /// spaced over the dataset.
  func largestPicture(_ workers: Workers) -> (decoding: Int, numbers: Int) {
    let step = (photographs.count - 1) / 4096 + 1
    let side = preparation.shorterSide
    let number = channels * MemoryLayout<Float>.stride
    // A reduced image is seldom more than twice as long as it is wide.
    let most = side.map { 2 * $0 * $0 * number } ?? Image.largestPixelCount * number
    return workers.map((photographs.count - 1) / step + 1) { place in
      switch photographs[place * step].content {
      case .pixels, .rendered, .loaded: return (decoding: 0, numbers: 0)
      case .file(let file):
        let decoding = Image.decodingBytes(of: file, shorterSide: side) ?? 0
        return (decoding, min(decoding * MemoryLayout<Float>.stride, most))
      }
    }.reduce((0, 0)) { (max($0.0, $1.decoding), max($0.1, $1.numbers)) }
  }
}
