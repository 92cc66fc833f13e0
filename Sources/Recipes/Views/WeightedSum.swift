private typealias Lanes = SIMD16<Float>

/// Computes `output[i] = sum over k of weights[k] * source[offsets[k] + i]`, the inner loop of resizing and
/// blurring.
///
/// The sum over k stays in registers, so the output is written once for any number of taps. The output must
/// not overlap the source.
func weightedSum(
  of source: UnsafeBufferPointer<Float>, offsets: UnsafeBufferPointer<Int>,
  weights: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>
) {
  let count = output.count
  contract(
    offsets.count == weights.count && offsets.allSatisfy { $0 >= 0 && $0 + count <= source.count },
    "a weighted sum reads inside its source")
  guard count > 0, let input = source.baseAddress, let result = output.baseAddress else { return }
  // Blocks of a few vectors, as consecutive additions to one vector depend on each other. The last block
  // overlaps the previous one if the length is not a multiple.
  var start = 0
  if count >= 4 * Lanes.scalarCount {
    while start < count {
      let place = min(start, count - 4 * Lanes.scalarCount)
      var sums = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
      for k in 0..<weights.count {
        let (weight, from) = (weights[k], input + (offsets[k] &+ place))
        sums.0 += weight * load(from)
        sums.1 += weight * load(from + Lanes.scalarCount)
        sums.2 += weight * load(from + 2 * Lanes.scalarCount)
        sums.3 += weight * load(from + 3 * Lanes.scalarCount)
      }
      store(sums.0, result + place)
      store(sums.1, result + (place &+ Lanes.scalarCount))
      store(sums.2, result + (place &+ 2 * Lanes.scalarCount))
      store(sums.3, result + (place &+ 3 * Lanes.scalarCount))
      start += 4 * Lanes.scalarCount
    }
  } else if count >= Lanes.scalarCount {
    while start < count {
      let place = min(start, count - Lanes.scalarCount)
      var sum = Lanes.zero
      for k in 0..<weights.count { sum += weights[k] * load(input + (offsets[k] &+ place)) }
      store(sum, result + place)
      start += Lanes.scalarCount
    }
  } else {
    for i in 0..<count {
      var sum: Float = 0
      for k in 0..<weights.count { sum += weights[k] * input[offsets[k] + i] }
      result[i] = sum
    }
  }
}

@inline(__always)
private func load(_ pointer: UnsafePointer<Float>) -> Lanes {
  UnsafeRawPointer(pointer).loadUnaligned(as: Lanes.self)
}

@inline(__always)
private func store(_ value: Lanes, _ pointer: UnsafeMutablePointer<Float>) {
  UnsafeMutableRawPointer(pointer).storeBytes(of: value, as: Lanes.self)
}
