import Foundation

extension ManifestRows {
  /// Reads the cases of SCIN, and their labels from the table next to them.
  ///
  /// - Throws: `FileError` or `CSVError` for either table.
  init(scin cases: CSV) throws {
    self.init(format: .scin)
    (patientColumn, labelColumn) = ("case_id", "weighted_skin_condition_label")
    let folder = URL(filePath: cases.file).deletingLastPathComponent()
    let labels = try CSV(file: folder.appending(path: "scin_labels.csv"))
    var labelOfCase: [String: String] = [:]
    var attributesOfCase: [String: [String: String]] = [:]
    let labelColumns = [
      try labels.column("case_id"), try labels.column("weighted_skin_condition_label"),
    ]
    read(labels, labelColumns, naming: " of scin_labels.csv") { rows, line, texts, attributes in
      attributesOfCase[texts[0]] = attributes
      do throws(ManifestProblem.Fault) {
        if let label = try heaviestCondition(in: texts[1]) { labelOfCase[texts[0]] = label }
      } catch {
        rows.problems.append(
          ManifestProblem(row: line, column: "weighted_skin_condition_label of scin_labels.csv", error))
      }
    }
    // Rows of labels are not photographs, so problems with them skip none.
    skipped = 0
    count = 0

    let names = ["image_1_path", "image_2_path", "image_3_path"]
    var columns: [Int?] = [try cases.column("case_id")]
    for name in names { columns.append(try cases.column(name)) }
    var finder = PhotographFinder(in: folder.path)
    let parent = folder.deletingLastPathComponent().path
    read(cases, columns) { rows, line, texts, own in
      rows.count += 1
      if texts.dropFirst().allSatisfy(\.isEmpty) {
        rows.problems.append(ManifestProblem(row: line, column: names[0], .noImage))
        rows.skipped += 1
      }
      let attributes = own.merging(attributesOfCase[texts[0]] ?? [:]) { own, _ in own }
      for (name, path) in zip(names, texts.dropFirst()) where !path.isEmpty {
        let inner = path.hasPrefix("dataset/") ? String(path.dropFirst("dataset/".count)) : path
        let candidates = [(path, folder.path), (path, parent), (inner, folder.path)]
        let file = candidates.lazy.compactMap { finder.file($0.0, in: $0.1) }.first
        rows.entries.append(
          Entry(
            row: line, column: name, image: path, file: file.map { .file($0) } ?? .nothing, patient: texts[0],
            label: labelOfCase[texts[0]] ?? "", attributes: attributes))
      }
    }
  }
}

/// Returns the condition with the largest weight in a Python dictionary such as
/// `{'Eczema': 0.41, "Kaposi's sarcoma": 0.3}`; nil if it is empty.
///
/// - Throws: A fault if the text is not such a dictionary.
func heaviestCondition(in text: String) throws(ManifestProblem.Fault) -> String? {
  if text.isEmpty { return nil }
  var rest = Substring(text)
  func pass(_ character: Character) -> Bool {
    rest = rest.drop { $0.isWhitespace }
    guard rest.first == character else { return false }
    rest = rest.dropFirst()
    return true
  }
  guard pass("{") else { throw .badWeights(text) }
  var heaviest: (name: String, weight: Double)?
  while !pass("}") {
    guard let quote: Character = pass("'") ? "'" : pass("\"") ? "\"" : nil else { throw .badWeights(text) }
    var name = ""
    while let character = rest.popFirst(), character != quote {
      guard character == "\\" else { name.append(character); continue }
      if let escaped = rest.popFirst() { name.append(escaped) }
    }
    guard pass(":") else { throw .badWeights(text) }
    let number = rest.prefix { $0 != "," && $0 != "}" }
    rest = rest.dropFirst(number.count)
    guard let weight = Double(number.filter { !$0.isWhitespace }), weight.isFinite, weight >= 0 else {
      throw .badWeights(text)
    }
    if weight > heaviest?.weight ?? -1 { heaviest = (name, weight) }
    _ = pass(",")
  }
  guard rest.allSatisfy(\.isWhitespace) else { throw .badWeights(text) }
  return heaviest?.name.trimmingCharacters(in: .whitespaces)
}
