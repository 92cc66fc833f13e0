import Recipes
import Testing

@testable import SkinMICLe

struct PatientsTests {
  @Test func namesAreThoseOfLiuEtAl() {
    #expect(
      Condition.all.map(\.name) == [
        "acne", "actinic keratosis", "allergic contact dermatitis", "alopecia areata",
        "androgenetic alopecia", "basal cell carcinoma", "cyst", "eczema", "folliculitis", "hidradenitis",
        "lentigo", "melanocytic nevus", "melanoma", "post-inflammatory hyperpigmentation", "psoriasis",
        "SCC/SCCIS", "SK/ISK", "scar condition", "seborrheic dermatitis", "skin tag", "stasis dermatitis",
        "tinea", "tinea versicolor", "urticaria", "verruca vulgaris", "vitiligo",
      ])
  }

  @Test(arguments: Condition.all.map(\.name))
  func photographsAreFiniteAndInRangeOnEverySkin(name: String) throws {
    let condition = try #require(Condition.all.first { $0.name == name })
    let patients = (0..<4).map { Patient(index: $0, condition: condition, seed: 5) }
    for patient in patients {
      let image = patient.photograph(0, size: 16)
      #expect(image.width == 16 && image.height == 16 && image.channels == 3)
      #expect(image.pixels.allSatisfy { $0.isFinite && (0...1).contains($0) })
      #expect((image.pixels.max() ?? 0) - (image.pixels.min() ?? 0) > 0.02, "flat")
    }
  }

  @Test func skinTonesSpanTheRange() {
    let tones = (0..<200).map { Clinic(seed: 1, size: 16).patient($0).skin.tone }
    #expect(tones.allSatisfy { (0.1...1.1).contains($0) })
    #expect(tones.contains { $0 < 0.2 } && tones.contains { $0 > 0.9 })
  }

  @Test func photographsDoNotDependOnTheOrderTheyAreTakenIn() {
    let clinic = Clinic(seed: 9, size: 24)
    let forwards = (0..<6).map { clinic.patient($0).photograph(1, size: 24) }
    let backwards = (0..<6).reversed().map { index in
      let patient = clinic.patient(index)
      _ = patient.photograph(2, size: 24)
      return patient.photograph(1, size: 24)
    }
    #expect(forwards == backwards.reversed())
  }

  @Test func shotsPatientsAndSeedsDiffer() {
    let patient = Patient(index: 3, condition: Condition.all[14], seed: 2)
    let neighbor = Patient(index: 4, condition: Condition.all[14], seed: 2)
    let stranger = Patient(index: 3, condition: Condition.all[14], seed: 3)
    let image = patient.photograph(0, size: 24)
    #expect(distance(image, patient.photograph(1, size: 24)) > 0.05)
    #expect(distance(image, neighbor.photograph(0, size: 24)) > 0.05)
    #expect(distance(image, stranger.photograph(0, size: 24)) > 0.05)
  }

  @Test func clinicHasEveryConditionAndOneToFourPhotographs() {
    let patients = (0..<1000).map { Clinic(seed: 4, size: 16).patient($0) }
    let counts = Condition.all.map { condition in patients.count { $0.condition.name == condition.name } }
    let shots = (0...5).map { count in patients.count { $0.shots == count } }
    #expect((counts.min() ?? 0) >= 8)
    #expect((counts.max() ?? 0) <= 100)
    #expect(shots[0] == 0 && shots[5] == 0)
    #expect((250...350).contains(shots[1]))
    #expect(shots[2] + shots[3] > 500)
    #expect(shots[4] > 50)
  }

  /// Photographs of other patients that look alike pixel by pixel seldom show the same condition.
  @Test func pixelsAloneDoNotTellTheCondition() {
    let perCondition = 12
    let photographs = Condition.all.indices.flatMap { label in
      (0..<perCondition).map { index in
        let patient = Patient(index: label * perCondition + index, condition: Condition.all[label], seed: 6)
        return (label: label, image: patient.photograph(0, size: 16))
      }
    }
    var hits = 0
    for (index, photograph) in photographs.enumerated() {
      let others = photographs.indices.filter { $0 != index }
      let nearest = others.map { ($0, distance(photograph.image, photographs[$0].image)) }
        .min { $0.1 < $1.1 }
      if let nearest, photographs[nearest.0].label == photograph.label { hits += 1 }
    }
    let accuracy = Double(hits) / Double(photographs.count)
    #expect(accuracy < 0.25)
    #expect(accuracy > 1 / 26, "pixels tell less than chance")
  }

  /// The root mean square difference of two pictures' pixels.
  private func distance(_ a: Image, _ b: Image) -> Float {
    var sum: Float = 0
    for index in a.pixels.indices {
      let difference = a.pixels[index] - b.pixels[index]
      sum += difference * difference
    }
    return (sum / Float(a.pixels.count)).squareRoot()
  }
}
