import Foundation
import Recipes

/// A synthetic patient: skin, a body site, and the lesions of one condition, all fixed.
///
/// A photograph adds the viewpoint and the lighting. The same seed, patient and shot give the same pixels, in
/// any order of photographs.
struct Patient: Sendable {
  let index: Int
  let condition: Condition
  /// The number of the clinic's photographs of the patient, 1 to 4.
  let shots: Int
  /// The body site.
  let site: Site
  let skin: Skin
  let lesions: [Lesion]
  let findings: [Finding]

  private let seed: UInt64
  /// The radius of the body at the site.
  private let radius: Float
  /// The number of lesions that photographs are aimed at, the first of `lesions`.
  private let subjects: Int

  init(index: Int, condition: Condition, seed: UInt64) {
    var generator = CounterGenerator(seed: seed, Stream.patient.rawValue, index)
    self.index = index
    self.condition = condition
    self.seed = seed
    shots = Patient.shots(for: generator.uniform())
    site = condition.sites[generator.draw(0...(condition.sites.count - 1))]
    radius = generator.draw(site.radius)
    skin = Skin(site: site, using: &generator)
    var findings: [Finding] = []
    let eruptions = (condition.eruptions + [.moles]).map {
      $0.lesions(findings: &findings, using: &generator)
    }
    lesions = Array(eruptions.joined())
    subjects = eruptions[0].count
    self.findings = findings
  }

  /// Returns one photograph, `size` pixels wide and high. Any number can be taken; the clinic has the first
  /// `shots`.
  func photograph(_ shot: Int, size: Int) -> Image {
    var generator = CounterGenerator(seed: seed, Stream.photograph.rawValue, index, shot)
    let subject = lesions[generator.draw(0...(subjects - 1))]
    let angle = generator.draw(0...(2 * .pi))
    let miss = generator.draw(0...1) * (0.12 + 0.6 * subject.radius)
    let viewpoint = Viewpoint(
      of: subject.center + miss * SIMD2(cos(angle), sin(angle)), radius: radius, using: &generator)
    let exposure = Exposure(of: skin, using: &generator)
    let photograph = Photograph(of: self, from: viewpoint, exposure, size: size)
    return photograph.developed(using: &generator)
  }

  /// Returns the number of photographs: one for three patients in ten, two or three for most.
  private static func shots(for share: Double) -> Int {
    switch share {
    case ..<0.3: 1
    case ..<0.65: 2
    case ..<0.9: 3
    default: 4
    }
  }
}

/// The purposes of random numbers; the first coordinate of every generator here.
enum Stream: Int {
  case referral, patient, photograph
}
