import Ops

/// The photographs that a stage reads.
public enum Selection: StageInput, Hashable {
  /// Every photograph of the training patients, labelled or not; labels are ignored.
  case unlabelled
  /// Every photograph of the training patients, grouped by patient; labels are ignored.
  case patients
  /// Every photograph of the training patients, with those of a patient in the same batch: they are positives
  /// of each other for a loss with groups, such as ``SupCon``. Labels are ignored.
  case bags
  /// The labelled photographs of one split, or those of a share of its labelled patients: the share of each
  /// class, and at least one patient. A larger share includes all patients of a smaller one, and the choice
  /// depends only on their names.
  case labelled(Split, share: Double = 1)
  /// Every photograph of the training patients, with its label if it has one: for an objective that learns
  /// from both, such as a ``JointObjective``.
  case partlyLabelled

  public var problems: [SettingProblem] {
    if case .labelled(_, let share) = self { Check.number("share", share, above: 0, atMost: 1) }
  }

  /// One line for a stage's description, such as `labelled(train)`.
  public var summary: String {
    switch self {
    case .unlabelled: "unlabelled"
    case .patients: "patients"
    case .bags: "bags"
    case .labelled(let split, share: 1): "labelled(\(split))"
    case .labelled(let split, let share): "labelled(\(split), share: \(share))"
    case .partlyLabelled: "partlyLabelled"
    }
  }
}

extension Selection {
  /// Whether every photograph has a label.
  var hasLabels: Bool { if case .labelled = self { true } else { false } }

  /// Whether none, some or all of its photographs have labels.
  var labels: BatchForm.Labels {
    switch self {
    case .labelled: .all
    case .partlyLabelled: .some
    case .unlabelled, .patients, .bags: .none
    }
  }

  /// Whether its photographs have groups of positives.
  var hasGroups: Bool { self == .bags || hasLabels }
}

extension Dataset {
  /// Returns the group of each photograph, by index: the index of its label, or of its patient.
  func groups(of selection: Selection) -> [Int] {
    if selection.hasLabels { return photographs.map { $0.label ?? -1 } }
    var numbers: [String: Int] = [:]
    for photograph in photographs where numbers[photograph.patient] == nil {
      numbers[photograph.patient] = numbers.count
    }
    return photographs.map { numbers[$0.patient] ?? 0 }
  }

  /// Returns the indices of the selected photographs, ascending. Validation and test patients are only in
  /// their own `labelled` selections.
  ///
  /// - Parameter selection: The selection.
  public func indices(of selection: Selection) -> [Int] {
    switch selection {
    case .unlabelled, .patients, .bags, .partlyLabelled: return splits.indices.filter { splits[$0] == .train }
    case .labelled(let split, let share):
      let labelled = splits.indices.filter { splits[$0] == split && photographs[$0].label != nil }
      if share == 1 { return labelled }
      let patients = patients(in: split, share: share)
      return labelled.filter { patients.contains(photographs[$0].patient) }
    }
  }

  // Selects the patients of each class with the smallest hashes, so a larger share only adds patients. An
  // invalid share selects none.
  private func patients(in split: Split, share: Double) -> Set<String> {
    guard share > 0, share < 1 else { return [] }
    var chosen: Set<String> = []
    for patients in patientsByClass(in: split) where !patients.isEmpty {
      let order = patients.map { patient in
        var generator = CounterGenerator(seed: 0, name: patient)
        return (generator.next(), patient)
      }.sorted { $0 < $1 }
      let count = max(1, Int((share * Double(patients.count)).rounded()))
      chosen.formUnion(order.prefix(count).map(\.1))
    }
    return chosen
  }

  /// Returns the photographs of a split grouped by patient: a list of indices for each, in the order of their
  /// first photograph.
  ///
  /// - Parameter split: The split.
  public func patients(in split: Split) -> [[Int]] {
    var position: [String: Int] = [:]
    var bags: [[Int]] = []
    for index in photographs.indices where splits[index] == split {
      let patient = photographs[index].patient
      if let known = position[patient] {
        bags[known].append(index)
      } else {
        position[patient] = bags.count
        bags.append([index])
      }
    }
    return bags
  }
}
