import Recipes

/// A clinical sign: one component of the tissue that the lesions of a condition change, where in the lesion,
/// and with what texture.
struct Sign: Sendable {
  let component: Tissue.Component
  /// How strong it is; every patient has a strength of their own.
  let amount: ClosedRange<Float>
  let profile: Profile
  let texture: Texture
  /// The share of patients who show the sign.
  let frequency: Double

  /// Where in a lesion, by the distance from its center: 0 there, 1 on its border.
  enum Profile: Sendable {
    /// Everywhere within `to`, with an edge as soft as `edge` to either side.
    case disc(to: Float = 1, edge: Float)
    /// A band around the distance `at`.
    case ring(at: Float, width: Float)
    /// Most at the center, none at the border.
    case dome
    /// Full at the center and fading out well past the border.
    case glow(to: Float)
  }

  /// How a sign varies over the surface; the number is how fine, in grains per unit of the surface.
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

  /// The sign as one patient shows it, or nil for a patient who does not.
  func drawn(using generator: inout CounterGenerator) -> Finding? {
    let shown = generator.chance(frequency)
    var change = Tissue.none
    change[component] = generator.draw(amount)
    return shown ? Finding(change: change, profile: profile, texture: texture) : nil
  }
}
