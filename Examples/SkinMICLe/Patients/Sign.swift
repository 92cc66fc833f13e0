import Recipes

/// A clinical sign: a change of one tissue component in a condition's lesions, with its position and texture.
struct Sign: Sendable {
  let component: Tissue.Component
  /// Its strength, drawn for each patient.
  let amount: ClosedRange<Float>
  let profile: Profile
  let texture: Texture
  /// The fraction of patients with the sign.
  let frequency: Double

  /// The radial profile in a lesion, by the distance from its center: 0 there, 1 on its border.
  enum Profile: Sendable {
    /// Everywhere within `to`, with a soft edge of `edge` to either side.
    case disc(to: Float = 1, edge: Float)
    /// A band around the distance `at`.
    case ring(at: Float, width: Float)
    /// Strongest at the center, none at the border.
    case dome
    /// Full at the center, fading out well past the border.
    case glow(to: Float)
  }

  /// The texture over the surface; the number is the frequency, in grains per unit of the surface.
  enum Texture: Sendable {
    case smooth
    case mottled(Float)
    case flaky(Float)
    case lines(Float)
    case bumpy(Float)
    case dotted(Float)
  }

  init(
    _ component: Tissue.Component, _ amount: ClosedRange<Float>, _ profile: Profile,
    _ texture: Texture = .smooth, in frequency: Double = 1
  ) {
    self.component = component
    self.amount = amount
    self.profile = profile
    self.texture = texture
    self.frequency = frequency
  }

  /// Returns the sign with one patient's parameters, or nil for a patient without it.
  func drawn(using generator: inout CounterGenerator) -> Finding? {
    let shown = generator.chance(frequency)
    var change = Tissue.none
    change[component] = generator.draw(amount)
    return shown ? Finding(change: change, profile: profile, texture: texture) : nil
  }
}
