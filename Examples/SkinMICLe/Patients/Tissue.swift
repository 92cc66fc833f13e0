/// The skin at one point: the substances that color it, and its shape.
///
/// Conditions are changes of these, not of colors, so an inflamed patch is pink on light skin and
/// violet-brown on dark skin automatically.
struct Tissue: Sendable {
  /// The components, in the order of `Tissue.Component`.
  var values: SIMD8<Float>

  enum Component: Int, Sendable {
    /// Brown pigment, 0 (none) to 1 (very dark skin); moles have more.
    case melanin
    /// Blood near the surface: redness.
    case blood
    /// Dry white keratin that hides the layers below.
    case scale
    /// Yellow material: pus, dried serum, greasy scale.
    case crust
    /// Pigment deep in the skin, which looks slate blue from above.
    case veil
    /// The fraction of the surface covered by hair.
    case hair
    /// The gloss of the surface.
    case gloss
    /// Height over the surface, in the units of the surface.
    case height
  }

  static let none = Tissue(values: .zero)

  subscript(component: Component) -> Float {
    get { values[component.rawValue] }
    set { values[component.rawValue] = newValue }
  }

  /// Keeps, component by component, the stronger of two changes: overlapping lesions merge and do not add up.
  mutating func merge(_ other: Tissue) {
    let stronger = (other.values * other.values) .> (values * values)
    values.replace(with: other.values, where: stronger)
  }

  /// Returns this tissue after a change. Pigment and hair decrease by a fraction, and increase by an amount.
  func changed(by change: Tissue) -> Tissue {
    var result = Tissue(values: values + change.values)
    for component in [Component.melanin, .hair] where change[component] < 0 {
      result[component] = self[component] * max(0, 1 + change[component])
    }
    return result
  }
}
