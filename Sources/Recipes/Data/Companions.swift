/// A photograph with the same bytes as another one, by their names in the dataset.
struct PhotographCopy: Sendable {
  let photograph: String
  let original: String
}

/// The patients that must be in the same split: those whose names differ only in spelling, since they are
/// probably one person, and those who share a photograph.
struct Companions {
  /// The first patient of each group, in the order of photographs, for every patient in a group, the first
  /// included.
  private(set) var first: [String: String] = [:]

  init(_ photographs: [Photograph], _ copies: [PhotographCopy]) {
    var numbers: [String: Int] = [:]
    var patients: [String] = []
    for photograph in photographs where numbers[photograph.patient] == nil {
      numbers[photograph.patient] = patients.count
      patients.append(photograph.patient)
    }
    // A union-find forest: the root of each group of patients is its lowest index.
    var parents = Array(patients.indices)
    func root(_ number: Int) -> Int {
      var number = number
      while parents[number] != number {
        parents[number] = parents[parents[number]]
        number = parents[number]
      }
      return number
    }
    func join(_ one: Int, _ other: Int) {
      let (one, other) = (root(one), root(other))
      parents[max(one, other)] = min(one, other)
    }
    var firstOfKey: [String: Int] = [:]
    for (number, patient) in patients.enumerated() {
      let key = patient.spellingKey
      if let first = firstOfKey[key] { join(first, number) } else { firstOfKey[key] = number }
    }
    if !copies.isEmpty {
      let patientOfPhotograph = Dictionary(photographs.map { ($0.id, $0.patient) }) { first, _ in first }
      for copy in copies {
        guard let one = patientOfPhotograph[copy.original].flatMap({ numbers[$0] }),
          let other = patientOfPhotograph[copy.photograph].flatMap({ numbers[$0] })
        else { continue }
        join(one, other)
      }
    }
    for number in patients.indices where root(number) != number {
      first[patients[number]] = patients[root(number)]
      first[patients[root(number)]] = patients[root(number)]
    }
  }
}

extension Dataset {
  /// Checks that no patient is in two splits, in any spelling, and no photograph under two names.
  static func checkLeaks(
    _ photographs: [Photograph], _ splits: [Split], _ copies: [PhotographCopy]
  ) throws(DataError) {
    guard let only = splits.first, splits.contains(where: { $0 != only }) else { return }
    var keys: [String: String] = [:]
    var spellings: [String: [String]] = [:]
    var splitsOfKey: [String: Set<Split>] = [:]
    var leaking: [String] = []
    for (photograph, split) in zip(photographs, splits) {
      let patient = photograph.patient
      let key = keys[patient] ?? patient.spellingKey
      if keys.updateValue(key, forKey: patient) == nil { spellings[key, default: []].append(patient) }
      if splitsOfKey[key, default: []].insert(split).inserted, splitsOfKey[key]?.count == 2 {
        leaking.append(key)
      }
    }
    guard leaking.isEmpty else {
      throw .leakingPatients(
        leaking.map { key in
          let names = spellings[key] ?? []
          return DataError.LeakingPatient(
            patient: names.first ?? key, otherSpellings: Array(names.dropFirst()),
            splits: Split.allCases.filter { splitsOfKey[key]?.contains($0) == true })
        })
    }
    if copies.isEmpty { return }
    let places = Dictionary(zip(photographs.map(\.id), photographs.indices)) { first, _ in first }
    let shared = copies.compactMap { copy -> DataError.SharedPhotograph? in
      guard let one = places[copy.original], let other = places[copy.photograph], splits[one] != splits[other]
      else { return nil }
      let both = [one, other]
      return DataError.SharedPhotograph(
        photographs: both.map { photographs[$0].id }, patients: both.map { photographs[$0].patient },
        splits: both.map { splits[$0] })
    }
    if !shared.isEmpty { throw .sharedPhotographs(shared) }
  }
}
