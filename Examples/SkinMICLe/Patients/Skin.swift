import Foundation
import Recipes

/// A patient's healthy skin at one site: tone, relief and hair, as functions of the position on the surface.
struct Skin: Sendable {
  /// The melanin of the patient's skin, 0.1 (very light) to 1.1 (very dark).
  let tone: Float
  /// The tone in a word, a column of the photographs.
  var shade: String { tone < 0.3 ? "light" : tone < 0.65 ? "medium" : "dark" }
  /// The amount of freckles and sun damage.
  let freckles: Float
  let blood: Float
  let gloss: Float
  let pores: Float
  let creases: Float
  let hair: Float
  private let hairOpacity: Float
  private let hairs: Float
  let hairColor: SIMD3<Float>
  /// The color filter of the skin's undertone.
  let undertone: SIMD3<Float>
  /// The direction the hair grows in, a unit vector.
  private let growth: SIMD2<Float>
  private let offset: SIMD2<Float>

  init(site: Site, using generator: inout CounterGenerator) {
    tone = 0.1 + pow(generator.draw(0...1), 1.5)
    freckles = generator.chance(0.35) ? generator.draw(0.08...0.35) * max(0, 1 - tone) : 0
    blood = site.blood * generator.draw(0.4...1.7)
    gloss = generator.draw(0.02...0.2)
    pores = site.pores * generator.draw(0.5...1.6)
    creases = site.creases * generator.draw(0.4...1.8)
    hair = generator.draw(site.hair)
    hairOpacity = site.hairOpacity * generator.draw(0.7...1.05)
    hairs = site.hairs * generator.draw(0.8...1.25)
    let shades: [SIMD3<Float>] = [
      [0.07, 0.06, 0.06], [0.16, 0.11, 0.09], [0.33, 0.22, 0.14], [0.6, 0.47, 0.3], [0.62, 0.6, 0.58],
    ]
    hairColor = shades[generator.draw(0...(tone > 0.55 ? 1 : 4))]
    let warmth = generator.draw(-0.05...0.05)
    undertone = [1 + 0.3 * warmth, 1, 1 - 1.5 * warmth]
    let angle = generator.draw(-0.6...0.6)
    growth = SIMD2(cos(angle), sin(angle))
    offset = ValueNoise.offset(using: &generator)
  }

  /// Returns the healthy tissue at a point; its `hair` is the hair cover of the neighborhood.
  @inline(__always)
  func tissue(at point: SIMD2<Float>, noise: ValueNoise) -> Tissue {
    let place = point + offset
    let patches = noise(place * 0.9)
    let blotches = noise(place * 3.3)
    let grain = noise(place * 17)
    let crease = max(0, 1 - 3 * abs(noise(SIMD2(place.x * 4.5, place.y * 1.8))))
    var tissue = Tissue.none
    tissue[.melanin] = tone * (1 + 0.14 * patches + 0.07 * blotches)
    if freckles > 0 {
      let spots = noise(place * 8.3) + 0.7 * noise(ValueNoise.turned(place) * 9.7)
      tissue[.melanin] += freckles * smoothstep(0.45, 0.9, spots)
    }
    tissue[.blood] = max(0, blood + 0.12 * noise(place * 1.4 + 40) + 0.06 * blotches)
    tissue[.gloss] = gloss
    tissue[.hair] = hair
    tissue[.height] = pores * grain - creases * crease
    return tissue
  }

  /// The hair over a point.
  struct Strand {
    /// The fraction of the skin it hides: 0 none, 1 all.
    var cover: Float = 0
    /// Its brightness relative to the mean, about -1 to 1.
    var sheen: Float = 0
  }

  /// Returns the hair over a point, given the hair cover of the neighborhood.
  @inline(__always)
  func strand(at point: SIMD2<Float>, density: Float, noise: ValueNoise) -> Strand {
    guard density > 0.01 else { return Strand() }
    let along = (point * growth).sum()
    let across = point.y * growth.x - point.x * growth.y + 0.25 * noise(point * 0.8 + offset)
    let straight = noise(SIMD2(along * 1.6, across * hairs) + offset)
    let crossing = noise(SIMD2(along * 1.8 + 31, (across + 0.35 * along) * hairs * 0.8) - offset)
    let threshold = 0.75 - 1.6 * density
    return Strand(
      cover: smoothstep(threshold, threshold + 0.45, max(straight, crossing)) * hairOpacity,
      sheen: 0.7 * (straight + crossing))
  }
}
