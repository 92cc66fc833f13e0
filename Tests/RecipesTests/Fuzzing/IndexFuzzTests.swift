import Foundation
import TestSupport
import Testing

@testable import Recipes

extension ReaderFuzzTests {
  /// Indexes of TensorFlow, and the messages and blocks in them, which a checksum would otherwise hide.
  @Test func indexes() throws {
    let scratch = try ScratchFolder()
    var (indexes, messages, graphs) = ([[UInt8]](), [[UInt8]](), [[UInt8]]())
    for name in ["model.ckpt-100", "ckpt-7", "saved_model/variables/variables"] {
      let index = [UInt8](try Data(contentsOf: TensorFlowCheckpointTests.url("\(name).index")))
      let data = [UInt8](try Data(contentsOf: TensorFlowCheckpointTests.url("\(name).data-00000-of-00001")))
      indexes.append(index)
      let entries = try SortedTable(index).entries
      messages += entries.map { Array($0.value.bytes) }
      for (key, value) in entries where key == "_CHECKPOINTABLE_OBJECT_GRAPH" {
        let entry = try #require(BundleEntry(value))
        graphs.append(Array(data[(entry.offset + 6)..<(entry.offset + entry.size)]))
      }
      try Data(data).write(to: scratch.url.appending(path: "fuzz.data-00000-of-00001"))
    }
    let tokens = ["\u{8}", "\u{12}", "\0", "\u{7F}", "conv2d", "kernel"]
    let file = scratch.url.appending(path: "fuzz.index")
    try check("indexes", share: 0.05, Mutator(indexes, tokens: tokens)) { bytes in
      try Data(bytes).write(to: file)
      let stored = try WeightFile.open(file.path)
      for name in stored.names where stored.isOfNumbers(name) { _ = try stored.tensor(named: name).floats }
    }
    try check("blocks", share: 0.05, Mutator(indexes.map { Array($0.dropLast(48)) }, tokens: tokens)) {
      try Data(TableFile.bytes(of: $0)).write(to: file)
      _ = try WeightFile.open(file.path)
    }
    try check("entries", share: 0.05, Mutator(messages, tokens: tokens)) {
      if let entry = BundleEntry(ByteReader($0[...])) { _ = entry.isConsistent }
    }
    try check("objects", share: 0.05, Mutator(graphs, tokens: tokens)) {
      if let graph = ObjectGraph(ByteReader($0[...])), let layers = SimCLRLayers(graph) {
        do throws(TensorFlowFault) {
          _ = try layers.names { _ in [1, 1, 1, 1] }
        } catch {
          throw WeightsError.badTensorFlow(file: "fuzz.index", error)
        }
      }
    }
  }
}
