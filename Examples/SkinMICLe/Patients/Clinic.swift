import Recipes

/// A generator of a clinic's patients: any number of them, each determined by the seed and the patient's
/// index.
struct Clinic: Sendable {
  let seed: UInt64
  /// The width and height of its photographs in pixels.
  let size: Int

  /// Returns the patient with an index, with a condition as common as in clinics.
  func patient(_ index: Int) -> Patient {
    var generator = CounterGenerator(seed: seed, Stream.referral.rawValue, index)
    return Patient(index: index, condition: .drawn(using: &generator), seed: seed)
  }

  /// Returns the clinic's photographs of a patient, 1 to 4.
  func photographs(of patient: Patient) -> [Image] {
    (0..<patient.shots).map { patient.photograph($0, size: size) }
  }
}
