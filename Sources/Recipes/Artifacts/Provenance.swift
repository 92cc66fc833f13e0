import Foundation
import Ops

/// The origin of a file: the package version, and everything besides settings, data and seed that affects
/// rounding. Values of another provenance are equally valid, but not the same bits.
struct Provenance: Codable, Equatable {
  /// The version of the package.
  let version: String
  /// The kernels of this package and of the BLAS.
  let kernels: String
  /// The requested convolution algorithm, if any.
  let convolution: String?
  /// The compiler passes turned off.
  let disabled: [String]

  private static let key = "loupe.made"

  /// The provenance of this process.
  static var current: Provenance {
    let options = CompilerOptions.environment
    return Provenance(
      version: Loupe.version, kernels: kernelNames, convolution: options.choices.convolution?.rawValue,
      disabled: options.disabled.map(\.rawValue).sorted())
  }

  /// A description.
  var text: String {
    var parts = ["version \(version)", kernels]
    if let convolution { parts.append("LOUPE_CONV=\(convolution)") }
    if !disabled.isEmpty { parts.append("LOUPE_DISABLE=\(disabled.joined(separator: ","))") }
    return parts.joined(separator: ", ")
  }
}

extension Provenance {
  /// Reads the provenance in a file's metadata, if it has one.
  init?(_ metadata: [String: String]) {
    guard let text = metadata[Provenance.key],
      let provenance = try? JSONDecoder().decode(Provenance.self, from: Data(text.utf8))
    else { return nil }
    self = provenance
  }

  /// The metadata to write.
  var metadata: [String: String] {
    get throws { [Provenance.key: String(decoding: try JSONEncoder.stable.encode(self), as: UTF8.self)] }
  }
}

extension JSONEncoder {
  /// An encoder with reproducible output.
  static var stable: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }
}
