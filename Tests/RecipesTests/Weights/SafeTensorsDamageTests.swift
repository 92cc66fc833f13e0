import Foundation
import Ops
import Recipes
import Testing

extension BrokenFile {
  fileprivate init(
    _ description: String, header: String, data: Int = 0, length: UInt64? = nil, says sentence: String
  ) {
    let length = length ?? UInt64(header.utf8.count)
    self.init(
      description,
      bytes: (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + Array(header.utf8)
        + [UInt8](repeating: 0, count: data),
      says: sentence)
  }

  /// A file of one tensor `w`.
  fileprivate init(_ description: String, w entry: String, data: Int = 8, says sentence: String) {
    self.init(description, header: "{\"w\":\(entry)}", data: data, says: sentence)
  }
}

private let damaged = "the header is damaged; copy the file again or write it anew."

@Suite struct SafeTensorsDamageTests {
  private let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  static let files = [
    BrokenFile(
      "empty", bytes: [],
      says:
        "has 0 bytes, but a safetensors file begins with 8 bytes for the length of its header: it is empty "
        + "or cut off; copy it again."),
    BrokenFile(
      "cut in the length", bytes: [1, 2, 3],
      says:
        "has 3 bytes, but a safetensors file begins with 8 bytes for the length of its header: it is empty "
        + "or cut off; copy it again."),
    BrokenFile(
      "cut in the header", header: "{\"w\":", length: 60,
      says: "announces a header of 60 bytes where at most 5 can be: it is cut off or not a safetensors file; "
        + "copy it again or convert it."),
    BrokenFile(
      "huge header", bytes: [UInt8](repeating: 0xFF, count: 16),
      says: "announces a header of 18446744073709551615 bytes where at most 8 can be: it is cut off or not a "
        + "safetensors file; copy it again or convert it."),
    BrokenFile(
      "no header", header: "",
      says:
        "has a header that is not a JSON object: it is damaged or not a safetensors file; copy it again or "
        + "convert it."),
    BrokenFile(
      "garbage", bytes: [4, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFE, 0x00, 0x80],
      says:
        "has a header that is not a JSON object: it is damaged or not a safetensors file; copy it again or "
        + "convert it."),
    BrokenFile(
      "an array", header: "[1, 2]",
      says:
        "has a header that is not a JSON object: it is damaged or not a safetensors file; copy it again or "
        + "convert it."),
    BrokenFile(
      "deep nesting", header: String(repeating: "[", count: 200_000),
      says:
        "has a header that is not a JSON object: it is damaged or not a safetensors file; copy it again or "
        + "convert it."),
    BrokenFile(
      "deep nesting of objects", header: String(repeating: "{\"a\":", count: 100_000),
      says:
        "has a header that is not a JSON object: it is damaged or not a safetensors file; copy it again or "
        + "convert it."),
    BrokenFile(
      "a Git LFS pointer",
      bytes: Array("version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 46807446\n".utf8),
      says:
        "is the pointer that Git LFS leaves in the place of a file it has not fetched: run git lfs pull in its "
        + "repository, or download the file itself."),
    BrokenFile(
      "a checkpoint of PyTorch's", bytes: Array("PK\u{3}\u{4}".utf8) + [UInt8](repeating: 8, count: 60),
      says:
        "is a checkpoint as torch.save writes it, and a safetensors file is expected here: only `pretrained` "
        + "reads checkpoints."),
    BrokenFile(
      "an HDF5 file", bytes: [0x89, 0x48, 0x44, 0x46, 13, 10, 26, 10, 0, 0],
      says:
        "is an HDF5 file, as Keras writes it, which is not read: save the weights as a safetensors file with "
        + "PyTorch's names and layouts."),
    BrokenFile(
      "a web page", bytes: Array("<!DOCTYPE html><html>Please log in</html>".utf8),
      says:
        "is a web page, as a download leaves it that needs a login or was refused: download the file again."),
    BrokenFile(
      "more tensors than are read",
      header: "{" + (0..<1_000_001).map { _ in "\"a\":0" }.joined(separator: ",") + "}",
      says:
        "has a header of more than 1000000 names and numbers, which no network needs: it is damaged or not a "
        + "weight file; copy it again or write it anew."),
    BrokenFile(
      "a list as metadata", header: "{\"__metadata__\":[]}",
      says:
        "has a __metadata__ entry that is not a dictionary of strings: write it again with metadata that are "
        + "strings."),
    BrokenFile(
      "metadata of numbers", header: "{\"__metadata__\":{\"epoch\":3}}",
      says:
        "has a __metadata__ entry that is not a dictionary of strings: write it again with metadata that are "
        + "strings."),
    BrokenFile(
      "no object", w: "3", says: "describes the tensor w without a valid dtype: \(damaged)"),
    BrokenFile(
      "no type", w: "{\"shape\":[2],\"data_offsets\":[0,8]}",
      says: "describes the tensor w without a valid dtype: \(damaged)"),
    BrokenFile(
      "a type of another kind", w: "{\"dtype\":3,\"shape\":[8],\"data_offsets\":[0,8]}",
      says: "describes the tensor w without a valid dtype: \(damaged)"),
    BrokenFile(
      "no shape", w: "{\"dtype\":\"F32\",\"data_offsets\":[0,8]}",
      says: "describes the tensor w without a valid shape: \(damaged)"),
    BrokenFile(
      "fractional shape", w: "{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,8]}",
      says: "describes the tensor w without a valid shape: \(damaged)"),
    BrokenFile(
      "shape beyond 64 bits",
      w: "{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,8]}",
      says: "describes the tensor w without a valid shape: \(damaged)"),
    BrokenFile(
      "negative shape", w: "{\"dtype\":\"F32\",\"shape\":[-1,-2],\"data_offsets\":[0,8]}",
      says: "gives the tensor w the impossible shape [-1, -2]: \(damaged)"),
    BrokenFile(
      "overflowing shape", w: "{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,8]}",
      says: "gives the tensor w the impossible shape [4611686018427387904, 4]: \(damaged)"),
    BrokenFile(
      "no offsets", w: "{\"dtype\":\"F32\",\"shape\":[2]}",
      says: "describes the tensor w without a valid data_offsets: \(damaged)"),
    BrokenFile(
      "one offset", w: "{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8]}",
      says: "gives the tensor w the offsets [8], which should be two, a beginning and an end: \(damaged)"),
    BrokenFile(
      "negative offset", w: "{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[-8,0]}",
      says: "gives the tensor w the offsets [-8, 0], which should be two, a beginning and an end: "
        + "\(damaged)"),
    BrokenFile(
      "offsets reversed", w: "{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}",
      says: "gives the tensor w the offsets [8, 0], which should be two, a beginning and an end: \(damaged)"),
    BrokenFile(
      "cut in the numbers", w: "{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}", data: 7,
      says:
        "ends within the tensor w, which reaches to byte 8 of the data where there are 7: the file is cut "
        + "off; copy it again."),
    BrokenFile(
      "wrong size", w: "{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[0,8]}",
      says: "stores the tensor w of shape [2] in 8 bytes where it takes 16: \(damaged)"),
    BrokenFile(
      "overlap",
      header: "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
        + "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}",
      data: 12, says: "stores the tensor b over a part of a: \(damaged)"),
    BrokenFile(
      "gap", w: "{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}",
      says: "has 4 bytes before the tensor w that belong to no tensor: \(damaged)"),
    BrokenFile(
      "bytes appended", w: "{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}",
      says: "has 4 bytes after the last tensor that belong to none: something was appended or \(damaged)"),
  ]

  @Test(arguments: files) func saysWhatIsWrong(file: BrokenFile) throws {
    let url = scratch.url.appending(path: "broken.safetensors")
    try Data(file.bytes).write(to: url)
    let error = #expect(throws: WeightsError.self) { try SafeTensors.read(url) }
    #expect(error?.description == "\(url.path) \(file.sentence)")
  }

  @Test func saysWhyAFileCannotBeRead() throws {
    let url = scratch.url.appending(path: "broken.safetensors")
    for (url, reason) in [(url, "No such file or directory"), (scratch.url, "Is a directory")] {
      let error = #expect(throws: WeightsError.self) { try SafeTensors.read(url) }
      #expect(
        error?.description == "\(url.path) could not be read (\(reason)): check the path and its permissions."
      )
    }
  }

  @Test func noDamageCrashes() throws {
    let url = scratch.url.appending(path: "broken.safetensors")
    try SafeTensors.write(
      [NamedTensor("a", shape: [2, 2], [1, 2, 3, 4]), NamedTensor("b", shape: [], .int64([1]))],
      metadata: ["k": "v"], to: url)
    let whole = try Data(contentsOf: url)
    for length in stride(from: 0, to: whole.count, by: 5) {
      try whole.prefix(length).write(to: url)
      #expect(throws: WeightsError.self) { try SafeTensors.read(url) }
    }
    var random = CounterGenerator(seed: 1)
    for _ in 0..<300 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0..<whole.count - 24, using: &random)  // before the numbers
        bytes[place] = UInt8.random(in: 0...255, using: &random)
      }
      try bytes.write(to: url)
      do {
        _ = try SafeTensors.read(url)
      } catch {
        #expect(error.description.hasPrefix(url.path))
      }
    }
  }
}
