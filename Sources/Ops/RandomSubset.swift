/// The places of each row in two parts, `[rows, places]`: those of a random subset, each of a size as likely
/// as any other, and then the others, both ascending from 0. It draws by `RandomRows`.
package struct RandomSubset: RandomRowOperation {
  /// The size of the subset.
  package let chosen: Int
  /// The number of places of a row.
  package let places: Int
  /// The number that tells it from other random operations of a network.
  package let stream: Int
  /// The rows.
  package let rows: Int
  /// The samples of a view, whose rows follow each other.
  package let samples: Int

  /// The most places whose numbers are exact in single precision.
  package static let mostPlaces = 1 << 24

  package func resultType(of operands: [TensorType]) throws(ShapeError) -> TensorType {
    let result = TensorType([rows, places], operands[0].element)
    guard (0...places).contains(chosen), places <= Self.mostPlaces else {
      throw ShapeError(
        "A subset has some of a number of places.", expected: "0 to \(places), at most \(Self.mostPlaces)",
        found: "\(chosen)", assuming: result)
    }
    return result
  }

  // A place is chosen with the probability of still needed ones among those left (Knuth, The Art of Computer
  // Programming, volume 2, algorithm 3.4.2 S), by the upper bits of a product.
  @specialized(where T == Float)
  @specialized(where T == Double)
  func draw<T: Real>(
    _ rows: Range<Int>, _ random: RandomRows, to result: UnsafeMutableBufferPointer<T>
  ) {
    for row in rows {
      var generator = random[row]
      var (taken, left) = (row * places, row * places + chosen)
      let end = left
      for place in 0..<places {
        let draw = Int(generator.next().multipliedFullWidth(by: UInt64(places - place)).high)
        if draw < end - taken {
          result[taken] = T(place)
          taken += 1
        } else {
          result[left] = T(place)
          left += 1
        }
      }
    }
  }
}

extension GraphBuilder {
  /// Returns the places of each of some rows in two parts, `[rows, places]`: a random subset of a size, and
  /// the others. The rows are those of images.
  ///
  /// - Parameters:
  ///   - chosen: The size of the subset.
  ///   - places: The number of places of a row.
  ///   - rows: The number of rows.
  package func randomSubset(_ chosen: Int, of places: Int, rows: Int) -> Tensor {
    let subset = RandomSubset(
      chosen: chosen, places: places, stream: nextRandomStream(), rows: rows,
      samples: max(1, samples ?? rows))
    return apply(subset, to: randomOperands)
  }
}
