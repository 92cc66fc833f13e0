import Recipes

extension Clinic {
  /// Photographs are half as large again as views, so that a crop is not enlarged much.
  static func side(forViews size: Int) -> Int { size * 3 / 2 }

  /// How many patients a dataset has.
  struct Census {
    /// Patients without a label, their conditions as common as in clinics.
    var unlabelled = 1800
    /// Labelled patients of each condition, for training.
    var train = 8
    /// Labelled patients of each condition, for validation.
    var validation = 6
    /// Labelled patients of each condition, for the test.
    var test = 48
  }

  /// Photographs of made-up patients, each patient in one split, drawn when they are asked for.
  ///
  /// The few labelled training patients and the many without a label are what pretraining sees.
  func dataset(_ census: Census) throws -> Dataset {
    let unlabelled = (0..<census.unlabelled).flatMap { photographs(of: patient($0), isLabelled: false) }
    let counts = [census.train, census.validation, census.test]
    var next = 1_000_000  // no patient without a label has such a number
    let labelled = counts.map { count in
      Condition.all.indices.flatMap { condition in
        (0..<count).flatMap { _ in
          next += 1
          let patient = Patient(index: next, condition: Condition.all[condition], seed: seed)
          return photographs(of: patient, isLabelled: true)
        }
      }
    }
    return try Dataset(
      train: unlabelled + labelled[0], validation: labelled[1], test: labelled[2],
      classes: Condition.all.map(\.name), source: "clinic 1, seed \(seed), size \(size)")
  }

  private func photographs(of patient: Patient, isLabelled: Bool) -> [Recipes.Photograph] {
    let label = Condition.all.firstIndex { $0.name == patient.condition.name }
    return (0..<patient.shots).map { shot in
      let size = size
      return Recipes.Photograph(
        id: "P\(patient.index)-\(shot)", patient: "P\(patient.index)", label: isLabelled ? label : nil
      ) { patient.photograph(shot, size: size) }
    }
  }
}
