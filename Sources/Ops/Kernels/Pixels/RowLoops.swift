/// Loops over the values of rows of pixels: the inner loops of resizing, blurring and mirroring.
package enum RowLoops {
  /// Computes `output[i] = sum over k of weights[k] * source[offsets[k] + i]`, the inner loop of resizing and
  /// blurring.
  ///
  /// The sum over k stays in registers, so the output is written once for any number of taps. The output must
  /// not overlap the source.
  package static func weightedSum(
    of source: UnsafeBufferPointer<Float>, offsets: UnsafeBufferPointer<Int>,
    weights: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>
  ) {
    let count = output.count
    let lanes = Lanes<Float>.scalarCount
    contract(
      offsets.count == weights.count && offsets.allSatisfy { $0 >= 0 && $0 + count <= source.count },
      "a weighted sum reads inside its source")
    guard count > 0, let input = source.baseAddress, let result = output.baseAddress else { return }
    // Blocks of a few vectors, as consecutive additions to one vector depend on each other. The last block
    // overlaps the previous one if the length is not a multiple.
    var start = 0
    if count >= 4 * lanes {
      while start < count {
        let place = min(start, count - 4 * lanes)
        var sums = (Lanes<Float>.zero, Lanes<Float>.zero, Lanes<Float>.zero, Lanes<Float>.zero)
        for k in 0..<weights.count {
          let (weight, from) = (weights[k], input + (offsets[k] &+ place))
          sums.0 += weight * load(from)
          sums.1 += weight * load(from + lanes)
          sums.2 += weight * load(from + 2 * lanes)
          sums.3 += weight * load(from + 3 * lanes)
        }
        store(sums.0, result + place)
        store(sums.1, result + (place &+ lanes))
        store(sums.2, result + (place &+ 2 * lanes))
        store(sums.3, result + (place &+ 3 * lanes))
        start += 4 * lanes
      }
    } else if count >= lanes {
      while start < count {
        let place = min(start, count - lanes)
        var sum = Lanes<Float>.zero
        for k in 0..<weights.count { sum += weights[k] * load(input + (offsets[k] &+ place)) }
        store(sum, result + place)
        start += lanes
      }
    } else {
      for i in 0..<count {
        var sum: Float = 0
        for k in 0..<weights.count { sum += weights[k] * input[offsets[k] + i] }
        result[i] = sum
      }
    }
  }

  /// Adds `weight` times a vector to sums.
  package static func add(
    _ source: UnsafeBufferPointer<Float>, times weight: Float, to sums: UnsafeMutableBufferPointer<Float>
  ) {
    contract(source.count <= sums.count, "every element has a sum")
    guard let input = source.baseAddress, let output = sums.baseAddress else { return }
    for i in 0..<source.count { output[i] += weight * input[i] }
  }

  /// Writes the pixels of a row in reverse order.
  package static func mirror(
    _ row: UnsafeBufferPointer<Float>, channels: Int, into output: UnsafeMutableBufferPointer<Float>
  ) {
    contract(output.count == row.count, "a mirrored row has as many pixels")
    let last = row.count - channels
    if channels == 3 {
      // With the channels written out, the compiler moves whole vectors of pixels.
      for pixel in 0..<(row.count / 3) {
        let i = 3 &* pixel
        output[i] = row[last &- i]
        output[i &+ 1] = row[last &- i &+ 1]
        output[i &+ 2] = row[last &- i &+ 2]
      }
    } else {
      for start in stride(from: 0, to: row.count, by: channels) {
        for channel in 0..<channels { output[start + channel] = row[last - start + channel] }
      }
    }
  }
}
