import Foundation
import Ops

/// What made a file: the version of the package, and all that rounding depends on besides settings, data and
/// seed. Numbers of another provenance are as good, but not the same bits.
struct Provenance: Codable, Equatable {
  /// The version of the package.
  let version: String
  /// The kernels of this package and of the BLAS.
  let kernels: String
  /// The algorithm that convolutions are told to use, if they are.
  let convolution: String?
  /// The passes of the compiler that are left out.
  let disabled: [String]

  private static let key = "loupe.made"

  /// What is running.
  static var current: Provenance {
    let options = CompilerOptions.environment
    return Provenance(
      version: Loupe.version, kernels: kernelNames, convolution: options.choices.convolution?.rawValue,
      disabled: options.disabled.map(\.rawValue).sorted())
  }

  /// What it is in words.
  var text: String {
    var parts = ["version \(version)", kernels]
    if let convolution { parts.append("LOUPE_CONV=\(convolution)") }
    if !disabled.isEmpty { parts.append("LOUPE_DISABLE=\(disabled.joined(separator: ","))") }
    return parts.joined(separator: ", ")
  }
}

extension Provenance {
  /// What the metadata of a file say, if they do.
  init?(_ metadata: [String: String]) {
    guard let text = metadata[Provenance.key],
      let provenance = try? JSONDecoder().decode(Provenance.self, from: Data(text.utf8))
    else { return nil }
    self = provenance
  }

  /// What a file is to say.
  var metadata: [String: String] {
    get throws { [Provenance.key: String(decoding: try JSONEncoder.stable.encode(self), as: UTF8.self)] }
  }
}

extension JSONEncoder {
  /// One whose text is the same each time.
  static var stable: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }
}
