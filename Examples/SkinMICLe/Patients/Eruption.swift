import Foundation
import Recipes

/// Lesions of one kind: their number, arrangement, size, outline, and signs.
struct Eruption: Sendable {
  let arrangement: Arrangement
  /// The lesions' radii; the frame of a photograph is about 2 wide.
  let radius: ClosedRange<Float>
  let outline: Outline
  let signs: [Sign]

  /// The arrangement of lesions on the skin.
  enum Arrangement: Sendable {
    /// A single lesion.
    case single
    /// Scattered over the affected region.
    case scattered(ClosedRange<Int>)
    /// Clustered around one point.
    case grouped(ClosedRange<Int>)
    /// Along a line.
    case linear(ClosedRange<Int>)
  }

  /// The outline of a lesion.
  struct Outline: Sendable {
    var irregularity: ClosedRange<Float>
    var elongation: ClosedRange<Float>

    static let round = Outline(irregularity: 0...0.06, elongation: 1...1.08)
    static let oval = Outline(irregularity: 0.05...0.15, elongation: 1...1.3)
    static let wavy = Outline(irregularity: 0.12...0.28, elongation: 1...1.4)
    static let irregular = Outline(irregularity: 0.25...0.45, elongation: 1...1.3)
    static let ragged = Outline(irregularity: 0.4...0.65, elongation: 1...1.35)
    static let scar = Outline(irregularity: 0.1...0.3, elongation: 1.7...2.6)
    static let long = Outline(irregularity: 0.2...0.4, elongation: 1.5...2.3)
  }

  init(_ arrangement: Arrangement, radius: ClosedRange<Float>, _ outline: Outline, _ signs: Sign...) {
    self.arrangement = arrangement
    self.radius = radius
    self.outline = outline
    self.signs = signs
  }

  /// Half the width of the affected region.
  static let region: Float = 1.8

  /// Returns the lesions of one patient, which share the patient's findings (appended to `findings`).
  func lesions(findings: inout [Finding], using generator: inout CounterGenerator) -> [Lesion] {
    let first = findings.count
    findings += signs.compactMap { $0.drawn(using: &generator) }
    let shown = first..<findings.count
    let reach = findings[shown].map(\.reach).max() ?? 0
    let irregularity = generator.draw(outline.irregularity)
    return centers(using: &generator).map { center in
      let radius = generator.draw(self.radius)
      let elongation = generator.draw(outline.elongation)
      let angle = generator.draw(0...(2 * .pi))
      return Lesion(
        center: center, radius: radius, axis: SIMD2(cos(angle), sin(angle)), elongation: elongation,
        irregularity: irregularity, strength: generator.draw(0.75...1.15),
        offset: ValueNoise.offset(using: &generator), findings: shown,
        reach: radius * elongation * (reach + 1.5 * irregularity))
    }
  }

  private func centers(using generator: inout CounterGenerator) -> [SIMD2<Float>] {
    switch arrangement {
    case .single: return [.zero]
    case .scattered(let count):
      var centers: [SIMD2<Float>] = []
      for _ in 0..<generator.draw(count) {
        centers.append(farthest(from: centers, using: &generator))
      }
      return centers
    case .grouped(let count):
      return (0..<generator.draw(count)).map { _ in
        0.5 * SIMD2(Float(generator.normal()), Float(generator.normal()))
      }
    case .linear(let count):
      let angle = generator.draw(0...(2 * .pi))
      let along = SIMD2(cos(angle), sin(angle))
      let across = SIMD2(-along.y, along.x)
      return (0..<generator.draw(count)).map { _ in
        along * generator.draw(-1...1) + across * (0.08 * Float(generator.normal()))
      }
    }
  }

  /// Returns, of a few random positions, the one with the largest distance from the others.
  private func farthest(
    from others: [SIMD2<Float>], using generator: inout CounterGenerator
  ) -> SIMD2<Float> {
    let range = -Eruption.region...Eruption.region
    let places = (0..<4).map { _ in SIMD2(generator.draw(range), generator.draw(range)) }
    func gap(_ place: SIMD2<Float>) -> Float {
      others.map { ((place - $0) * (place - $0)).sum() }.min() ?? 0
    }
    return places.dropFirst().reduce(places[0]) { gap($1) > gap($0) ? $1 : $0 }
  }
}
