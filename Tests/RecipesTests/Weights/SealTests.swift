import Foundation
@testable import Recipes
import Testing

struct SealTests {
  private let scratch: ScratchFolder
  private let tensors = [
    NamedTensor("a", shape: [2, 3], [1, 2, 3, 4, 5, 6]), NamedTensor("b", shape: [1], .int64([-7])),
    NamedTensor("c", shape: [3], [0, 0, 0]),
  ]

  init() throws { scratch = try ScratchFolder() }

  private var file: URL { scratch.url.appending(path: "sealed.safetensors") }

  private func write(_ metadata: [String: String] = ["loupe.mean": "0.5", "note": "é \"quoted\""]) throws {
    try SafeTensors.write(tensors, metadata: metadata, isSealed: true, to: file)
  }

  private func isIntact() throws -> Bool? { try SafeTensors.read(file).isIntact }

  @Test func whatIsWrittenIsIntact() throws {
    try write()
    #expect(try isIntact() == true)
    let read = try SafeTensors.read(file)
    #expect(try read.tensors == tensors)
    #expect(read.metadata["note"] == "é \"quoted\"")
    #expect(read.metadata[Seal.key] != Seal.blank)
    try SafeTensors.write(tensors, to: file)
    #expect(try isIntact() == nil)
  }

  // A text that looks like the checksum is none.
  @Test func aTextLikeItIsNoChecksum() throws {
    let text = "\"\(Seal.key)\":\"\(Seal.blank)\""
    for metadata in [["a": text, "z": text], [text: text], ["a": "\\" + text]] {
      try write(metadata)
      #expect(try isIntact() == true)
      #expect(try SafeTensors.read(file).metadata.merging(metadata) { $1 } == SafeTensors.read(file).metadata)
    }
  }

  @Test func everyFlippedBitIsFound() throws {
    try write()
    let whole = try Data(contentsOf: file)
    for place in whole.indices {
      for bit in [0, 5, 7] {
        var bytes = whole
        bytes[place] ^= 1 << bit
        try bytes.write(to: file)
        let isIntact = try? isIntact()
        #expect(isIntact ?? false == false, "byte \(place), bit \(bit)")
      }
    }
  }

  @Test func exchangedTensorsAreFound() throws {
    try write()
    let whole = try Data(contentsOf: file)
    var bytes = whole
    let name = try #require(bytes.range(of: Data("\"a\":{".utf8)))
    let other = try #require(bytes.range(of: Data("\"c\":{".utf8)))
    bytes[name.lowerBound + 1] = UInt8(ascii: "c")
    bytes[other.lowerBound + 1] = UInt8(ascii: "a")
    try bytes.write(to: file)
    #expect(try isIntact() == false)
  }
}
