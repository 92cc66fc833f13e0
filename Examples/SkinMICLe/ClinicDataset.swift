import Recipes

extension Clinic {
  /// Returns the side of photographs, half as large again as views, so that crops are not enlarged much.
  static func side(forViews size: Int) -> Int { size * 3 / 2 }

  /// The numbers of patients in a dataset.
  struct Census {
    /// Unlabelled patients, with conditions as common as in clinics.
    var unlabelled = 1800
    /// Labelled patients of each condition, for training.
    var train = 8
    /// Labelled patients of each condition, for validation.
    var validation = 6
    /// Labelled patients of each condition, for testing.
    var test = 48
  }

  /// Returns photographs of synthetic patients, each patient in one split, rendered on demand.
  ///
  /// Pretraining uses the few labelled training patients and the many unlabelled ones.
  ///
  /// - Parameter count: The photographs of the unlabelled patients, which are then blank: a description of a
  ///   run needs no more of them.
  func dataset(_ census: Census, counting count: Int? = nil) throws -> Dataset {
    let unlabelled =
      count.map { blankPhotographs($0, of: census.unlabelled) }
      ?? (0..<census.unlabelled).flatMap { photographs(of: patient($0), isLabelled: false) }
    let counts = [census.train, census.validation, census.test]
    var next = 1_000_000  // beyond the indices of unlabelled patients
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

  private func blankPhotographs(_ count: Int, of patients: Int) -> [Recipes.Photograph] {
    let size = size
    return (0..<count).map { number in
      Recipes.Photograph(id: "\(number)", patient: "P\(number % patients)") {
        Image(width: size, height: size, filledWith: 0.5)
      }
    }
  }

  private func photographs(of patient: Patient, isLabelled: Bool) -> [Recipes.Photograph] {
    let label = Condition.all.firstIndex { $0.name == patient.condition.name }
    let attributes = ["site": patient.site.name, "skin": patient.skin.shade]
    return (0..<patient.shots).map { shot in
      let size = size
      return Recipes.Photograph(
        id: "P\(patient.index)-\(shot)", patient: "P\(patient.index)", label: isLabelled ? label : nil,
        attributes: attributes
      ) { patient.photograph(shot, size: size) }
    }
  }
}
