import Ops

/// The use of a patient's photographs. Each patient is in one split.
public enum Split: String, Codable, Sendable, CaseIterable {
  /// For training, with labels or without.
  case train
  /// For model selection.
  case validation
  /// For the final score; no stage sees it before.
  case test
}

extension Dataset {
  /// Returns the dataset with its patients split anew: no patient in two splits, stratified by class as
  /// evenly as possible.
  ///
  /// A patient counts towards the class that most of their labelled photographs have. The first patient of
  /// every class is used for training, and so are patients without labels, who can be trained on but not
  /// scored. The fractions refer to labelled patients. Patients whose names differ only in spelling, or who
  /// share a photograph, count as one.
  ///
  /// - Parameters:
  ///   - seed: The seed of all random numbers.
  ///   - validation: The fraction of labelled patients to validate on, from 0.
  ///   - test: The fraction of labelled patients to test on, from 0.
  /// - Throws: `DataError` if the fractions are not between 0 and 1 with a sum below 1, or if there are too
  ///   few labelled patients for a requested split.
  public func split(seed: UInt64, validation: Double, test: Double) throws(DataError) -> Dataset {
    guard validation >= 0, test >= 0, validation + test < 1 else {
      throw .invalidFractions(validation: validation, test: test)
    }
    return try dividing(
      [.train: 1 - validation - test, .validation: validation, .test: test], of: nil, seed: seed)
  }

  /// Returns the dataset with a fraction of its labelled training patients moved to validation, stratified by
  /// class.
  ///
  /// - Parameters:
  ///   - share: The fraction to move, between 0 and 1.
  ///   - seed: The seed of all random numbers.
  /// - Throws: `DataError` if the fraction is not between 0 and 1, or too few labelled patients remain to
  ///   train on.
  public func settingAsideValidation(_ share: Double, seed: UInt64) throws(DataError) -> Dataset {
    guard share > 0, share < 1 else { throw .invalidFractions(validation: share, test: 0) }
    return try dividing([.train: 1 - share, .validation: share], of: .train, seed: seed)
  }

  // Splits the patients of one split, or all, by fractions of the labelled ones.
  private func dividing(
    _ shares: [Split: Double], of source: Split?, seed: UInt64
  ) throws(DataError) -> Dataset {
    let shares = Split.allCases.compactMap { split in shares[split].map { (split, $0) } }
    var splitOfPatient: [String: Split] = [:]
    var assigned: [Split: Int] = [:]
    var seen = 0
    let companions = companions
    for (label, patients) in patientsByClass(in: source, of: companions).enumerated() {
      var generator = CounterGenerator(seed: seed, label)
      for (position, patient) in patients.shuffled(using: &generator).enumerated() {
        seen += 1
        // The split furthest below its fraction gets the patient; ties go to the first one.
        var choice = Split.train
        if position > 0 {
          var furthest = -Double.infinity
          for (split, share) in shares where share > 0 {
            let behind = share * Double(seen) - Double(assigned[split, default: 0])
            if behind > furthest + 1e-9 {
              furthest = behind
              choice = split
            }
          }
        }
        assigned[choice, default: 0] += 1
        splitOfPatient[patient] = choice
      }
    }
    for (split, share) in shares where share > 0 && assigned[split, default: 0] == 0 {
      throw .emptySplit(split, labelledPatients: seen)
    }
    return try with(
      photographs,
      splits: zip(photographs, splits).map { photograph, own in
        splitOfPatient[companions[photograph.patient] ?? photograph.patient] ?? (source == nil ? .train : own)
      })
  }

  /// Returns the patients of every class, in one split or all, in the order of their first photograph.
  /// Unlabelled patients are left out, and a group of companions counts as its first patient.
  func patientsByClass(in split: Split? = nil, of companions: [String: String] = [:]) -> [[String]] {
    var votes: [String: [Int: Int]] = [:]
    var order: [String] = []
    for (photograph, own) in zip(photographs, splits) {
      guard let label = photograph.label, split == nil || split == own else { continue }
      let patient = companions[photograph.patient] ?? photograph.patient
      if votes[patient] == nil { order.append(patient) }
      votes[patient, default: [:]][label, default: 0] += 1
    }
    var patients = [[String]](repeating: [], count: classes.count)
    for patient in order {
      let winner = votes[patient]?.max { ($0.value, -$0.key) < ($1.value, -$1.key) }
      if let winner { patients[winner.key].append(patient) }
    }
    return patients
  }
}
