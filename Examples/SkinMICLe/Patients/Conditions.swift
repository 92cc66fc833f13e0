extension Condition {
  /// The 26 conditions of Liu et al. 2020, "A deep learning system for differential diagnosis of skin
  /// diseases".
  static let all: [Condition] = [
    Condition(
      "acne", prevalence: 3, on: [.face, .face, .trunk],
      Eruption(
        .scattered(18...45), radius: 0.05...0.11, .round,
        Sign(.blood, 0.7...1.3, .glow(to: 1.7)),
        Sign(.height, 0.02...0.05, .dome),
        Sign(.crust, 0.3...0.9, .disc(to: 0.35, edge: 0.15), in: 0.5)),
      Eruption(
        .scattered(12...40), radius: 0.02...0.035, .round,
        Sign(.melanin, 0.5...1.2, .disc(edge: 0.3)))),
    Condition(
      "actinic keratosis", prevalence: 2, on: [.face, .baldScalp, .hand],
      Eruption(
        .scattered(3...7), radius: 0.14...0.34, .irregular,
        Sign(.blood, 0.35...0.7, .disc(edge: 0.3), .mottled(5)),
        Sign(.scale, 0.4...0.9, .disc(to: 0.8, edge: 0.25), .flaky(11)),
        Sign(.height, 0.01...0.025, .disc(edge: 0.3), .bumpy(14))),
      Eruption(
        .scattered(4...14), radius: 0.04...0.1, .oval,
        Sign(.melanin, 0.12...0.3, .disc(edge: 0.3)))),
    Condition(
      "allergic contact dermatitis", prevalence: 2, on: [.limb, .hand, .face],
      Eruption(
        .linear(1...4), radius: 0.25...0.5, .long,
        Sign(.blood, 0.35...0.7, .disc(edge: 0.15)),
        Sign(.blood, 0.2...0.5, .disc(edge: 0.15), .mottled(4)),
        Sign(.height, 0.01...0.03, .disc(edge: 0.12))),
      Eruption(
        .linear(25...55), radius: 0.025...0.05, .round,
        Sign(.height, 0.02...0.035, .dome),
        Sign(.gloss, 0.5...1, .dome),
        Sign(.blood, 0.3...0.8, .glow(to: 1.8)),
        Sign(.crust, 0.2...0.7, .dome, in: 0.4))),
    Condition(
      "alopecia areata", prevalence: 1.5, on: [.scalp],
      Eruption(
        .scattered(1...4), radius: 0.4...0.8, .oval,
        Sign(.hair, -1 ... -0.85, .disc(edge: 0.12)),
        Sign(.gloss, 0.05...0.2, .disc(edge: 0.2)))),
    Condition(
      "androgenetic alopecia", prevalence: 1.5, on: [.scalp],
      Eruption(
        .single, radius: 1.3...2.2, .oval,
        Sign(.hair, -0.85 ... -0.4, .disc(edge: 0.7)),
        Sign(.gloss, 0.05...0.3, .disc(edge: 0.5)))),
    Condition(
      "basal cell carcinoma", prevalence: 2, on: [.face, .face, .trunk],
      Eruption(
        .single, radius: 0.25...0.5, .oval,
        Sign(.height, 0.03...0.06, .ring(at: 0.7, width: 0.5)),
        Sign(.height, 0.05...0.1, .dome),
        Sign(.gloss, 0.3...0.7, .disc(edge: 0.15)),
        Sign(.melanin, -0.4 ... -0.15, .ring(at: 0.8, width: 0.4)),
        Sign(.blood, 0.5...1.1, .disc(edge: 0.2), .lines(6)),
        Sign(.blood, 0.1...0.4, .disc(edge: 0.15)),
        Sign(.crust, 0.4...0.9, .disc(to: 0.4, edge: 0.15), .mottled(8), in: 0.45),
        Sign(.veil, 0.3...0.7, .disc(edge: 0.1), .dotted(6), in: 0.3))),
    Condition(
      "cyst", prevalence: 1.5, on: [.face, .trunk, .baldScalp],
      Eruption(
        .single, radius: 0.25...0.6, .round,
        Sign(.height, 0.12...0.3, .dome),
        Sign(.blood, 0.05...0.4, .glow(to: 1.3)),
        Sign(.crust, 0.05...0.2, .dome),
        Sign(.melanin, 0.7...1.4, .disc(to: 0.1, edge: 0.04), in: 0.6))),
    Condition(
      "eczema", prevalence: 3, on: [.limb, .hand, .fold, .trunk],
      Eruption(
        .scattered(2...5), radius: 0.4...0.9, .irregular,
        Sign(.blood, 0.35...0.9, .disc(edge: 0.4), .mottled(3.5)),
        Sign(.scale, 0.1...0.4, .disc(edge: 0.3), .flaky(14)),
        Sign(.height, 0.01...0.04, .disc(edge: 0.3), .lines(7), in: 0.6),
        Sign(.melanin, 0.05...0.25, .disc(edge: 0.4), in: 0.5)),
      Eruption(
        .scattered(4...14), radius: 0.03...0.06, .irregular,
        Sign(.blood, 0.6...1.4, .disc(edge: 0.3)),
        Sign(.crust, 0.2...0.7, .disc(to: 0.7, edge: 0.3)))),
    Condition(
      "folliculitis", prevalence: 2, on: [.beard, .trunk, .limb, .leg],
      Eruption(
        .scattered(18...40), radius: 0.05...0.085, .round,
        Sign(.blood, 0.6...1.3, .glow(to: 1.9)),
        Sign(.height, 0.015...0.035, .dome),
        Sign(.crust, 0.4...1, .disc(to: 0.55, edge: 0.2), in: 0.75),
        Sign(.melanin, 1...1.8, .disc(to: 0.22, edge: 0.1)))),
    Condition(
      "hidradenitis", prevalence: 1, on: [.fold],
      Eruption(
        .linear(2...5), radius: 0.16...0.34, .oval,
        Sign(.blood, 0.8...1.6, .glow(to: 1.4)),
        Sign(.melanin, 0.1...0.4, .glow(to: 1.3)),
        Sign(.height, 0.06...0.14, .dome),
        Sign(.crust, 0.3...0.9, .disc(to: 0.3, edge: 0.15), in: 0.6)),
      Eruption(
        .linear(3...8), radius: 0.1...0.25, .long,
        Sign(.melanin, 0.2...0.5, .disc(edge: 0.3)),
        Sign(.height, -0.05 ... -0.02, .dome)),
      Eruption(
        .linear(4...12), radius: 0.02...0.04, .round,
        Sign(.melanin, 0.8...1.5, .disc(edge: 0.3)))),
    Condition(
      "lentigo", prevalence: 1.5, on: [.face, .hand, .trunk],
      Eruption(
        .scattered(1...6), radius: 0.16...0.36, .irregular,
        Sign(.melanin, 0.25...0.55, .disc(edge: 0.12)),
        Sign(.melanin, 0.1...0.3, .disc(edge: 0.1), .lines(9)))),
    Condition(
      "melanocytic nevus", prevalence: 2.5, on: [.trunk, .limb, .face, .leg],
      Eruption(
        .single, radius: 0.16...0.4, .oval,
        Sign(.melanin, 0.5...1.1, .disc(edge: 0.22)),
        Sign(.melanin, 0.1...0.35, .disc(to: 0.6, edge: 0.35)),
        Sign(.height, 0.03...0.1, .dome, in: 0.6),
        Sign(.blood, 0.1...0.4, .disc(edge: 0.2), in: 0.4))),
    Condition(
      "melanoma", prevalence: 1.5, on: [.trunk, .limb, .face, .leg],
      Eruption(
        .single, radius: 0.28...0.55, .ragged,
        Sign(.melanin, 0.3...0.65, .disc(edge: 0.08)),
        Sign(.melanin, 0.6...1.3, .disc(edge: 0.1), .dotted(3)),
        Sign(.melanin, 0.2...0.6, .disc(edge: 0.1), .mottled(4.5)),
        Sign(.blood, 0.3...0.9, .disc(edge: 0.15), .mottled(3.5), in: 0.6),
        Sign(.veil, 0.3...0.65, .disc(to: 0.8, edge: 0.3), .mottled(2.5), in: 0.5),
        Sign(.height, 0.04...0.12, .disc(to: 0.5, edge: 0.4), .mottled(2), in: 0.5))),
    Condition(
      "post-inflammatory hyperpigmentation", prevalence: 1.5, on: [.face, .limb, .leg, .trunk],
      Eruption(
        .scattered(8...22), radius: 0.08...0.24, .irregular,
        Sign(.melanin, 0.2...0.5, .disc(edge: 0.45)),
        Sign(.blood, 0.05...0.25, .glow(to: 1), in: 0.4))),
    Condition(
      "psoriasis", prevalence: 3, on: [.limb, .trunk, .leg, .baldScalp],
      Eruption(
        .scattered(3...7), radius: 0.3...0.75, .oval,
        Sign(.blood, 0.7...1.2, .disc(edge: 0.07)),
        Sign(.scale, 0.5...1, .disc(to: 0.88, edge: 0.12), .flaky(9)),
        Sign(.height, 0.02...0.05, .disc(edge: 0.08)),
        Sign(.height, 0.01...0.02, .disc(to: 0.85, edge: 0.1), .bumpy(9)))),
    Condition(
      "SCC/SCCIS", prevalence: 2, on: [.face, .limb, .hand, .leg],
      Eruption(
        .single, radius: 0.25...0.55, .irregular,
        Sign(.blood, 0.5...1, .disc(edge: 0.15)),
        Sign(.scale, 0.3...0.9, .disc(to: 0.8, edge: 0.2), .flaky(6)),
        Sign(.crust, 0.3...0.9, .disc(to: 0.6, edge: 0.25), .mottled(5)),
        Sign(.height, 0.04...0.12, .disc(edge: 0.25), .bumpy(6)),
        Sign(.blood, 0.6...1.3, .disc(to: 0.35, edge: 0.12), .mottled(6), in: 0.5),
        Sign(.height, -0.12 ... -0.05, .disc(to: 0.35, edge: 0.15), in: 0.4))),
    Condition(
      "SK/ISK", prevalence: 2.5, on: [.face, .trunk, .trunk],
      Eruption(
        .scattered(1...5), radius: 0.18...0.42, .oval,
        Sign(.melanin, 0.25...0.7, .disc(edge: 0.06)),
        Sign(.melanin, 0.1...0.3, .disc(edge: 0.06), .bumpy(8)),
        Sign(.height, 0.025...0.05, .disc(edge: 0.1)),
        Sign(.height, 0.008...0.018, .disc(edge: 0.1), .bumpy(12)),
        Sign(.crust, 0.1...0.35, .disc(edge: 0.08)),
        Sign(.scale, 0.3...0.7, .disc(to: 0.9, edge: 0.1), .dotted(10), in: 0.7),
        Sign(.blood, 0.4...0.9, .disc(to: 1.1, edge: 0.2), in: 0.25))),
    Condition(
      "scar condition", prevalence: 1.5, on: [.trunk, .limb, .face, .leg],
      Eruption(
        .single, radius: 0.3...0.55, .scar,
        Sign(.melanin, -0.5 ... -0.1, .disc(edge: 0.15)),
        Sign(.blood, 0.1...0.7, .disc(edge: 0.15)),
        Sign(.height, 0.03...0.12, .disc(to: 0.8, edge: 0.3)),
        Sign(.gloss, 0.15...0.5, .disc(edge: 0.15)),
        Sign(.melanin, 0.1...0.4, .ring(at: 1, width: 0.25), in: 0.4))),
    Condition(
      "seborrheic dermatitis", prevalence: 2, on: [.face, .beard, .baldScalp],
      Eruption(
        .scattered(3...6), radius: 0.35...0.75, .irregular,
        Sign(.blood, 0.3...0.7, .disc(edge: 0.4)),
        Sign(.crust, 0.25...0.65, .disc(to: 0.9, edge: 0.3), .flaky(7)),
        Sign(.scale, 0.1...0.3, .disc(to: 0.9, edge: 0.3), .flaky(9)),
        Sign(.gloss, 0.2...0.4, .disc(edge: 0.4)))),
    Condition(
      "skin tag", prevalence: 1.5, on: [.fold, .face, .trunk],
      Eruption(
        .scattered(1...7), radius: 0.07...0.17, .oval,
        Sign(.height, 0.12...0.22, .disc(to: 0.75, edge: 0.25)),
        Sign(.melanin, 0.05...0.35, .disc(edge: 0.15)),
        Sign(.blood, 0...0.4, .disc(edge: 0.15)),
        Sign(.melanin, 0.15...0.35, .ring(at: 1.1, width: 0.25)))),
    Condition(
      "stasis dermatitis", prevalence: 1.5, on: [.leg],
      Eruption(
        .single, radius: 1.1...1.9, .irregular,
        Sign(.blood, 0.3...0.8, .disc(edge: 0.4), .mottled(1.8)),
        Sign(.melanin, 0.2...0.6, .disc(edge: 0.4), .mottled(3)),
        Sign(.melanin, 0.1...0.35, .disc(edge: 0.3), .dotted(11)),
        Sign(.scale, 0.1...0.4, .disc(to: 0.8, edge: 0.3), .flaky(9), in: 0.6),
        Sign(.veil, 0.15...0.4, .disc(to: 1.2, edge: 0.3), .lines(1.6), in: 0.6),
        Sign(.gloss, 0.1...0.3, .disc(edge: 0.4)))),
    Condition(
      "tinea", prevalence: 2, on: [.trunk, .limb, .leg, .fold],
      Eruption(
        .scattered(1...4), radius: 0.4...0.85, .oval,
        Sign(.blood, 0.5...1.1, .ring(at: 0.88, width: 0.25)),
        Sign(.blood, 0.05...0.3, .disc(edge: 0.12)),
        Sign(.scale, 0.3...0.8, .ring(at: 0.82, width: 0.2), .flaky(9)),
        Sign(.height, 0.015...0.04, .ring(at: 0.9, width: 0.18), .bumpy(8)),
        Sign(.melanin, 0.05...0.25, .disc(to: 0.8, edge: 0.1), in: 0.4))),
    Condition(
      "tinea versicolor", prevalence: 1.5, on: [.trunk],
      Eruption(
        .grouped(20...55), radius: 0.07...0.26, .irregular,
        Sign(.melanin, -0.6 ... -0.35, .disc(edge: 0.12)),
        Sign(.melanin, 0.7...0.9, .disc(edge: 0.12), in: 0.3),
        Sign(.scale, 0.1...0.35, .disc(edge: 0.15), .flaky(15)))),
    Condition(
      "urticaria", prevalence: 2, on: [.trunk, .limb, .leg],
      Eruption(
        .scattered(6...16), radius: 0.2...0.5, .wavy,
        Sign(.blood, 0.35...0.8, .ring(at: 1, width: 0.7)),
        Sign(.blood, 0.25...0.5, .glow(to: 1.7)),
        Sign(.blood, -0.35 ... -0.1, .disc(to: 0.6, edge: 0.4)),
        Sign(.height, 0.03...0.06, .disc(to: 0.9, edge: 0.25)))),
    Condition(
      "verruca vulgaris", prevalence: 2, on: [.hand],
      Eruption(
        .scattered(1...5), radius: 0.14...0.34, .oval,
        Sign(.height, 0.07...0.13, .disc(to: 0.75, edge: 0.4)),
        Sign(.height, 0.015...0.03, .disc(edge: 0.15), .bumpy(14)),
        Sign(.scale, 0.35...0.7, .disc(edge: 0.2), .bumpy(14)),
        Sign(.melanin, 0.7...1.3, .disc(to: 0.8, edge: 0.1), .dotted(13), in: 0.7))),
    Condition(
      "vitiligo", prevalence: 1.5, on: [.hand, .face, .limb, .fold],
      Eruption(
        .scattered(2...7), radius: 0.3...0.8, .irregular,
        Sign(.melanin, -1 ... -0.9, .disc(edge: 0.05)),
        Sign(.blood, -0.15...0.05, .disc(edge: 0.05)),
        Sign(.melanin, 0.05...0.2, .ring(at: 1.08, width: 0.12), in: 0.5))),
  ]
}

extension Eruption {
  /// The moles that any patient has.
  static let moles = Eruption(
    .scattered(0...6), radius: 0.03...0.08, .oval,
    Sign(.melanin, 0.3...0.8, .disc(edge: 0.25)))
}
