import Recipes

/// A skin condition, as a distribution over lesions.
struct Condition: Sendable {
  let name: String
  /// The relative frequency among the clinic's patients.
  let prevalence: Double
  /// The affected body sites.
  let sites: [Site]
  /// Its kinds of lesions; photographs are aimed at the first.
  let eruptions: [Eruption]

  init(_ name: String, prevalence: Double, on sites: [Site], _ eruptions: Eruption...) {
    self.name = name
    self.prevalence = prevalence
    self.sites = sites
    self.eruptions = eruptions
  }

  /// Draws a condition by prevalence.
  static func drawn(using generator: inout CounterGenerator) -> Condition {
    var remaining = generator.uniform() * all.reduce(0) { $0 + $1.prevalence }
    for condition in all.dropLast() {
      remaining -= condition.prevalence
      if remaining < 0 { return condition }
    }
    return all[all.count - 1]
  }
}
