import Recipes

/// A clinic's patients: any number of them, each made up from the seed and the patient's index alone.
struct Clinic: Sendable {
  let seed: UInt64
  /// The width and height of its photographs, in pixels.
  let size: Int

  /// The patient of an index, with a condition as common as it is in clinics.
  func patient(_ index: Int) -> Patient {
    var generator = CounterGenerator(seed: seed, Stream.referral.rawValue, index)
    return Patient(index: index, condition: .drawn(using: &generator), seed: seed)
  }

  /// The photographs the clinic has of a patient, 1 to 4.
  func photographs(of patient: Patient) -> [Image] {
    (0..<patient.shots).map { patient.photograph($0, size: size) }
  }
}
