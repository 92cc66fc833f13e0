import Foundation
import Recipes

/// One lesion of one patient: a warped ellipse on the surface of the skin.
struct Lesion: Sendable {
  let center: SIMD2<Float>
  /// Its mean radius, in the units of the surface.
  let radius: Float
  /// The direction of its longer axis, a unit vector.
  let axis: SIMD2<Float>
  /// The longer axis over the mean, and the mean over the shorter.
  let elongation: Float
  /// The deviation of its border from the ellipse, as a fraction of the radius.
  let irregularity: Float
  /// Its strength relative to the patient's other lesions.
  let strength: Float
  /// Its offset into the noise.
  let offset: SIMD2<Float>
  /// Its range in the patient's findings.
  let findings: Range<Int>
  /// The distance from the center beyond which it has no effect.
  let reach: Float

  /// Returns the change it makes to the skin at a point, nil outside its reach.
  @inline(__always)
  func change(at point: SIMD2<Float>, findings all: [Finding], noise: ValueNoise) -> Tissue? {
    let away = point - center
    guard (away * away).sum() < reach * reach else { return nil }
    let turned = SIMD2((away * axis).sum(), away.x * axis.y - away.y * axis.x)
    let place = turned * SIMD2(1 / elongation, elongation) / radius
    var distance = (place * place).sum().squareRoot()
    if irregularity > 0 {
      distance += irregularity * (noise(place * 1.7 + offset) + 0.5 * noise(place * 4.1 - offset))
    }
    var change = SIMD8<Float>.zero
    for index in findings {
      let share = all[index].strength(at: distance, turned + offset, noise: noise)
      if share > 0 { change += all[index].change.values * (share * strength) }
    }
    return Tissue(values: change)
  }
}
