import Foundation
import Recipes

/// A folder with tiny photographs, no two of them alike, for manifests to name.
struct PhotographFolder {
  let scratch: ScratchFolder

  init(_ photographs: [String]) throws {
    scratch = try ScratchFolder()
    for (number, name) in photographs.enumerated() {
      try write(PhotographFolder.photograph(number), to: name)
    }
  }

  /// The bytes of a photograph of its own color.
  static func photograph(_ number: Int) -> [UInt8] {
    [UInt8]("P6 1 1 255\n".utf8) + [UInt8(number / 256), UInt8(number % 256), 120]
  }

  /// Makes a link.
  func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: url.appending(path: name).path, withDestinationPath: target)
  }

  var url: URL { scratch.url }

  /// Writes a file, with the folders above it.
  @discardableResult
  func write(_ bytes: [UInt8], to name: String) throws -> URL {
    let file = url.appending(path: name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
    return file
  }

  @discardableResult
  func write(_ text: String, to name: String) throws -> URL { try write([UInt8](text.utf8), to: name) }
}

extension Dataset {
  /// A line for each photograph: its name, patient, label and split.
  var lines: [String] {
    zip(photographs, splits).map { photograph, split in
      "\(photograph.id) \(photograph.patient) \(photograph.label.map { classes[$0] } ?? "-") \(split)"
    }
  }
}
