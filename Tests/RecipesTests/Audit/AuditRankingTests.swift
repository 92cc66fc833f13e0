import Foundation
import Testing

@testable import Recipes

struct AuditRankingTests {
  private func features(_ count: Int, dimensions: Int = 5, seed: UInt64 = 3) throws -> Features {
    try Features(numbers(count * dimensions, seed: seed).map { Float($0) }, dimensions: dimensions)
  }

  private func photographs(
    _ count: Int, label: (Int) -> String? = { "\($0 % 3)" }
  ) -> [AuditFindings.Photograph] {
    (0..<count).map {
      .init(id: "\($0)", patient: "P\($0 / 2)", split: Split.allCases[$0 / 2 % 3], label: label($0))
    }
  }

  @Test func theSameForAnyNumberOfThreads() throws {
    let features = try features(700, dimensions: 11)
    let audit = Audit(listing: 50)
    let found = try [1, 2, 3].map {
      try audit.findings(in: features, of: photographs(700), workers: Workers(count: $0))
    }
    #expect(found[0] == found[1])
    #expect(found[0] == found[2])
  }

  /// The listed pairs are the closest of each relation, as all pairs say.
  @Test func listsTheClosestPairsOfEachRelation() throws {
    let features = try features(90)
    let all = try Audit(listing: 10_000).findings(in: features, of: photographs(90))
    #expect(all.nearDuplicates.count == 90 * 89 / 2)
    #expect(all.horizons.isEmpty)
    let few = try Audit(listing: 7).findings(in: features, of: photographs(90))
    for relation in AuditFindings.Relation.allCases {
      let own = all.nearDuplicates.filter { $0.relation == relation }
      let listed = few.nearDuplicates.filter { $0.relation == relation }
      #expect(!listed.isEmpty && listed == Array(own.prefix(listed.count)))
      // Of few pairs of one patient, fewer may be among the closest of all.
      let horizon = try #require(few.horizons[relation])
      #expect(own.dropFirst(listed.count).allSatisfy { $0.score >= horizon })
      if relation != .patient { #expect(listed.count == 7 && horizon == own[7].score) }
    }
    for pair in all.nearDuplicates {
      let (first, second) = (all.photographs[pair.first], all.photographs[pair.second])
      switch pair.relation {
      case .patient: #expect(first.patient == second.patient)
      case .patients: #expect(first.patient != second.patient && first.split == second.split)
      case .splits: #expect(first.split != second.split)
      }
    }
  }

  /// The threshold of pairs does not depend on how many are kept, even if some photographs are equal.
  @Test func theThresholdIsThatOfAllPairs() throws {
    var values = numbers(300 * 4, seed: 12).map { Float($0) }
    for copy in 0..<20 { values.replaceSubrange(4 * copy..<4 * copy + 4, with: values[800..<804]) }
    let features = try Features(values, dimensions: 4)
    let found = try [1, 100_000].map {
      try Audit(contamination: 0.2, listing: $0).findings(in: features, of: photographs(300))
    }
    #expect(found[0].nearDuplicates.prefix { $0.score == 0 }.count >= 3)
    #expect(found[0].thresholds.nearDuplicates != nil)
    #expect(found[0].thresholds == found[1].thresholds)
  }

  @Test func keepsTheClosestPairsInLittleMemory() {
    var few = ClosestPairs(keeping: 10)
    let distances = numbers(5000, seed: 8).map(abs)
    for (place, distance) in distances.enumerated() where distance <= few.horizon {
      few.add([.init(distance: distance, first: Int32(place), second: Int32(place + 1))])
    }
    #expect(few.sorted.map(\.distance) == Array(distances.sorted().prefix(10)))
  }

  @Test func twoPhotographs() throws {
    let features = try Features([1, 0, 0, 1], dimensions: 2)
    let findings = try Audit().findings(in: features, of: photographs(2))
    #expect(findings.nearDuplicates.map(\.score) == [0.5])
    #expect(findings.offTopic.map(\.photograph) == [0, 1])
    #expect(findings.likelyNearDuplicates.isEmpty)
    // The only photographs of their labels: no nearer to another than to their own.
    #expect(findings.labelErrors.map(\.score) == [0.5, 0.5])
  }

  @Test(arguments: [0, 1]) func onePhotographIsRefused(count: Int) throws {
    #expect(throws: AuditError.tooFew(photographs: count)) {
      try Audit().findings(
        in: Features([Float](repeating: 1, count: 3 * count), dimensions: 3), of: photographs(count))
    }
  }

  @Test func otherNumbersOfFeaturesAreRefused() throws {
    #expect(throws: AuditError.otherCount(features: 5, photographs: 4)) {
      try Audit().findings(in: features(5), of: photographs(4))
    }
  }

  @Test(
    arguments: [
      Audit(contamination: 0), Audit(contamination: 0.5), Audit(contamination: .nan), Audit(significance: 1),
      Audit(listing: 0),
    ])
  func wrongSettingsAreRefused(audit: Audit) throws {
    #expect(throws: PipelineErrors.self) { try audit.findings(in: features(4), of: photographs(4)) }
  }

  @Test func oneClassHasNoWrongLabels() throws {
    let findings = try Audit().findings(in: features(20), of: photographs(20) { _ in "a" })
    #expect(findings.labelErrors.isEmpty)
    #expect(findings.thresholds.labelErrors == nil)
    #expect(findings.offTopic.count == 20)
  }

  @Test func unlabelledPhotographsAreNoNeighbors() throws {
    // The first is equal to the second, which has no label.
    let features = try Features([1, 0, 1, 0, 1, 0.1, 0, 1], dimensions: 2)
    let labels = ["a", nil, "b", "a"]
    let findings = try Audit().findings(in: features, of: photographs(4) { labels[$0] })
    #expect(findings.labelErrors.map(\.photograph) == [0, 3, 2] || findings.labelErrors.count == 3)
    let first = try #require(findings.labelErrors.first)
    #expect((first.photograph, first.other, first.same) == (0, 2, 3))
    #expect(!findings.labelErrors.contains { $0.photograph == 1 || $0.other == 1 || $0.same == 1 })
    let none = try Audit().findings(in: features, of: photographs(4) { _ in nil })
    #expect(none.labelErrors.isEmpty)
  }

  @Test func equalPhotographs() throws {
    let features = try Features([Float](repeating: 0.3, count: 12 * 3), dimensions: 3)
    let findings = try Audit().findings(in: features, of: photographs(12))
    #expect(findings.nearDuplicates.allSatisfy { $0.score == 0 })
    #expect(findings.nearDuplicates.count == 66)
    #expect(findings.thresholds.nearDuplicates == nil)
    #expect(findings.labelErrors.allSatisfy { $0.score == 0.5 })
    #expect(findings.offTopic.count == 12)
    #expect(findings.likelyNearDuplicates.isEmpty)
  }

  @Test func zerosAreNoNeighborsOfAll() throws {
    let features = try Features([0, 0, 1, 0, 1, 0.001], dimensions: 2)
    let findings = try Audit().findings(in: features, of: photographs(3))
    #expect(findings.nearDuplicates.map(\.first) == [1, 0, 0])
    #expect(findings.nearDuplicates[1].score == 0.5)
    #expect(findings.offTopic.first?.photograph == 0)
  }
}
