/// Two views of images `[2N, size, size, 3]` of colors that change along both sides, each under noise of its
/// own.
func colorGradients(pairs: Int, size: Int, seed: UInt64) -> [Float] {
  let pixels = size * size * 3
  let colors = numbers(pairs * 9, seed: seed), noise = numbers(2 * pairs * pixels, seed: seed + 1000)
  return noise.indices.map { index in
    let place = index % pixels
    let (y, x, channel) = (Double(place / 3 / size), Double(place / 3 % size), place % 3)
    let first = (index / pixels % pairs * 3 + channel) * 3
    let slope = (colors[first + 1] * x + colors[first + 2] * y) / Double(size)
    return Float(colors[first] + slope + 0.5 * noise[index])
  }
}
