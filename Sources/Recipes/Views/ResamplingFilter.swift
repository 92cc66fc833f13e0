/// The weights that make each of `to` target positions out of `from` source positions along one axis.
struct ResamplingFilter {
  /// Target position `i` reads source positions `first[i]...`, with `weights[offsets[i]..<offsets[i + 1]]`.
  private var first: [Int] = []
  private var offsets: [Int] = [0]
  private var weights: [Float] = []

  init(_ interpolation: Interpolation, from: Int, to: Int) {
    let scale = Double(from) / Double(to)
    // The kernel is stretched where the image is reduced.
    let stretch = max(scale, 1)
    let support = stretch * interpolation.support
    first.reserveCapacity(to)
    offsets.reserveCapacity(to + 1)
    weights.reserveCapacity(to * (Int(support * 2) + 2))
    for target in 0..<to {
      let center = scale * (Double(target) + 0.5)
      let low = max(Int(center - support + 0.5), 0)
      let high = min(Int(center + support + 0.5), from)
      func weight(_ source: Int) -> Double {
        interpolation.weight(at: (Double(source) + 0.5 - center) / stretch)
      }
      var total = 0.0
      for source in low..<high { total += weight(source) }
      for source in low..<high { weights.append(Float(weight(source) / total)) }
      first.append(low)
      offsets.append(weights.count)
    }
  }

  /// Writes target row `target` from the source rows that start at `start` and lie `stride` values apart.
  func blendRows(
    of source: UnsafeBufferPointer<Float>, start: Int, stride: Int, at target: Int,
    into output: UnsafeMutableBufferPointer<Float>
  ) {
    let taps = offsets[target]..<offsets[target + 1]
    withUnsafeTemporaryAllocation(of: Int.self, capacity: taps.count) { rows in
      for tap in 0..<taps.count { rows[tap] = start + (first[target] + tap) * stride }
      weights.withUnsafeBufferPointer { weights in
        weightedSum(
          of: source, offsets: UnsafeBufferPointer(rows),
          weights: UnsafeBufferPointer(rebasing: weights[taps]), into: output)
      }
    }
  }

  /// Writes one row of target pixels of three channels from one row of source pixels, each with a value more
  /// behind the last.
  func blendColors(of source: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>) {
    typealias Lanes = SIMD4<Float>
    let pixelBytes = 3 * MemoryLayout<Float>.stride
    guard let input = UnsafeRawPointer(source.baseAddress),
      let result = UnsafeMutableRawPointer(output.baseAddress)
    else { return }
    weights.withUnsafeBufferPointer { weights in
      for target in 0..<first.count {
        var pixel = input + first[target] &* pixelBytes
        var sum = Lanes.zero
        for tap in offsets[target]..<offsets[target + 1] {
          sum += weights[tap] * pixel.loadUnaligned(as: Lanes.self)
          pixel += pixelBytes
        }
        // The fourth value is written over by the next pixel.
        result.storeBytes(of: sum, toByteOffset: target &* pixelBytes, as: Lanes.self)
      }
    }
  }

  /// Writes one row of target pixels from one row of source pixels.
  func blendPixels(
    of source: UnsafeBufferPointer<Float>, channels: Int, into output: UnsafeMutableBufferPointer<Float>
  ) {
    weights.withUnsafeBufferPointer { weights in
      for target in 0..<first.count {
        let taps = offsets[target]..<offsets[target + 1]
        let pixel = first[target] * channels
        for channel in 0..<channels {
          var sum: Float = 0
          for tap in 0..<taps.count {
            sum += weights[taps.lowerBound + tap] * source[pixel + tap * channels + channel]
          }
          output[target * channels + channel] = sum
        }
      }
    }
  }
}
