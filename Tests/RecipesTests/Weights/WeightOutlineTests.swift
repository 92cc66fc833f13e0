import Foundation
import Testing

@testable import Recipes

struct WeightOutlineTests {
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  @Test func hasShapesAndMetadata() throws {
    let file = scratch.url.appending(path: "a.safetensors")
    let tensors = [("a.w", [2, 3]), ("b.w", [2, 3]), ("b.v", [4]), ("a.v", [5]), ("w", [1])].map {
      NamedTensor($0.0, shape: $0.1, [Float](repeating: 0, count: $0.1.reduce(1, *)))
    }
    try SafeTensors.write(tensors, metadata: ["note": "text"], to: file)
    let outline = try WeightOutline(of: file.path)
    #expect(outline.metadata == ["note": "text"])
    #expect(outline.shape(of: "w") == [1] && outline.shape(of: "a.w") == [2, 3])
    #expect(outline.shape(of: "v") == nil && outline.shape(of: "x") == nil)
    let own = try WeightOutline(of: file.path, prefix: "b.")
    #expect(own.shape(of: "w") == [2, 3] && own.shape(of: "v") == [4] && own.shape(of: "a.w") == nil)
    #expect(throws: WeightsError.self) { try WeightOutline(of: scratch.url.path) }
  }

  /// Of a checkpoint the values are not read, which would find the damage.
  @Test func valuesAreNotRead() throws {
    let fixture = try TorchCheckpointTests.url("plain.pth")
    let whole = try WeightFile.open(fixture.path)
    var bytes = [UInt8](try Data(contentsOf: fixture))
    let entries = try ZipArchive(OpenFile(fixture.path)).entries
    let storage = try #require(entries.first { $0.key.contains("/data/") && !$0.value.place.isEmpty })
    bytes[storage.value.place.lowerBound] ^= 1
    let damaged = scratch.url.appending(path: "damaged.pth")
    try Data(bytes).write(to: damaged)
    #expect(throws: WeightsError.self) { try WeightFile.open(damaged.path) }
    let outline = try WeightOutline(of: damaged.path)
    for name in whole.names { #expect(outline.shape(of: name) == whole.shape(of: name)) }
  }
}
