/// `output[i] = sum over k of weights[k] * source[offsets[k] + i]`, the inner loop of resizing and blurring.
///
/// The sum over k stays in registers, so the output is written once whatever the number of taps.
func weightedSum(
  of source: UnsafeBufferPointer<Float>, offsets: UnsafeBufferPointer<Int>,
  weights: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>
) {
  typealias Lanes = SIMD16<Float>
  let count = output.count
  precondition(
    offsets.count == weights.count && offsets.allSatisfy { $0 >= 0 && $0 + count <= source.count },
    "a weighted sum reads inside its source")
  guard count > 0, let input = UnsafeRawPointer(source.baseAddress),
    let result = UnsafeMutableRawPointer(output.baseAddress)
  else { return }
  let float = MemoryLayout<Float>.stride
  var start = 0
  while start + Lanes.scalarCount <= count {
    var sum = Lanes.zero
    for k in 0..<weights.count {
      sum += weights[k] * input.loadUnaligned(fromByteOffset: (offsets[k] + start) * float, as: Lanes.self)
    }
    result.storeBytes(of: sum, toByteOffset: start * float, as: Lanes.self)
    start += Lanes.scalarCount
  }
  for i in start..<count {
    var sum: Float = 0
    for k in 0..<weights.count { sum += weights[k] * source[offsets[k] + i] }
    output[i] = sum
  }
}
