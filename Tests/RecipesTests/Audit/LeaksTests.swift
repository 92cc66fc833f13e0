import Foundation
import Testing

@testable import Recipes

struct LeaksTests {
  private let dataset: Dataset
  private let findings: AuditFindings

  /// Directions of photographs by angle: t0 looks like v0, t1 like s0, v1 like s1; t2 and t3 look alike.
  init() throws {
    let angles: [(id: String, degrees: Double)] = [
      ("t0", 0), ("t1", 40), ("t2", 80), ("t3", 80.5), ("v0", 1), ("v1", 120), ("s0", 42), ("s1", 120.2),
    ]
    func photographs(_ split: Character) -> [Photograph] {
      angles.map(\.id).filter { $0.first == split }.map { photograph($0, of: "patient \($0)") }
    }
    dataset = try Dataset(
      train: photographs("t"), validation: photographs("v"), test: photographs("s"), classes: [],
      source: "test")
    let values = angles.flatMap { [Float(cos($0.degrees / 180 * .pi)), Float(sin($0.degrees / 180 * .pi))] }
    findings = try Audit().findings(
      in: Features(values, dimensions: 2),
      of: zip(dataset.photographs, dataset.splits).map {
        .init(id: $0.id, patient: $0.patient, split: $1, label: nil)
      })
  }

  @Test func areThePairsAcrossSplits() throws {
    let leaks = try findings.leaks(closerThan: .distance(0.001))
    #expect(
      leaks.map { [findings.photographs[$0.first].id, findings.photographs[$0.second].id] }
        == [["v1", "s1"], ["t0", "v0"], ["t1", "s0"]])
  }

  @Test func areRemovedFromTheSplitThatMayLoseThem() throws {
    let (left, removed) = try findings.removingLeaks(from: dataset, closerThan: .distance(0.001))
    #expect(left.photographs.map(\.id) == ["t2", "t3", "v0", "s0", "s1"])
    #expect(left.splits == [.train, .train, .validation, .test, .test])
    #expect(removed.map(\.photograph) == ["t0", "t1", "v1"])
    #expect(removed.map(\.kept) == ["v0", "s0", "s1"])
    #expect(removed[0].reason == "looks like v0 (validation), at a distance of 7.615e-05")
    #expect(left.fingerprint != dataset.fingerprint)
  }

  @Test func areRefusedByName() throws {
    let error = try #require(throws: AuditError.self) {
      try findings.refuseLeaks(closerThan: .distance(0.0001))
    }
    #expect(
      error.description
        == "2 pairs of photographs in different splits look alike (distance below 0.0001): v1 (validation) "
        + "and s1 (test), 3.046e-06, t0 (train) and v0 (validation), 7.615e-05. Look at them in "
        + "near-duplicates.csv; put both into one split, remove one, or have those to train on removed.")
    try findings.refuseLeaks(closerThan: .distance(1e-6))
  }

  @Test func needAThreshold() throws {
    #expect(throws: AuditError.self) {
      let equal = try Audit().findings(
        in: Features([1, 0, 1, 0], dimensions: 2), of: Array(findings.photographs.prefix(2)))
      _ = try equal.leaks(closerThan: .automatic)
    }
  }

  @Test func areNotGuessedBeyondTheList() throws {
    let few = try Audit(listing: 1).findings(
      in: Features(numbers(16, seed: 4).map { Float($0) }, dimensions: 2), of: findings.photographs)
    let listed = try #require(few.horizons[.splits])
    #expect(throws: AuditError.beyondList(distance: 1, listed: listed)) {
      try few.leaks(closerThan: .distance(1))
    }
  }
}
