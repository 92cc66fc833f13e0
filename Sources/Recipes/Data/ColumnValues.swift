/// Columns of a dataset's photographs read as numbers, for an objective that learns from them.
///
/// Numbers are parsed by `Double`; `true` and `yes` are 1, `false` and `no` are 0. Empty fields and words for
/// unknown values, such as `NaN` or `unknown`, are missing numbers and no errors.
struct ColumnValues: Sendable {
  /// The numbers of a batch's rows, `[rows, columns]`.
  struct Rows {
    /// The numbers; 0 if unknown.
    let values: [Float]
    /// 1 for known numbers, 0 for unknown ones.
    let isKnown: [Float]
  }

  /// The columns, as the objective names them.
  let columns: [String]
  /// The indices of the selected photographs with at least one number, ascending.
  let known: [Int]
  /// The errors of the columns, at most one each.
  let problems: [DataError]
  private let selected: [Int]
  // Of every photograph, row-major; NaN where there is none.
  private let numbers: [Float]

  /// The column values that the objective of a stage reads; nil if it reads no columns.
  init?(of parts: StageConfiguration, in dataset: Dataset) {
    let objective = parts.objective
    let columns = objective.needs.values
    if columns.isEmpty { return nil }
    let selected = dataset.indices(of: parts.selection)
    var numbers = [Float](repeating: .nan, count: dataset.photographs.count * columns.count)
    var problems: [DataError] = []
    let names = Set(dataset.columns)
    for (place, column) in columns.enumerated() {
      guard let name = names.column(column) else {
        problems.append(.missingColumn(column, columns: names.sorted()))
        continue
      }
      var faults: [DataError] = []
      for index in selected {
        let photograph = dataset.photographs[index]
        guard let text = photograph.attributes[name] else { continue }
        do throws(NumberFault) {
          guard let number = try text.number else { continue }
          if let requirement = objective.requirement(for: number, in: column) { throw .unfit(requirement) }
          numbers[index * columns.count + place] = Float(number)
        } catch {
          faults.append(
            .unfitNumber(
              photograph: photograph.id, column: name, value: text, mustBe: error.requirement, others: 0))
        }
      }
      if let first = faults.first { problems.append(first.with(others: faults.count - 1)) }
    }
    let known = selected.filter { index in
      numbers[index * columns.count..<(index + 1) * columns.count].contains { !$0.isNaN }
    }
    if problems.isEmpty, known.isEmpty {
      problems.append(.noNumbers(columns: columns, in: parts.selection.summary))
    }
    self.columns = columns
    self.known = known
    self.problems = problems
    self.selected = selected
    self.numbers = numbers
  }

  /// Returns the numbers of a batch's rows. Unreadable photographs have none: another
  /// photograph takes their place.
  func rows(of photographs: [Int], isReadable: (Int) -> Bool) -> Rows {
    let numbers = photographs.flatMap { index -> [Float] in
      guard isReadable(index) else { return [Float](repeating: .nan, count: columns.count) }
      return Array(self.numbers[index * columns.count..<(index + 1) * columns.count])
    }
    return Rows(values: numbers.map { $0.isNaN ? 0 : $0 }, isKnown: numbers.map { $0.isNaN ? 0 : 1 })
  }

  /// A note for each column, without a period: the number of photographs with a value, and the range.
  var notes: [String] {
    columns.indices.map { place in
      let numbers = selected.map { self.numbers[$0 * columns.count + place] }.filter { !$0.isNaN }
      let range = numbers.min().flatMap { least in numbers.max().map { " (\(least) to \($0))" } } ?? ""
      return
        "\(columns[place]) is known of \(numbers.count) of \(selected.count) photographs to train on\(range)"
    }
  }

  /// A hash of the column names and the numbers.
  var hash: String {
    var hash = ContentHash()
    for column in columns { hash.combine(column) }
    for index in selected {
      for number in numbers[index * columns.count..<(index + 1) * columns.count] {
        hash.combine(number.isNaN ? -1 : Int(number.bitPattern))
      }
    }
    return hash.text
  }
}

private enum NumberFault: Error {
  /// A text that is not a number.
  case noNumber
  /// A number that the objective cannot learn from.
  case unfit(String)

  var requirement: String {
    switch self {
    case .noNumber: "a number, with a point for its decimals, or nothing where nobody knows"
    case .unfit(let requirement): requirement
    }
  }
}

extension String {
  // Returns the number in a field; nil if it means that there is none.
  fileprivate var number: Double? {
    get throws(NumberFault) {
      if let number = Double(self), Float(number).isFinite { return number }
      switch lowercased() {
      case "true", "yes": return 1
      case "false", "no": return 0
      default: if isEmpty || MissingWord.isNobody(self) { return nil }
      }
      throw .noNumber
    }
  }
}

extension Set<String> {
  // The column of a name: as it is spelled, or the only one that differs from it in capitals.
  func column(_ name: String) -> String? {
    if contains(name) { return name }
    let others = filter { $0.lowercased() == name.lowercased() }
    return others.count == 1 ? others.first : nil
  }
}
