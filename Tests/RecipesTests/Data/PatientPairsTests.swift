import Recipes
import Testing

@Suite struct PatientPairsTests {
  /// Patients with one to four photographs.
  static let counts = (0..<30).map { 1 + $0 % 4 }

  @Test(arguments: 0..<20) func everyPatientGivesOnePairAnEpoch(_ epoch: Int) throws {
    let data = try dataset(photographsPerPatient: PatientPairsTests.counts)
    let batches = try PatientPairs(of: data, batch: 8, remainder: .keep).batches(
      seed: 1, stage: 0, epoch: epoch)
    let patients = batches.joined().map { data.photographs[$0.first].patient }
    #expect(patients.count == 30)
    #expect(Set(patients).count == 30)
    for pair in batches.joined() {
      let patient = data.photographs[pair.first].patient
      #expect(data.photographs[pair.second].patient == patient)
      let hasOne = data.photographs.count { $0.patient == patient } == 1
      #expect((pair.first == pair.second) == hasOne)
    }
  }

  @Test func noPatientIsTwiceInABatch() throws {
    let data = try dataset(photographsPerPatient: PatientPairsTests.counts)
    let pairs = try PatientPairs(of: data, batch: 8)
    #expect(pairs.batchesPerEpoch == 3)
    for epoch in 0..<20 {
      let batches = pairs.batches(seed: 2, stage: 1, epoch: epoch)
      #expect(batches.map(\.count) == [8, 8, 8])
      for batch in batches { #expect(Set(batch.map { data.photographs[$0.first].patient }).count == 8) }
    }
  }

  @Test func patientsSitOutByTurns() throws {
    let data = try dataset(photographsPerPatient: PatientPairsTests.counts)
    let pairs = try PatientPairs(of: data, batch: 8)
    let seen = (0..<10).flatMap { epoch in
      pairs.batches(seed: 3, stage: 0, epoch: epoch).joined().map { data.photographs[$0.first].patient }
    }
    #expect(Set(seen).count == 30)
  }

  @Test func everyOrderedPairIsEquallyLikely() throws {
    let data = try dataset(photographsPerPatient: [3])
    let pairs = try PatientPairs(of: data, batch: 1)
    var counts: [PhotographPair: Int] = [:]
    for epoch in 0..<3000 {
      for pair in pairs.batches(seed: 4, stage: 0, epoch: epoch).joined() { counts[pair, default: 0] += 1 }
    }
    #expect(counts.count == 6)
    #expect(counts.values.allSatisfy { abs($0 - 500) < 90 })
  }

  @Test func pairsAreNewEachEpochAndTheSameOnEveryRerun() throws {
    let data = try dataset(photographsPerPatient: Array(repeating: 4, count: 20))
    let pairs = try PatientPairs(of: data, batch: 5)
    let epochs = (0..<6).map { pairs.batches(seed: 5, stage: 0, epoch: $0) }
    #expect(Set(epochs.map { Set($0.joined()) }).count == 6)
    let rerun = try PatientPairs(of: data, batch: 5)
    #expect((0..<6).reversed().map { rerun.batches(seed: 5, stage: 0, epoch: $0) } == epochs.reversed())
    #expect(pairs.batches(seed: 6, stage: 0, epoch: 0) != epochs[0])
    #expect(pairs.batches(seed: 5, stage: 1, epoch: 0) != epochs[0])
  }

  @Test func onlyTrainingPatientsArePaired() throws {
    let data = try dataset(photographsPerPatient: Array(repeating: 3, count: 40), classes: 2)
      .split(seed: 0, validation: 0.25, test: 0.25)
    let batches = try PatientPairs(of: data, batch: 4).batches(seed: 1, stage: 0, epoch: 0)
    for pair in batches.joined() {
      #expect(data.splits[pair.first] == .train && data.splits[pair.second] == .train)
    }
  }

  @Test func refusesABatchOfMorePatientsThanThereAre() throws {
    let data = try dataset(photographsPerPatient: [4, 4])
    let error = #expect(throws: DataError.self) { try PatientPairs(of: data, batch: 3) }
    #expect(
      error?.description
        == "a batch of 3 needs as many training patients, but there are 2; use a batch of at most 2")
  }
}
