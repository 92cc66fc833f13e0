import Ops

/// The weights of source positions for each target position, along one axis.
struct ResamplingFilter {
  /// The source positions that are read. All others are relative to the first of them.
  let sources: Range<Int>
  /// Target position `i` reads source positions `first[i]...`, with `weights[offsets[i]..<offsets[i + 1]]`.
  private var first: [Int] = []
  private var offsets: [Int] = [0]
  private var weights: [Float] = []

  /// Computes the weights for all of `to` target positions, or for `targets`, from `from` source positions.
  init(_ interpolation: Interpolation, from: Int, to: Int, targets: Range<Int>? = nil) {
    let targets = targets ?? 0..<to
    let scale = Double(from) / Double(to)
    // The kernel is stretched when reducing.
    let stretch = max(scale, 1)
    let support = stretch * interpolation.support
    first.reserveCapacity(targets.count)
    offsets.reserveCapacity(targets.count + 1)
    weights.reserveCapacity(targets.count * (Int(support * 2) + 2))
    var sources = 0..<0
    for target in targets {
      let center = scale * (Double(target) + 0.5)
      let low = max(Int(center - support + 0.5), 0)
      let high = min(Int(center + support + 0.5), from)
      func weight(_ source: Int) -> Double {
        interpolation.weight(at: (Double(source) + 0.5 - center) / stretch)
      }
      var total = 0.0
      for source in low..<high { total += weight(source) }
      for source in low..<high { weights.append(Float(weight(source) / total)) }
      sources = (first.isEmpty ? low : sources.lowerBound)..<high
      first.append(low - sources.lowerBound)
      offsets.append(weights.count)
    }
    self.sources = sources
  }

  /// The number of target positions.
  var targetCount: Int { first.count }

  /// Returns the source positions that a target position reads.
  func sources(of target: Int) -> Range<Int> {
    first[target]..<(first[target] + offsets[target + 1] - offsets[target])
  }

  /// Returns the weight of a source position for a target position.
  func weight(of source: Int, at target: Int) -> Float { weights[offsets[target] + source - first[target]] }

  /// The largest number of consecutive target positions that read one source position.
  var overlap: Int {
    var end = 0
    return first.indices.reduce(1) { most, target in
      while end < first.count, first[end] < sources(of: target).upperBound { end += 1 }
      return max(most, end - target)
    }
  }

  /// Writes target row `target` from the source rows that start at `start`, with the given stride in values.
  func blendRows(
    of source: UnsafeBufferPointer<Float>, start: Int, stride: Int, at target: Int,
    into output: UnsafeMutableBufferPointer<Float>
  ) {
    let taps = offsets[target]..<offsets[target + 1]
    withUnsafeTemporaryAllocation(of: Int.self, capacity: taps.count) { rows in
      for tap in 0..<taps.count { rows[tap] = start + (first[target] + tap) * stride }
      weights.withUnsafeBufferPointer { weights in
        RowLoops.weightedSum(
          of: source, offsets: UnsafeBufferPointer(rows),
          weights: UnsafeBufferPointer(rebasing: weights[taps]), into: output)
      }
    }
  }

  /// Writes one row of target pixels from one row of source pixels, each padded by one value at the end.
  func blend(
    of source: UnsafeBufferPointer<Float>, channels: Int, into output: UnsafeMutableBufferPointer<Float>
  ) {
    if channels == 3 {
      blendColors(of: source, into: output)
    } else {
      blendPixels(of: source, channels: channels, into: output)
    }
  }

  private func blendColors(
    of source: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>
  ) {
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
        // The fourth value is overwritten by the next pixel.
        result.storeBytes(of: sum, toByteOffset: target &* pixelBytes, as: Lanes.self)
      }
    }
  }

  private func blendPixels(
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
