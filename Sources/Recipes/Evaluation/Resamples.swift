import Ops

/// The resamples of a bootstrap over the patients of some samples.
struct Resamples: Sendable {
  private let bootstrap: Bootstrap
  private let patients: PatientIndex

  /// Prepares the resamples; `patients` has the patient of each sample.
  init(_ bootstrap: Bootstrap, patients: [String]) {
    self.bootstrap = bootstrap
    self.patients = PatientIndex(patients)
  }

  /// Returns the value of each resample, computed by all threads. With one patient there are none, as the
  /// variation between patients is unknown.
  ///
  /// - Parameter value: A function of the number of times that each sample occurs in the resample.
  func map<Value: Sendable>(_ value: @escaping @Sendable ([Int]) -> Value) -> [Value] {
    let (count, owners) = (patients.names.count, patients.owners)
    guard count > 1 else { return [] }
    let resamples = bootstrap.resamples
    let perTask = 16
    return Workers.shared.map((resamples + perTask - 1) / perTask) { task in
      var drawn = [Int](repeating: 0, count: count)
      var times = [Int](repeating: 0, count: owners.count)
      return (task * perTask..<min((task + 1) * perTask, resamples)).map { resample in
        var generator = CounterGenerator(seed: bootstrap.seed, resample)
        for patient in drawn.indices { drawn[patient] = 0 }
        for _ in 0..<count { drawn[Int(generator.uniform() * Double(count))] += 1 }
        for sample in owners.indices { times[sample] = drawn[owners[sample]] }
        return value(times)
      }
    }.flatMap { $0 }
  }
}

/// The patients of some samples as numbers, which do not depend on the order of the samples.
struct PatientIndex: Sendable {
  /// The patients, each once, sorted by name.
  let names: [String]
  /// The index of each sample's patient.
  let owners: [Int]

  /// Numbers the patient of each sample.
  init(_ patients: [String]) {
    names = Set(patients).sorted()
    let indices = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
    owners = patients.compactMap { indices[$0] }
  }
}
