import Ops

/// What a patient's photographs are used for. A patient belongs to one split.
public enum Split: String, Codable, Sendable, CaseIterable {
  /// Trains the networks, with labels or without.
  case train
  /// Chooses between them.
  case validation
  /// Scores them, and is seen by no stage before.
  case test
}

extension Dataset {
  /// The dataset with its patients divided anew: no patient in two splits, and each class in all of them as
  /// evenly as its patients allow.
  ///
  /// A patient counts for the class that most of its labelled photographs have. The first patient of every
  /// class is used for training, and so are patients without any label, who can be learnt from but not
  /// scored. The shares are of the labelled patients. Patients whose names differ only in how they are
  /// written, or who share a photograph, count as one.
  ///
  /// - Throws: `DataError` when the shares are not between 0 and 1 with a sum below 1, or when there are too
  ///   few labelled patients for a split that was asked for.
  public func split(seed: UInt64, validation: Double, test: Double) throws(DataError) -> Dataset {
    guard validation >= 0, test >= 0, validation + test < 1 else {
      throw .invalidFractions(validation: validation, test: test)
    }
    return try dividing(
      [.train: 1 - validation - test, .validation: validation, .test: test], of: nil, seed: seed)
  }

  /// The dataset with a share of its labelled training patients set aside for validation, evenly over the
  /// classes.
  ///
  /// - Throws: `DataError` when the share is not between 0 and 1, or too few labelled patients are there to
  ///   train on.
  public func settingAsideValidation(_ share: Double, seed: UInt64) throws(DataError) -> Dataset {
    guard share > 0, share < 1 else { throw .invalidFractions(validation: share, test: 0) }
    return try dividing([.train: 1 - share, .validation: share], of: .train, seed: seed)
  }

  // Divides the patients of a split, or all, by shares of those that are labelled.
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
        // The split that is furthest behind its share takes the patient; ties go to the first named.
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

  /// For every class, its patients, or those of one split, in the order of their first photograph. Patients
  /// without a label are left out, and those that have companions count as the first of them.
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
