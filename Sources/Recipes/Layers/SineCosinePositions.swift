import Foundation

/// Fixed positions in a grid (Vaswani et al. 2017, in two dimensions), as the authors of masked autoencoders
/// compute them: half of the channels for the column, half for the row, each with sines and then cosines of
/// wavelengths from 2 pi to 20000 pi.
struct SineCosinePositions {
  /// The number of channels, a multiple of 4.
  let width: Int

  /// Returns the positions of a grid, row by row, `[rows * columns, width]`.
  func values(rows: Int, columns: Int) -> [Double] {
    (0..<rows).flatMap { row in
      (0..<columns).flatMap { column in waves(column) + waves(row) }
    }
  }

  // Returns width / 2 numbers for a place.
  private func waves(_ place: Int) -> [Double] {
    let count = width / 4
    let angles = (0..<count).map { Double(place) / pow(10000, Double($0) / Double(count)) }
    return angles.map { sin($0) } + angles.map { cos($0) }
  }
}
