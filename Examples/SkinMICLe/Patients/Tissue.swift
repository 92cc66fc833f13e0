/// What the skin holds at one point: the substances that color it, and its shape.
///
/// Conditions are written as changes of these, not as colors, so that an inflamed patch comes out pink on
/// light skin and violet-brown on dark skin without being told to.
struct Tissue: Sendable {
  /// The components, in the order of `Tissue.Component`.
  var values: SIMD8<Float>

  enum Component: Int, Sendable {
    /// Brown pigment, 0 (none) to 1 (very dark skin); moles hold more.
    case melanin
    /// Blood near the surface: redness.
    case blood
    /// Dry white keratin that hides what lies below.
    case scale
    /// Yellow matter: pus, dried serum, greasy scale.
    case crust
    /// Pigment deep in the skin, which looks slate blue from above.
    case veil
    /// The share of the surface that hair covers.
    case hair
    /// How much the surface shines.
    case gloss
    /// Height over the surface, in the units of the surface.
    case height
  }

  static let none = Tissue(values: .zero)

  subscript(component: Component) -> Float {
    get { values[component.rawValue] }
    set { values[component.rawValue] = newValue }
  }

  /// Keeps, component by component, the stronger of two changes: overlapping lesions merge, they do not add
  /// up.
  mutating func merge(_ other: Tissue) {
    let stronger = (other.values * other.values) .> (values * values)
    values.replace(with: other.values, where: stronger)
  }

  /// This tissue after a change. Pigment and hair are lost as a share of what there is, and gained as an
  /// amount.
  func changed(by change: Tissue) -> Tissue {
    var result = Tissue(values: values + change.values)
    for component in [Component.melanin, .hair] where change[component] < 0 {
      result[component] = self[component] * max(0, 1 + change[component])
    }
    return result
  }
}
