import Foundation

/// The color of tissue under white light.
enum Pigment {
  private static let pale: SIMD3<Float> = [0.97, 0.86, 0.79]
  private static let scale: SIMD3<Float> = [0.93, 0.91, 0.88]
  private static let crust: SIMD3<Float> = [0.86, 0.72, 0.38]
  private static let veil: SIMD3<Float> = [0.33, 0.38, 0.47]

  /// Returns the color of tissue: light filtered by melanin and blood, then the layers on top.
  @inline(__always)
  static func color(of tissue: Tissue, undertone: SIMD3<Float>) -> SIMD3<Float> {
    let melanin = max(0, tissue[.melanin])
    let blood = max(-0.3, tissue[.blood])
    var color =
      pale * undertone
      * SIMD3(
        exp(-1.05 * melanin - 0.10 * blood), exp(-1.38 * melanin - 0.62 * blood),
        exp(-1.65 * melanin - 0.55 * blood))
    let light = 0.4 + 0.6 * color.y / pale.y  // layers on dark skin look darker too
    color = mixed(color, veil, tissue[.veil])
    color = mixed(color, crust * light, tissue[.crust])
    color = mixed(color, scale * light, tissue[.scale])
    return color
  }

  @inline(__always)
  static func mixed(_ a: SIMD3<Float>, _ b: SIMD3<Float>, _ share: Float) -> SIMD3<Float> {
    a + (b - a) * min(1, max(0, share))
  }
}
