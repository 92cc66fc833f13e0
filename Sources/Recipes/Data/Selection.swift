/// The photographs that a stage works on.
public enum Selection: StageInput, Hashable {
  /// Every photograph of the training patients, labelled or not, one by one; the labels are not looked at.
  case unlabelled
  /// Every photograph of the training patients, patient by patient; the labels are not looked at.
  case patients
  /// The photographs of one split that have a label.
  case labelled(Split)

  /// One line for a stage's description, such as `labelled(train)`.
  public var summary: String {
    switch self {
    case .unlabelled: "unlabelled"
    case .patients: "patients"
    case .labelled(let split): "labelled(\(split))"
    }
  }
}

extension Dataset {
  /// The indices of the selected photographs, ascending. Validation and test patients are in none but their
  /// own `labelled` selections.
  public func indices(of selection: Selection) -> [Int] {
    photographs.indices.filter { index in
      switch selection {
      case .unlabelled, .patients: splits[index] == .train
      case .labelled(let split): splits[index] == split && photographs[index].label != nil
      }
    }
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
