import Foundation
import Testing

@testable import Recipes

/// Files of a run that other kernels, or another version, would have written.
struct ProvenanceRunTests {
  private static let other = Provenance(
    version: "0.5", kernels: "OpenBLAS 0.2 Elsewhere, 16 registers of 32 bytes", convolution: "im2col",
    disabled: ["fusion"])
  private static let text =
    "version 0.5, OpenBLAS 0.2 Elsewhere, 16 registers of 32 bytes, LOUPE_CONV=im2col, LOUPE_DISABLE=fusion"

  /// Has a file say that it was made elsewhere.
  private func moveElsewhere(_ file: URL) throws {
    let read = try SafeTensors.read(file)
    let metadata = read.metadata.merging(try Self.other.metadata) { $1 }
    try SafeTensors.write(try read.tensors, metadata: metadata, isSealed: true, to: file)
  }

  private func run(
    _ folder: URL, epochs: Int = 2, reporting: @escaping (RunEvent) -> Void = { _ in }
  ) throws -> Report {
    try SmallClinic.pipeline(epochs: epochs).run(
      on: try SmallClinic.dataset(), output: folder, seed: 7, workers: Workers(count: 1), reporting: reporting
    )
  }

  @Test func aFinishedStageIsReusedAndItIsSaid() throws {
    let (folder, log) = (try ScratchFolder(), SmallClinic.Log())
    let file = try #require(try run(folder.url)[stage: "simclr"]).weights
    try moveElsewhere(file)
    let report = try run(folder.url) { log.note($0) }
    #expect(report.stages.count { !$0.isReused } == 0)
    let line =
      "simclr  is reused from \(file.path), which was made by \(Self.text); trained anew by "
      + "\(Provenance.current.text), it would be rounded differently"
    #expect(log.lines.filter { $0.contains("rounded differently") } == [line])
  }

  @Test func aCheckpointIsNotGoneOnWith() throws {
    let (folder, broken) = (try ScratchFolder(), try ScratchFolder())
    let name = "simclr.checkpoint.safetensors"
    let checkpoint = broken.url.appending(path: name)
    let straight = try run(folder.url, epochs: 3) { event in
      let line = event.line ?? ""
      // The first epoch's state is there when the second is done.
      guard line.hasPrefix("simclr  epoch 2/3") else { return }
      try? FileManager.default.copyItem(at: folder.url.appending(path: name), to: checkpoint)
    }
    try moveElsewhere(checkpoint)
    let log = SmallClinic.Log()
    let again = try run(broken.url, epochs: 3) { log.note($0) }
    let line =
      "simclr  begins anew: \(checkpoint.path) is of \(Self.text), and would not go on to the same bits with "
      + "\(Provenance.current.text)."
    #expect(log.lines.contains(line))
    #expect(!log.lines.contains { $0.contains("goes on after") })
    let bits = try [straight, again].map { try Data(contentsOf: #require($0[stage: "simclr"]).weights) }
    #expect(bits[0] == bits[1])
  }

  @Test func aDamagedCheckpointIsNotGoneOnWith() throws {
    let (folder, broken) = (try ScratchFolder(), try ScratchFolder())
    let name = "simclr.checkpoint.safetensors"
    let checkpoint = broken.url.appending(path: name)
    _ = try run(folder.url, epochs: 3) { event in
      let line = event.line ?? ""
      guard line.hasPrefix("simclr  epoch 2/3") else { return }
      guard var bytes = try? Data(contentsOf: folder.url.appending(path: name)),
        let history = bytes.range(of: Data("losses".utf8))
      else { return }
      bytes[history.upperBound + 6] ^= 1
      try? bytes.write(to: checkpoint)
    }
    let log = SmallClinic.Log()
    _ = try run(broken.url, epochs: 3) { log.note($0) }
    #expect(log.lines.contains("simclr  begins anew: \(WeightsError.damaged(file: checkpoint.path))"))
  }
}
