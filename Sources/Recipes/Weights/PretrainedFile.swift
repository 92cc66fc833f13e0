import Foundation
import Synchronization

/// A weight file for pretrained layers, with what is known about it.
final class PretrainedFile: Sendable {
  let stored: any WeightArchive
  /// A fingerprint of all bytes.
  let fingerprint: String
  /// The names of the encoder's tensors; nil unless a run wrote the file.
  let encoder: Set<String>?
  private let faults = Mutex<[String: String?]>([:])

  init(_ path: String) throws(WeightsError) {
    stored = try WeightFile.open(path)
    if try stored.isIntact == false { throw .damaged(file: path) }
    fingerprint = try stored.fingerprint
    encoder = EncoderNames(stored.metadata).map { Set($0.names) }
  }

  /// Returns why a network cannot start from a tensor's values, in a few words after its name; nil if it can.
  func fault(of name: String) throws(WeightsError) -> String? {
    if let fault = faults.withLock({ $0[name] }) { return fault }
    let fault: String?
    do {
      fault = try self.stored[name].flatMap { PretrainedFile.fault(of: $0) }
    } catch {
      guard case .unsupportedType(_, _, let type) = error else { throw error }
      fault = "is stored as \(type), which is not read"
    }
    faults.withLock { $0[name] = .some(fault) }
    return fault
  }

  private static func fault(of tensor: NamedTensor) -> String? {
    let numbers = tensor.floats
    let strange = numbers.count { !$0.isFinite }
    if strange > 0 {
      if numbers.contains(where: \.isNaN) { return "has \(strange) values that are no numbers" }
      if case .float64(let stored) = tensor.values, stored.allSatisfy(\.isFinite) {
        return "has \(strange) values too large for 32 bits"
      }
      return "has \(strange) infinite values"
    }
    let isVariance = tensor.name.hasSuffix("running_var")
    let negative = isVariance ? numbers.count { $0 < 0 } : 0
    return negative > 0 ? "has \(negative) variances below 0" : nil
  }
}
