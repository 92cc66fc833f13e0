import Recipes

/// A photograph of one gray value.
func photograph(_ id: String, of patient: String, label: Int? = nil, value: Float = 0.5) -> Photograph {
  Photograph(
    id: id, patient: patient, label: label, image: Image(width: 2, height: 2, filledWith: value))
}

/// A dataset whose patient P`i` has `counts[i]` photographs, all of class `i % classes`, or of none if
/// `classes` is 0.
func dataset(photographsPerPatient counts: [Int], classes: Int = 0) throws -> Dataset {
  let photographs = counts.enumerated().flatMap { patient, count in
    (0..<count).map {
      photograph("P\(patient)-\($0)", of: "P\(patient)", label: classes == 0 ? nil : patient % classes)
    }
  }
  return try Dataset(photographs, classes: (0..<classes).map { "class \($0)" }, source: "test")
}
