/// The places of each row in two parts, `[rows, places]`: those of a random subset, each of a size as likely
/// as any other, and then the others, both ascending from 0. It draws by `RandomRows`.
package struct RandomSubset: KernelOperation {
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

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [nil, nil, nil]
  }

  package func partCount(_ operands: [TensorType], result: TensorType) -> Int { rows }

  @specialized(where T == Float)
  @specialized(where T == Double)
  package func compute<T: Real>(_ rows: Range<Int>, _ buffers: KernelBuffers<T>) {
    let (seed, first) = (buffers.indices(1), buffers.indices(2)[0])
    let random = RandomRows(
      stream: stream, samples: samples, step: buffers[0][0], seed: (seed[0], seed[1]), first: first)
    draw(rows, random, to: buffers.result)
  }

  package func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] {
    let (seed, first) = (operands.indices(1), operands.indices(2)[0])
    let random = RandomRows(
      stream: stream, samples: samples, step: operands[0][0], seed: (seed[0], seed[1]), first: first)
    return [T](unsafeUninitializedCapacity: type.shape.count) { result, count in
      draw(0..<rows, random, to: result)
      count = type.shape.count
    }
  }

  // A place is chosen with the probability of still needed ones among those left (Knuth, The Art of Computer
  // Programming, volume 2, algorithm 3.4.2 S), by the upper bits of a product.
  @specialized(where T == Float)
  @specialized(where T == Double)
  private func draw<T: Real>(
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
