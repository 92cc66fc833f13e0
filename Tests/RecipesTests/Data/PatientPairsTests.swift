import Recipes
import Testing

@Suite struct PatientPairsTests {
  /// Patients with one to four photographs.
  static let counts = (0..<30).map { 1 + $0 % 4 }

  @Test(arguments: 0..<10) func anEpochShowsEveryPhotograph(_ epoch: Int) throws {
    let data = try dataset(photographsPerPatient: [1, 2, 3, 4, 5, 40, 40, 40, 40, 40])
    let pairs = try PatientPairs(of: data, batch: 1)
    #expect(pairs.pairsAvailable == 1 + 1 + 2 + 2 + 3 + 5 * 20)
    #expect(pairs.batchesPerEpoch == pairs.pairsAvailable)
    let all = pairs.batches(seed: 1, stage: 0, epoch: epoch).joined()
    for photographs in pairs.patients {
      let own = all.filter { photographs.contains($0.first) }
      #expect(own.count == (photographs.count + 1) / 2)
      #expect(own.allSatisfy { photographs.contains($0.second) })
      #expect(own.allSatisfy { ($0.first == $0.second) == (photographs.count == 1) })
      let times = photographs.map { photograph in
        own.count { $0.first == photograph } + own.count { $0.second == photograph }
      }
      // Every one once, and of an odd number one twice.
      #expect(times.sorted() == photographs.map { _ in 1 }.dropLast() + [1 + photographs.count % 2])
    }
  }

  @Test(arguments: 0..<10) func atMostOnePairOfAPatientIsOne(_ epoch: Int) throws {
    let data = try dataset(photographsPerPatient: PatientPairsTests.counts)
    let pairs = try PatientPairs(of: data, batch: 10, pairs: .atMost(1))
    #expect(pairs.batchesPerEpoch == 3)
    let patients = pairs.batches(seed: 1, stage: 0, epoch: epoch).joined().map {
      data.photographs[$0.first].patient
    }
    #expect(patients.count == 30 && Set(patients).count == 30)
  }

  @Test(arguments: [
    // Photographs of each patient, the batch, pairs there are, batches.
    (PatientPairsTests.counts, 8, PairsPerPatient.covering, 44, 5),
    (PatientPairsTests.counts, 30, .covering, 44, 1),
    (PatientPairsTests.counts, 8, .atMost(1), 30, 3),
    ([Int](repeating: 40, count: 24), 24, .covering, 480, 20),
    ([Int](repeating: 40, count: 24), 16, .covering, 480, 30),
    ([Int](repeating: 40, count: 24), 16, .atMost(7), 168, 10),
    // One patient has most photographs, and can give each batch one pair only.
    ([400] + [Int](repeating: 2, count: 20), 8, .covering, 220, 2),
    ([400] + [Int](repeating: 2, count: 20), 2, .covering, 220, 20),
    ([400] + [Int](repeating: 2, count: 20), 1, .covering, 220, 220),
    ([100, 80, 60, 9, 7, 2, 1], 3, .covering, 131, 40),
  ])
  func fullBatchesOfDifferentPatients(
    _ counts: [Int], _ batch: Int, _ taken: PairsPerPatient, _ available: Int, _ expected: Int
  ) throws {
    let data = try dataset(photographsPerPatient: counts)
    let pairs = try PatientPairs(of: data, batch: batch, pairs: taken)
    #expect(pairs.pairsAvailable == available)
    #expect(pairs.batchesPerEpoch == expected)
    for epoch in 0..<20 {
      let batches = pairs.batches(seed: 2, stage: 1, epoch: epoch)
      #expect(batches.count == expected)
      for batch in batches {
        #expect(batch.count == pairs.batch)
        #expect(Set(batch.map { data.photographs[$0.first].patient }).count == pairs.batch)
        #expect(
          batch.allSatisfy { data.photographs[$0.first].patient == data.photographs[$0.second].patient })
      }
      #expect(Set(batches.joined()).count == expected * batch)
    }
  }

  @Test func whatIsLeftOutTakesTurns() throws {
    let data = try dataset(photographsPerPatient: [40] + [Int](repeating: 2, count: 20))
    let pairs = try PatientPairs(of: data, batch: 8)
    let seen = (0..<60).flatMap { epoch in
      pairs.batches(seed: 3, stage: 0, epoch: epoch).joined().flatMap { [$0.first, $0.second] }
    }
    #expect(Set(seen).count == 80)
  }

  @Test func everyOrderedPairIsEquallyLikely() throws {
    let data = try dataset(photographsPerPatient: [3])
    let pairs = try PatientPairs(of: data, batch: 1, pairs: .atMost(1))
    var counts: [PhotographPair: Int] = [:]
    for epoch in 0..<3000 {
      for pair in pairs.batches(seed: 4, stage: 0, epoch: epoch).joined() { counts[pair, default: 0] += 1 }
    }
    #expect(counts.count == 6)
    #expect(counts.values.allSatisfy { abs($0 - 500) < 90 })
  }

  /// Two patients of two pairs each are together in both of their batches as seldom as chance has it.
  @Test func batchesAreMixed() throws {
    let data = try dataset(photographsPerPatient: [Int](repeating: 4, count: 40))
    let pairs = try PatientPairs(of: data, batch: 8)
    #expect(pairs.batchesPerEpoch == 10)
    var together = 0
    for epoch in 0..<400 {
      let batches = pairs.batches(seed: 5, stage: 0, epoch: epoch).map { batch in
        batch.map { data.photographs[$0.first].patient }
      }
      let (first, second) = (data.photographs[0].patient, data.photographs[80].patient)
      if batches.count(where: { $0.contains(first) && $0.contains(second) }) == 2 { together += 1 }
    }
    // Of the 45 places that a patient's two pairs can take, one.
    #expect(together < 25)
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
    let data = try dataset(photographsPerPatient: [400, 4])
    let error = #expect(throws: DataError.self) { try PatientPairs(of: data, batch: 3) }
    #expect(
      error?.description
        == "a batch of 3 needs as many training patients, but there are 2; use a batch of at most 2")
  }
}
