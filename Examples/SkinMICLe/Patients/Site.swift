/// The visible properties of a body site.
struct Site: Sendable {
  /// The name, a column of the photographs.
  let name: String
  /// The radius of the cylinder it resembles, in the units of the surface.
  let radius: ClosedRange<Float>
  /// The fraction covered by hair.
  let hair: ClosedRange<Float>
  /// The opacity of its hair, and the number of hairs per unit of the surface.
  let hairOpacity: Float
  let hairs: Float
  /// The depth of its pores and of its creases.
  let pores: Float
  let creases: Float
  /// The amount of blood near the surface.
  let blood: Float

  static let face = Site(
    name: "face", radius: 1.8...3.5, hair: 0...0.1, hairOpacity: 0.3, hairs: 34, pores: 0.012, creases: 0.002,
    blood: 0.22)
  static let beard = Site(
    name: "beard", radius: 1.8...3.5, hair: 0.15...0.35, hairOpacity: 0.65, hairs: 28, pores: 0.012,
    creases: 0.002,
    blood: 0.2)
  static let scalp = Site(
    name: "scalp", radius: 2.5...4.5, hair: 0.7...1, hairOpacity: 0.92, hairs: 24, pores: 0.006,
    creases: 0.001, blood: 0.15)
  static let baldScalp = Site(
    name: "bald scalp", radius: 2...3.5, hair: 0...0.15, hairOpacity: 0.5, hairs: 30, pores: 0.008,
    creases: 0.004, blood: 0.2)
  static let trunk = Site(
    name: "trunk", radius: 3...8, hair: 0...0.15, hairOpacity: 0.45, hairs: 30, pores: 0.006, creases: 0.003,
    blood: 0.1)
  static let limb = Site(
    name: "limb", radius: 1.1...2.2, hair: 0...0.2, hairOpacity: 0.5, hairs: 32, pores: 0.005, creases: 0.006,
    blood: 0.12)
  static let leg = Site(
    name: "leg", radius: 1.3...2.4, hair: 0...0.25, hairOpacity: 0.6, hairs: 28, pores: 0.006, creases: 0.006,
    blood: 0.14)
  static let hand = Site(
    name: "hand", radius: 0.9...1.7, hair: 0...0.08, hairOpacity: 0.4, hairs: 34, pores: 0.004,
    creases: 0.016, blood: 0.2)
  static let fold = Site(
    name: "fold", radius: 2...4, hair: 0.05...0.3, hairOpacity: 0.65, hairs: 26, pores: 0.006, creases: 0.014,
    blood: 0.15)
}
