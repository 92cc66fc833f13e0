import Recipes

/// A skin condition, as a distribution over the lesions that patients show.
struct Condition: Sendable {
  let name: String
  /// How common it is among the clinic's patients, against the others.
  let prevalence: Double
  /// The sites of the body it is seen on.
  let sites: [Site]
  /// Its kinds of lesions; photographs aim at the first.
  let eruptions: [Eruption]

  init(_ name: String, prevalence: Double, on sites: [Site], _ eruptions: Eruption...) {
    self.name = name
    self.prevalence = prevalence
    self.sites = sites
    self.eruptions = eruptions
  }

  /// A condition drawn by prevalence.
  static func drawn(using generator: inout CounterGenerator) -> Condition {
    var remaining = generator.uniform() * all.reduce(0) { $0 + $1.prevalence }
    for condition in all.dropLast() {
      remaining -= condition.prevalence
      if remaining < 0 { return condition }
    }
    return all[all.count - 1]
  }
}
