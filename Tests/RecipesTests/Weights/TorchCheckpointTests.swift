import Foundation
import Testing

@testable import Recipes

/// Files that PyTorch wrote, by `make_torch_fixtures.py`.
struct TorchCheckpointTests {
  /// What a file holds.
  struct Expected: Decodable {
    struct Tensor: Decodable {
      let type: String
      let shape: [Int]
      let values: [Double]
    }
    let tensors: [String: Tensor]
    /// The names of tensors of types that are not read.
    let unread: [String]
  }

  static func url(_ file: String) throws -> URL {
    try #require(Bundle.module.resourceURL).appending(path: "Fixtures/torch/\(file)")
  }

  static let expected: [String: Expected] = {
    guard let text = try? Data(contentsOf: url("expected.json")),
      let expected = try? JSONDecoder().decode([String: Expected].self, from: text)
    else { return [:] }
    return expected
  }()

  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  @Test func thereAreManyKinds() { #expect(TorchCheckpointTests.expected.count == 26) }

  @Test(arguments: expected.keys.sorted())
  func holdsWhatPyTorchSaved(_ name: String) throws {
    let expected = try #require(TorchCheckpointTests.expected[name])
    let file = try WeightFile.open(TorchCheckpointTests.url("\(name).pth").path)
    #expect(file is TorchCheckpoint)
    #expect(file.names == (expected.tensors.keys + expected.unread).sorted())
    for (name, tensor) in expected.tensors {
      let found = try file.tensor(named: name)
      #expect(found.shape == tensor.shape && file.shape(of: name) == tensor.shape)
      #expect(file.isOfNumbers(name))
      let values: NamedTensor.Values =
        switch tensor.type {
        case "float64": .float64(tensor.values)
        case "int64": .int64(tensor.values.map { Int64($0) })
        case "int32": .int32(tensor.values.map { Int32($0) })
        default: .float32(tensor.values.map { Float($0) })
        }
      #expect(found.values == values, "\(name)")
    }
    for name in expected.unread {
      #expect(!file.isOfNumbers(name))
      #expect(throws: WeightsError.self) { try file.tensor(named: name) }
    }
    #expect(throws: WeightsError.missing(file: file.path, tensor: "no such")) {
      try file.tensor(named: "no such")
    }
  }

  @Test(arguments: [
    ("quantized", "a quantized tensor"), ("sparse", "a sparse tensor"), ("eight", "torch.float8_e4m3fn"),
    ("conjugate", "a tensor yet to be conjugated or negated"),
  ])
  func rareKindsAreNamed(_ tensor: String, kind: String) throws {
    let file = try WeightFile.open(TorchCheckpointTests.url("rare.pth").path)
    let refusal = WeightsError.unsupportedType(file: file.path, tensor: tensor, type: kind)
    #expect(throws: refusal) { try file.tensor(named: tensor) }
  }

  @Test func runsNothing() throws {
    let trace = "/tmp/a-checkpoint-ran-a-command"
    try? FileManager.default.removeItem(atPath: trace)
    _ = try WeightFile.open(TorchCheckpointTests.url("evil.pth").path)
    #expect(!FileManager.default.fileExists(atPath: trace))
  }

  @Test(arguments: [
    ("program.pth", CheckpointFault.program),
    ("module.pth", .noTensors(classes: ["torch.nn.modules.linear.Linear"])),
    ("empty.pth", .noTensors(classes: [])),
    ("repeated.pth", .repeatedName(tensor: "a.b")),
    ("arrays.npz", .noPickle),
    ("compressed.pth", .compressed(entry: "plain/data.pkl")),
    ("big-endian.pth", .byteOrder("big")),
  ])
  func otherFilesAreRefused(_ name: String, fault: CheckpointFault) throws {
    let path = try TorchCheckpointTests.url(name).path
    #expect(throws: WeightsError.badCheckpoint(file: path, fault)) { try WeightFile.open(path) }
    #expect(WeightsError.badCheckpoint(file: path, fault).description.hasPrefix("\(path) "))
  }

  @Test func theFormatBeforePyTorch16IsRefused() throws {
    let path = try TorchCheckpointTests.url("legacy.pth").path
    #expect(throws: WeightsError.otherFormat(file: path, .legacyPyTorch)) { try WeightFile.open(path) }
  }

  @Test func aChangedByteIsFound() throws {
    let whole = [UInt8](try Data(contentsOf: TorchCheckpointTests.url("plain.pth")))
    // Some bytes of the pickle and of the storages.
    let archive = try ZipArchive(OpenFile(TorchCheckpointTests.url("plain.pth").path))
    let file = scratch.url.appending(path: "changed.pth")
    for (name, entry) in archive.entries where name.hasSuffix("data.pkl") || name.contains("/data/") {
      for place in stride(from: entry.place.lowerBound, to: entry.place.upperBound, by: 7) {
        var bytes = whole
        bytes[place] ^= 1
        try Data(bytes).write(to: file)
        #expect(throws: WeightsError.badCheckpoint(file: file.path, .checksum(entry: name))) {
          try WeightFile.open(file.path)
        }
      }
    }
  }

  @Test func aCutFileIsRefused() throws {
    let whole = try Data(contentsOf: TorchCheckpointTests.url("plain.pth"))
    let file = scratch.url.appending(path: "cut.pth")
    for count in stride(from: 4, to: whole.count, by: 97) {
      try whole.prefix(count).write(to: file)
      #expect(throws: WeightsError.badCheckpoint(file: file.path, .badArchive)) {
        try WeightFile.open(file.path)
      }
    }
  }

  /// An archive with the 64-bit record of its list: numbers that are negative, beyond the file, or right.
  @Test(arguments: [
    (-1, 0, 0, CheckpointFault.badArchive), (0, -1, 0, .badArchive), (0, 0, -1, .badArchive),
    (0, 0, 1 << 40, .badArchive), (0, 1 << 40, 0, .badArchive), (1, 0, 0, .badArchive),
    (.max, 0, 0, .badArchive),
    (0, 0, 0, .noPickle),
  ])
  func listsOf64BitsAreChecked(count: Int, size: Int, start: Int, fault: CheckpointFault) throws {
    func little(_ number: Int, _ width: Int) -> [UInt8] {
      (0..<width).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
    let record =
      Array("PK\u{6}\u{6}".utf8) + little(44, 8) + little(0, 16 - 4) + little(0, 8) + little(count, 8)
      + little(size, 8) + little(start, 8)
    let locator = Array("PK\u{6}\u{7}".utf8) + little(0, 4) + little(4, 8) + little(1, 4)
    let end =
      Array("PK\u{5}\u{6}".utf8) + little(0, 4) + little(0xFFFF, 2) + little(0xFFFF, 2) + little(-1, 8)
      + little(0, 2)
    #expect(record.count == 56 && locator.count == 20 && end.count == 22)
    let file = scratch.url.appending(path: "large.pth")
    try Data(Array("PK\u{3}\u{4}".utf8) + record + locator + end).write(to: file)
    #expect(throws: WeightsError.badCheckpoint(file: file.path, fault)) { try WeightFile.open(file.path) }
  }

  /// The check value that every definition of CRC-32 states.
  @Test func checksumIsCRC32() {
    var sum = CyclicChecksum()
    for part in ["1234", "56789"] { Array(part.utf8).withUnsafeBytes { sum.combine($0) } }
    #expect(sum.value == 0xCBF4_3926)
    var whole = CyclicChecksum()
    Array("123456789".utf8).withUnsafeBytes { whole.combine($0) }
    #expect(whole.value == 0xCBF4_3926)
  }

  /// A pickle of two lists of lists that refer to each other: more paths than memory.
  @Test func manyPathsAreRefused() {
    // Each list holds the one before a hundred times, by way of the memo.
    var pickle: [UInt8] = [0x80, 2] + Array("]q".utf8) + [0]
    for level in 1...20 as ClosedRange<UInt8> {
      pickle += Array("](".utf8)
      for _ in 0..<100 { pickle += [UInt8(ascii: "h"), level - 1] }
      pickle += [UInt8(ascii: "e"), UInt8(ascii: "q"), level]
    }
    pickle.append(UInt8(ascii: "."))
    #expect(throws: CheckpointFault.tooManyPaths) { try PickledTensors(in: pickle) }
  }

  /// A list that holds itself.
  @Test func aCircleIsRefused() {
    let pickle: [UInt8] = [0x80, 2] + Array("]q".utf8) + [0] + Array("h".utf8) + [0] + Array("a.".utf8)
    #expect(throws: CheckpointFault.tooManyPaths) { try PickledTensors(in: pickle) }
  }

  @Test func deepTuplesAreNoProblem() throws {
    let pickle = [0x80, 2, UInt8(ascii: ")")] + [UInt8](repeating: 0x85, count: 10_000) + [UInt8(ascii: ".")]
    #expect(throws: CheckpointFault.noTensors(classes: [])) { try PickledTensors(in: pickle) }
  }

  @Test(arguments: [
    ("]", CheckpointFault.badPickle(problem: "ends too early", byte: 1)),
    (".", .badPickle(problem: "asks for a value that is not there", byte: 1)),
    ("(.", .badPickle(problem: "asks for a value that is not there", byte: 2)),
    ("i", .badPickle(problem: "has the instruction 0x69, which weights do not need,", byte: 0)),
    ("h\u{5}", .badPickle(problem: "asks for a value that is not there", byte: 2)),
    ("X\u{7F}\u{7F}\u{7F}\u{7F}ab", .badPickle(problem: "ends too early", byte: 5)),
  ])
  func damagedPicklesAreRefused(_ text: String, fault: CheckpointFault) {
    #expect(throws: fault) { try PickledTensors(in: Array(text.utf8)) }
  }

  @Test(
    arguments: [
      ([2], [1], 3, 4, "reaches beyond the 4 values of its storage"),
      ([2], [1, 1], 0, 4, "has 1 axes and 2 strides"),
      ([2], [-1], 1, 4, "has a negative number"),
      ([-2], [1], 0, 4, "has a negative number"),
      ([1 << 32, 1 << 32], [0, 0], 0, 4, "has more values than there can be"),
      ([2, 2], [Int.max, 1], 0, 4, "has more values than there can be"),
      ([1 << 25], [0], 0, 4, "repeats its storage to 33554432 values"),
      ([4], [1], 0, 4, nil), ([0, 9], [100, 1], 0, 0, nil), ([3, 4], [0, 1], 0, 4, nil),
    ] as [([Int], [Int], Int, Int, String?)])
  func viewsAreChecked(shape: [Int], strides: [Int], offset: Int, stored: Int, problem: String?) {
    let storage = TorchStorage(type: "FloatStorage", key: "0")
    let tensor = TorchTensor(
      storage: storage, type: storage.type, offset: offset, shape: shape, strides: strides)
    #expect(tensor.problem(storageBytes: 4 * stored) == problem)
  }

  /// A network starts from a checkpoint as from a safetensors file of the same tensors, without its prefix.
  @Test func layersStartFromIt() throws {
    let path = try TorchCheckpointTests.url("nested.pth").path
    let layers = LayerSequence([Conv2D(4, kernel: 2)]).pretrained(
      path, normalization: .imagenet, ignoring: ["bn1"])
    let (graph, _) = graph(of: layers, on: [2, 8, 8, 3])
    #expect(graph.diagnostics.map(\.description) == [])
    let weights = try StageWeights(initializing: graph, seed: 1)
    let stored = try WeightFile.open(path).tensor(named: "state_dict.conv1.weight").floats
    let variable = try #require(graph.variables.first { $0.path == "conv1.weight" })
    #expect(TorchLayout(of: variable).toTorch(weights[variable]) == stored)
    #expect(graph.pretrainedNotes.contains { $0.contains("\"state_dict.\"") })
  }
}
