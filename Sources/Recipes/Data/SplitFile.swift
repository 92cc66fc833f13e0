import Foundation

extension Dataset {
  /// Writes the split of every patient to a table with the columns `patient` and `split`.
  ///
  /// - Parameter file: The file to write.
  /// - Throws: `FileError` if the file cannot be written.
  public func writeSplits(to file: URL) throws(FileError) {
    var seen: Set<String> = []
    var rows = [["patient", "split"]]
    for (photograph, split) in zip(photographs, splits) where seen.insert(photograph.patient).inserted {
      rows.append([photograph.patient, split.rawValue])
    }
    try AtomicFile.write(CSV.text(of: rows), to: file)
  }

  /// Returns the dataset split by a table written by `writeSplits(to:)`.
  ///
  /// - Parameter file: The file to read.
  /// - Throws: `FileError` or `CSVError` if the table cannot be read, `ManifestError` for invalid rows,
  ///   `DataError` if a patient is in two splits, or if the table's patients are not the dataset's.
  public func splitting(by file: URL) throws -> Dataset {
    let table = try CSV(file: file)
    let columns = (patient: try table.column("patient"), split: try table.column("split"))
    var splitsOfPatient: [String: [Split]] = [:]
    var named: [String] = []
    var problems: [ManifestProblem] = []
    table.forEachRow { row in
      func refuse(_ column: String?, _ fault: ManifestProblem.Fault) {
        problems.append(ManifestProblem(row: row.flaw?.line ?? row.line, column: column, fault))
      }
      if let fault = row.flaw?.fault ?? table.misfit(of: row) { return refuse(nil, fault) }
      do throws(ManifestProblem.Fault) {
        let patient = CSV.read(field: try row.text(columns.patient)).tidied
        let name = try row.text(columns.split).tidied
        if patient.isEmpty { return refuse("patient", .noPatient) }
        guard let split = Split(named: name) else { return refuse("split", .unknownSplit(name)) }
        if splitsOfPatient[patient] == nil { named.append(patient) }
        if splitsOfPatient[patient]?.contains(split) != true {
          splitsOfPatient[patient, default: []].append(split)
        }
      } catch { refuse(nil, error) }
    }
    if !problems.isEmpty {
      throw ManifestError.problems(ManifestProblemList(problems), of: file.path)
    }
    let leaking = named.filter { (splitsOfPatient[$0]?.count ?? 0) > 1 }
    if !leaking.isEmpty {
      throw DataError.leakingPatients(
        leaking.map { .init(patient: $0, otherSpellings: [], splits: splitsOfPatient[$0] ?? []) })
    }
    var own: Set<String> = []
    let patients = photographs.map(\.patient.tidied).filter { own.insert($0).inserted }
    let unknown = named.filter { !own.contains($0) }
    let missing = patients.filter { splitsOfPatient[$0] == nil }
    if !(unknown.isEmpty && missing.isEmpty) {
      throw DataError.otherPatients(in: file.path, unknown: unknown, missing: missing)
    }
    return try with(
      photographs, splits: photographs.map { splitsOfPatient[$0.patient.tidied]?.first ?? .train })
  }
}
