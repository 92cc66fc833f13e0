import Ops

/// The photographs that a stage works on.
public enum Selection: StageInput, Hashable {
  /// Every photograph of the training patients, labelled or not, one by one; the labels are not looked at.
  case unlabelled
  /// Every photograph of the training patients, patient by patient; the labels are not looked at.
  case patients
  /// Every photograph of the training patients, one by one, those of a patient in the same batch: all of them
  /// are positives of each other for a loss that knows groups, such as ``SupCon``. The labels are not looked
  /// at.
  case bags
  /// The photographs of one split that have a label, or those of a share of its labelled patients: of each
  /// class so many, and one at least. A larger share has all patients of a smaller one, and which they are
  /// depends on their names alone.
  case labelled(Split, share: Double = 1)
  /// Every photograph of the training patients, one by one, with its label where it has one: for an objective
  /// that learns from both, such as a ``JointObjective``.
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

  /// How many of its photographs have labels.
  var labels: BatchForm.Labels {
    switch self {
    case .labelled: .all
    case .partlyLabelled: .some
    case .unlabelled, .patients, .bags: .none
    }
  }

  /// Whether its photographs are of groups, whose members are positives of each other.
  var hasGroups: Bool { self == .bags || hasLabels }
}

extension Dataset {
  /// The group of each photograph, by its index: its label's number, or its patient's.
  func groups(of selection: Selection) -> [Int] {
    if selection.hasLabels { return photographs.map { $0.label ?? -1 } }
    var numbers: [String: Int] = [:]
    for photograph in photographs where numbers[photograph.patient] == nil {
      numbers[photograph.patient] = numbers.count
    }
    return photographs.map { numbers[$0.patient] ?? 0 }
  }

  /// The indices of the selected photographs, ascending. Validation and test patients are in none but their
  /// own `labelled` selections.
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

  // Of each class the patients whose hashes come first: a larger share only adds to them. A share that is
  // none selects nobody.
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

  /// The photographs of a split grouped by patient: one list of indices for each, in the order of their first
  /// photograph.
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
