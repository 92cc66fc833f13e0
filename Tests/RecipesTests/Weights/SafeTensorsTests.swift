import Foundation
import Ops
import Recipes
import Testing

@Suite struct SafeTensorsTests {
  private let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  private let tensors = [
    NamedTensor("z", shape: [3], [1.5, -.infinity, 0x1p-149]),
    NamedTensor("layer1/é\"\n", shape: [2, 2], .float64([1.0 / 3, -0.0, 1e300, .ulpOfOne])),
    NamedTensor("steps", shape: [], .int64([.min])),
    NamedTensor("indices", shape: [1, 2], .int32([.max, -1])),
    NamedTensor("empty", shape: [0, 7], []),
  ]

  @Test func readsWhatItWrites() throws {
    let file = scratch.url.appending(path: "weights.safetensors")
    try SafeTensors.write(tensors, metadata: ["stage": "simclr", "note": "ü/\\"], to: file)
    let read = try SafeTensors.read(file)
    #expect(read.metadata == ["stage": "simclr", "note": "ü/\\"])
    #expect(read.names == tensors.map(\.name).sorted())
    for tensor in tensors { #expect(read[tensor.name] == tensor) }
    #expect(read["missing"] == nil)
    #expect(try scratch.contents == ["weights.safetensors"])
  }

  @Test func sameContentSameBytes() throws {
    let file = scratch.url.appending(path: "weights.safetensors")
    let metadata = Dictionary(uniqueKeysWithValues: (0..<20).map { ("key\($0)", "value") })
    try SafeTensors.write(tensors, metadata: metadata, to: file)
    let first = try Data(contentsOf: file)
    try SafeTensors.write(tensors.reversed(), metadata: metadata, to: file)
    #expect(try Data(contentsOf: file) == first)
    #expect(first[0] % 8 == 0)
  }

  @Test(arguments: [[], [NamedTensor("a", shape: [1], [1])]])
  func hasTheBytesOfTheFormat(tensors: [NamedTensor]) throws {
    let file = scratch.url.appending(path: "weights.safetensors")
    try SafeTensors.write(tensors, to: file)
    let header =
      tensors.isEmpty
      ? "{}      " : "{\"a\":{\"data_offsets\":[0,4],\"dtype\":\"F32\",\"shape\":[1]}}  "
    let numbers: [UInt8] = tensors.isEmpty ? [] : [0, 0, 0x80, 0x3F]
    let length: [UInt8] = [UInt8(header.utf8.count), 0, 0, 0, 0, 0, 0, 0]
    #expect(try Array(Data(contentsOf: file)) == length + Array(header.utf8) + numbers)
    #expect(try SafeTensors.read(file).tensors == tensors)
  }

  @Test func readsPython() throws {
    let url = try #require(
      Bundle.module.url(forResource: "python", withExtension: "safetensors", subdirectory: "Fixtures"))
    let read = try SafeTensors.read(url)
    #expect(read.metadata == ["format": "pt", "note": "a \"quoted\" é"])
    #expect(
      read.tensors == [
        NamedTensor("bn.num_batches_tracked", shape: [], .int64([1 << 40])),
        NamedTensor("brain", shape: [3], [1.5, Float(bitPattern: 0xFF62_0000), -.infinity]),
        NamedTensor("conv.weight", shape: [2, 3], [-0.5, -0.25, 0, 0.25, 0.5, 0.75]),
        NamedTensor("double", shape: [2], .float64([1.0 / 3, -1e300])),
        NamedTensor("empty", shape: [0, 4], []),
        NamedTensor("half", shape: [6], [1.5, -0x1p-24, .infinity, 65504, -0.0, 0x1p-14]),
        NamedTensor("int", shape: [2], .int32([-1, .max])),
      ])
    #expect(read["double"]?.floats == [Float(1.0 / 3), -.infinity])
    #expect(read["int"]?.floats == [-1, 0x1p31])
  }

  @Test func saysWhichTensorIsMissing() throws {
    let file = scratch.url.appending(path: "weights.safetensors")
    try SafeTensors.write(tensors, to: file)
    let error = #expect(throws: WeightsError.self) { try SafeTensors.read(file).tensor(named: "fc.weight") }
    #expect(
      error?.description
        == "\(file.path) holds no tensor named fc.weight: check that the weights are of this network, and "
        + "their names."
    )
  }

  @Test(arguments: ["z", "__metadata__"])
  func refusesNamesThatCannotBeStored(name: String) throws {
    let file = scratch.url.appending(path: "weights.safetensors")
    let error = #expect(throws: WeightsError.self) {
      try SafeTensors.write(tensors + [NamedTensor(name, shape: [1], [0])], to: file)
    }
    #expect(
      error?.description
        == "\(file.path) cannot hold the tensor name \(name) twice, nor the name __metadata__: rename the "
        + "tensor."
    )
    #expect(!FileManager.default.fileExists(atPath: file.path))
  }

  @Test func aFailedWriteLeavesTheOldFile() throws {
    let taken = scratch.url.appending(path: "taken")
    try FileManager.default.createDirectory(
      at: taken.appending(path: "full"), withIntermediateDirectories: true)
    let error = #expect(throws: FileError.self) { try SafeTensors.write(tensors, to: taken) }
    #expect(error?.description.hasPrefix("\(taken.path) could not be written (Is a directory)") == true)
    #expect(try scratch.contents == ["taken"])
  }
}
