import Foundation
import Testing

@testable import Recipes

/// Features of photographs by an encoder of a run or of another file.
struct EmbedderTests {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private func weights() throws -> URL {
    let pipeline = Pipeline("p") { SimCLR(SmallClinic.encoder, batch: 8, epochs: 1) }
    return try pipeline.run(
      on: try SmallClinic.dataset(), output: folder.url.appending(path: "run"), workers: Workers(count: 1),
      reporting: { _ in }
    ).stages[0].weights
  }

  /// Writes photographs that are cropped without resizing, and one that cannot be read.
  private func photographs(_ count: Int) throws -> [URL] {
    var files = try (0..<count).map { number in
      let file = folder.url.appending(path: "\(number).ppm")
      let pixels = (0..<20 * 20 * 3).map { UInt8(($0 * (2 * number + 7) + $0 % 3 * 50) % 256) }
      try (Data("P6 20 20 255\n".utf8) + Data(pixels)).write(to: file)
      return file
    }
    let broken = folder.url.appending(path: "broken.ppm")
    try Data("P6 20 20 255\n".utf8).write(to: broken)
    files.insert(broken, at: 1)
    return files
  }

  private func rows(_ results: [Result<[Float], ImageError>]) -> [[Float]] {
    results.compactMap { try? $0.get() }
  }

  /// The features are those of the network that evaluation uses, on the same crops.
  @Test func featuresAreThoseOfTheRun() throws {
    let weights = try weights()
    let embedder = try Embedder(SmallClinic.encoder, weights: weights, workers: Workers(count: 2))
    let files = try photographs(70)
    let results = embedder.features(of: files)
    #expect(results.count == 71)
    #expect(throws: ImageError.self) { try results[1].get() }
    let stored = try SafeTensors.read(weights)
    let input = try #require(InputNotes(stored.metadata))
    let network = try InferenceNetwork(
      [SmallClinic.encoder], of: stored, in: weights, size: input.size, channels: 3, batch: 7,
      workers: Workers(count: 1))
    let preparation = try #require(input.preparation)
    let crops = try files.filter { $0.lastPathComponent != "broken.ppm" }.map {
      try preparation.image(of: $0, channels: 3).scored(size: input.size)
    }
    #expect(rows(results).flatMap { $0 } == network.rows(of: crops))
    #expect(Set(rows(results)).count > 60)
  }

  @Test func pretrainedEncodersHaveTheirNormalization() throws {
    let weights = try weights()
    let files = try photographs(3)
    let size = try #require(InputNotes(SafeTensors.read(weights).metadata)).size
    let own = try Embedder(SmallClinic.encoder, weights: weights, workers: Workers(count: 1))
    let pretrained = SmallClinic.encoder.pretrained(weights.path, normalization: .identity)
    let other = try Embedder(pretrained, size: size, workers: Workers(count: 1))
    #expect(rows(other.features(of: files)) == rows(own.features(of: files)))
    let normalized = try Embedder(
      SmallClinic.encoder.pretrained(weights.path, normalization: .imagenet), size: size)
    #expect(rows(normalized.features(of: files)) != rows(own.features(of: files)))
  }

  @Test(arguments: ["npy", "safetensors"]) func filesHoldTheFeatures(format: String) throws {
    let embedder = try Embedder(SmallClinic.encoder, weights: try weights(), workers: Workers(count: 1))
    let files = try photographs(66)
    let output = folder.url.appending(path: "features.\(format)")
    var (skipped, done) = ([URL](), [Int]())
    let count = try embedder.write(files, to: output) { file, _ in
      skipped.append(file)
    } progress: {
      done.append($0)
    }
    #expect(count == 66 && skipped == [files[1]])
    #expect(done == [64, files.count])
    let expected = rows(embedder.features(of: files))
    let bytes = try Data(contentsOf: output)
    if format == "npy" {
      #expect(bytes.count == 128 + 4 * 66 * embedder.dimensions)
      let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (66, \(embedder.dimensions)), }"
      #expect(String(decoding: bytes[10..<128], as: UTF8.self).hasPrefix(header) && bytes[127] == 10)
      #expect(
        bytes[128...].elementsEqual(expected.joined().flatMap { withUnsafeBytes(of: $0) { Array($0) } }))
    } else {
      let tensor = try SafeTensors.read(output).tensor(named: "features")
      #expect(tensor.shape == [66, embedder.dimensions] && tensor.floats == expected.flatMap { $0 })
    }
    let stored = try StoredFeatures(contentsOf: output)
    #expect(stored.images == files.filter { $0 != files[1] }.map(\.path))
  }

  @Test func tablesHoldTheFeatures() throws {
    let embedder = try Embedder(SmallClinic.encoder, weights: try weights(), workers: Workers(count: 1))
    let files = try photographs(2)
    let output = folder.url.appending(path: "features.csv")
    try embedder.write(files, to: output)
    let lines = try String(contentsOf: output, encoding: .utf8).split(separator: "\n").map {
      $0.split(separator: ",").map(String.init)
    }
    #expect(lines[0] == ["image"] + (0..<embedder.dimensions).map { "f\($0)" })
    #expect(lines.dropFirst().map { $0[0] } == [files[0].path, files[2].path])
    let numbers = lines.dropFirst().map { $0.dropFirst().compactMap { Float($0) } }
    #expect(numbers == rows(embedder.features(of: files)))
  }

  @Test func otherExtensionsAreRefusedBeforeWork() throws {
    let embedder = try Embedder(SmallClinic.encoder, weights: try weights(), workers: Workers(count: 1))
    let error = try #require(throws: FileError.self) {
      try embedder.write(try photographs(1), to: folder.url.appending(path: "features.xlsx"))
    }
    #expect("\(error)".contains("features are in files with one of the extensions .npy, .safetensors, .csv"))
  }

  @Test func aFileWithoutItsInputIsRefused() throws {
    let (graph, _) = graph(of: SmallClinic.encoder, on: [1, 16, 16, 3], mode: .inference)
    let file = folder.url.appending(path: "weights.safetensors")
    try SafeTensors.write(graph.variables.map(FormulaTensors.weight), to: file)
    #expect(throws: RunError.noInput(file: file.path)) { try Embedder(SmallClinic.encoder, weights: file) }
  }
}
