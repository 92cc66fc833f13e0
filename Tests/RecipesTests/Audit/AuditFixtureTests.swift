import Foundation
import Testing

@testable import Recipes

/// The rankings agree with those of the authors' package on the same features.
struct AuditFixtureTests {
  private struct Case: Decodable {
    struct Cut: Decodable {
      let issues: Int
      let cut: Double
    }
    struct Cuts: Decodable {
      let contamination: Double
      let significance: Double
      let pairs: Cut
      let offTopic: Cut
      let labels: Cut
    }
    let dimensions: Int
    let features: [Float]
    let labels: [Int]
    let pairs: [[Int]]
    let distances: [Double]
    let offTopic: [Int]
    let offTopicScores: [Double]
    let errors: [Int]
    let errorScores: [Double]
    let cuts: [Cuts]
  }

  private static let cases = ["clusters", "a class of one", "equal photographs", "three"]

  private func fixture(_ name: String) throws -> Case {
    let url = Bundle.module.url(forResource: "audit", withExtension: "json", subdirectory: "Fixtures")
    let cases = try JSONDecoder().decode([String: Case].self, from: Data(contentsOf: #require(url)))
    return try #require(cases[name])
  }

  private func findings(_ fixture: Case, by audit: Audit) throws -> AuditFindings {
    let photographs = fixture.labels.enumerated().map { place, label in
      AuditFindings.Photograph(id: "\(place)", patient: "P\(place)", split: .train, label: "class \(label)")
    }
    return try audit.findings(
      in: Features(fixture.features, dimensions: fixture.dimensions), of: photographs)
  }

  @Test(arguments: cases) func rankings(name: String) throws {
    let fixture = try fixture(name)
    let findings = try findings(fixture, by: Audit(listing: 100_000))

    #expect(findings.nearDuplicates.count == fixture.distances.count)
    #expect(agree(findings.nearDuplicates.map(\.score), fixture.distances))
    let known = Dictionary(uniqueKeysWithValues: zip(fixture.pairs, fixture.distances))
    for pair in findings.nearDuplicates {
      let distance = try #require(known[[pair.first, pair.second]])
      #expect(abs(pair.score - distance) < 1e-12)
    }
    #expect(findings.nearDuplicates.map(\.rank) == Array(1...fixture.distances.count))

    #expect(findings.offTopic.map(\.photograph) == fixture.offTopic)
    #expect(agree(findings.offTopic.map(\.score), fixture.offTopicScores))

    #expect(findings.labelErrors.map(\.photograph) == fixture.errors)
    #expect(agree(findings.labelErrors.map(\.score), fixture.errorScores))
  }

  @Test(arguments: cases) func thresholds(name: String) throws {
    let fixture = try fixture(name)
    for cuts in fixture.cuts {
      let audit = Audit(
        contamination: cuts.contamination, significance: cuts.significance, listing: 100_000)
      let findings = try findings(fixture, by: audit)
      for (threshold, cut, scores) in [
        (findings.thresholds.nearDuplicates, cuts.pairs, findings.nearDuplicates.map(\.score)),
        (findings.thresholds.offTopic, cuts.offTopic, findings.offTopic.map(\.score)),
        (findings.thresholds.labelErrors, cuts.labels, findings.labelErrors.map(\.score)),
      ] {
        let threshold = try #require(threshold)
        #expect(abs(threshold - cut.cut) < 1e-10)
        // The package ignores scores of 0, which here are the most suspicious.
        #expect(scores.count { $0 > 0 && $0 < threshold } == cut.issues)
      }
    }
  }
}
