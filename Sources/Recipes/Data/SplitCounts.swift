/// The size of a split.
public struct SplitCounts: Equatable, Sendable {
  /// The number of photographs.
  public let photographs: Int
  /// The number of patients.
  public let patients: Int
  /// The number of labelled photographs of each class.
  public let labelled: [Int]
}

extension Dataset {
  /// Returns the size of a split.
  ///
  /// - Parameter split: The split.
  public func counts(in split: Split) -> SplitCounts {
    var photographs = 0
    var patients: Set<String> = []
    var labelled = [Int](repeating: 0, count: classes.count)
    for (photograph, own) in zip(self.photographs, splits) where own == split {
      photographs += 1
      patients.insert(photograph.patient)
      if let label = photograph.label { labelled[label] += 1 }
    }
    return SplitCounts(photographs: photographs, patients: patients.count, labelled: labelled)
  }

  /// A table of the numbers of photographs, patients and labels of each class, with a column for every
  /// nonempty split.
  public var summary: String {
    let columns = Split.allCases.map { ($0.rawValue, counts(in: $0)) }.filter { $0.1.photographs > 0 }
    var lines = [[""] + columns.map(\.0)]
    lines.append(["photographs"] + columns.map { "\($0.1.photographs)" })
    lines.append(["patients"] + columns.map { "\($0.1.patients)" })
    lines.append(["labelled"] + columns.map { "\($0.1.labelled.reduce(0, +))" })
    for (label, name) in classes.enumerated() {
      lines.append(["  " + name.printable] + columns.map { "\($0.1.labelled[label])" })
    }
    return lines.aligned(numbersFrom: 1).joined(separator: "\n")
  }
}
