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
    for tensor in tensors { #expect(try read[tensor.name] == tensor) }
    #expect(try read["missing"] == nil)
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
      try read.tensors == [
        NamedTensor("bn.num_batches_tracked", shape: [], .int64([1 << 40])),
        NamedTensor("brain", shape: [3], [1.5, Float(bitPattern: 0xFF62_0000), -.infinity]),
        NamedTensor("conv.weight", shape: [2, 3], [-0.5, -0.25, 0, 0.25, 0.5, 0.75]),
        NamedTensor("double", shape: [2], .float64([1.0 / 3, -1e300])),
        NamedTensor("empty", shape: [0, 4], []),
        NamedTensor("half", shape: [6], [1.5, -0x1p-24, .infinity, 65504, -0.0, 0x1p-14]),
        NamedTensor("int", shape: [2], .int32([-1, .max])),
      ])
    #expect(try read["double"]?.floats == [Float(1.0 / 3), -.infinity])
    #expect(try read["int"]?.floats == [-1, 0x1p31])
  }

  /// A file whose header and numbers are given.
  private func write(header: String, _ data: [UInt8]) throws -> URL {
    let file = scratch.url.appending(path: "raw.safetensors")
    let length = (0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> (8 * $0)) }
    try Data(length + Array(header.utf8) + data).write(to: file)
    return file
  }

  @Test(arguments: ["null", "{}"]) func noMetadataAreNone(text: String) throws {
    let header = "{\"__metadata__\":\(text),\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}"
    let read = try SafeTensors.read(write(header: header, [0, 0, 0x80, 0x3F]))
    #expect(read.metadata.isEmpty)
    #expect(try read.tensors == [NamedTensor("w", shape: [1], [1])])
  }

  @Test(arguments: ["BOOL", "U8", "I8", "I16", "U64", "F8_E4M3", "F4", "C64", "something new"])
  func onlyTheTensorsThatAreAskedForHaveToBeReadable(type: String) throws {
    let file = try write(
      header: "{\"mask\":{\"dtype\":\"\(type)\",\"shape\":[3],\"data_offsets\":[4,10]},"
        + "\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
      [0, 0, 0x80, 0x3F, 1, 0, 1, 0, 0, 0])
    let read = try SafeTensors.read(file)
    #expect(read.names == ["mask", "w"] && read.shape(of: "mask") == [3])
    #expect(try read["w"] == NamedTensor("w", shape: [1], [1]))
    let error = #expect(throws: WeightsError.self) { try read["mask"] }
    #expect(
      error?.description
        == "\(file.path) stores the tensor mask as \(type), but only F64, F32, F16, BF16, I64 and "
        + "I32 are read: convert the tensor, for example to F32.")
  }

  @Test func halfPrecisionHasItsSpecialValues() throws {
    let halves: [UInt16] = [0, 0x8000, 1, 0x8001, 0x03FF, 0x0400, 0x3C00, 0x7BFF, 0x7C00, 0xFC00]
    let brains: [UInt16] = [0, 0x8000, 1, 0x007F, 0x0080, 0x3F80, 0x7F7F, 0x7F80, 0xFF80, 0xC000]
    let nans: [UInt16] = [0x7E00, 0x7C01, 0xFFFF, 0x7FC0]
    let data = (halves + brains + nans).flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
    func entry(_ name: String, _ type: String, _ range: Range<Int>) -> String {
      "\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":[\(range.count / 2)],"
        + "\"data_offsets\":[\(range.lowerBound),\(range.upperBound)]}"
    }
    let entries = [
      entry("half", "F16", 0..<20), entry("brain", "BF16", 20..<40), entry("nan", "F16", 40..<46),
      entry("nan of brains", "BF16", 46..<48),
    ]
    let read = try SafeTensors.read(write(header: "{\(entries.joined(separator: ","))}", data))
    let (half, brain) = (try read.tensor(named: "half").floats, try read.tensor(named: "brain").floats)
    #expect(
      half.map(\.bitPattern)
        == [Float](
          arrayLiteral: 0, -0.0, 0x1p-24, -0x1p-24, 0x1.ff8p-15, 0x1p-14, 1, 65504, .infinity, -.infinity
        )
        .map(\.bitPattern))
    #expect(
      brain.map(\.bitPattern)
        == [Float](
          arrayLiteral: 0, -0.0, 0x1p-133, 0x1.fcp-127, 0x1p-126, 1, 0x1.fep127, .infinity, -.infinity, -2
        ).map(\.bitPattern))
    #expect(
      try ["nan", "nan of brains"].allSatisfy { try read.tensor(named: $0).floats.allSatisfy(\.isNaN) })
  }

  @Test func aFileThatIsReplacedIsReadAsItWas() throws {
    let file = scratch.url.appending(path: "weights.safetensors")
    try SafeTensors.write(tensors, to: file)
    let read = try SafeTensors.read(file)
    try SafeTensors.write([NamedTensor("z", shape: [1], [7])], to: file)
    for tensor in tensors { #expect(try read[tensor.name] == tensor) }
    try FileManager.default.removeItem(at: file)
    #expect(try read["z"] == tensors[0])
  }

  @Test(arguments: [0, 100, 400]) func aFileThatIsCutShortIsAnError(length: UInt64) throws {
    let file = scratch.url.appending(path: "weights.safetensors")
    try SafeTensors.write(tensors, to: file)
    let read = try SafeTensors.read(file)
    let handle = try FileHandle(forWritingTo: file)
    try handle.truncate(atOffset: length)
    try handle.close()
    #expect(throws: WeightsError.changed(file: file.path)) { try read["z"] }
    #expect(throws: WeightsError.changed(file: file.path)) { try read.tensor(named: "steps") }
  }

  @Test func aFileThatIsWrittenOverIsAnError() throws {
    let file = scratch.url.appending(path: "weights.safetensors")
    try SafeTensors.write(tensors, to: file)
    let read = try SafeTensors.read(file)
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: file.path)
    #expect(throws: WeightsError.changed(file: file.path)) { try read["z"] }
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
