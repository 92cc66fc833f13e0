import Foundation
import TestSupport
import Testing

@testable import Recipes

@Suite struct TensorBoardTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "loupe-\(UUID().uuidString)")

  /// The events in the files of a folder, in the order of their names.
  private func events(in folder: URL) throws -> [EventFile.Event] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    return try names.filter { $0.contains("tfevents") }.flatMap {
      try EventFile(Data(contentsOf: folder.appending(path: $0))).events
    }
  }

  /// The vectors of RFC 3720, appendix B.4, and the usual one of nine digits.
  @Test func checksAreThoseOfTheStandard() {
    let ascending = (0..<32).map { UInt8($0) }
    #expect(CRC32C.of([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(CRC32C.of([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
    #expect(CRC32C.of(ascending) == 0x46DD_794E)
    #expect(CRC32C.of(ascending.reversed()) == 0x113F_DB5C)
    #expect(CRC32C.of("123456789".utf8) == 0xE306_9283)
    #expect(CRC32C.masked([]) == 0xA282_EAD8)
  }

  /// The values of a file by tensorboardX, as TensorBoard reads them.
  private struct Expected: Decodable {
    let scalars: [String: [[Double]]]
    let images: [String: [[Double]]]
  }

  @Test func theDecoderOfTheTestsReadsAFileOfTensorboardX() throws {
    let fixtures = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Fixtures")
    let expected = try JSONDecoder().decode(
      Expected.self, from: Data(contentsOf: fixtures.appending(path: "events.json")))
    let events = try EventFile(Data(contentsOf: fixtures.appending(path: "events.tfevents"))).events
    #expect(events.first?.version == "brain.Event:2")
    for (tag, values) in expected.scalars {
      let found = events.flatMap { event in
        event.values.filter { $0.tag == tag }.map {
          [event.time, Double(event.step), Double($0.number ?? .nan)]
        }
      }
      #expect(found == values, "\(tag)")
    }
    let pictures = events.flatMap { event in
      event.values.filter { $0.picture != nil }.map {
        [event.time, Double(event.step), Double($0.size?[1] ?? 0), Double($0.size?[0] ?? 0)]
      }
    }
    #expect(pictures == expected.images["patients"])
  }

  /// The same content as the file of tensorboardX has the same bytes, but for the order of an event's fields.
  @Test func whatIsWrittenIsReadBack() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    var time = 1_700_000_000.5
    let writer = try TensorBoardWriter(in: folder) { time }
    for step in 0..<4 {
      try writer.add([("loss", 5.5 / Double(step + 1)), ("größe/ä", -1e-30)], step: step)
      time += 1
    }
    let image = noise(height: 5, width: 7, channels: 3)
    try writer.add(image, tag: "patients", step: 300)
    try writer.restart(at: 3)
    try writer.add([], step: 9)

    let png = try image.png()
    let events = try events(in: folder)
    #expect(events.map(\.time) == [0, 0, 1, 2, 3, 4, 4].map { 1_700_000_000.5 + $0 })
    #expect(events[0].version == "brain.Event:2" && events[6].session == 1 && events[6].step == 3)
    for step in 0..<4 {
      #expect(events[step + 1].step == UInt64(step))
      #expect(
        events[step + 1].values == [
          .init(tag: "loss", number: Float(5.5 / Double(step + 1))), .init(tag: "größe/ä", number: -1e-30),
        ])
    }
    #expect(events[5].step == 300)
    #expect(events[5].values == [.init(tag: "patients", size: [5, 7, 3], picture: png)])
    #expect(throws: UnsupportedChannels.self) {
      try writer.add(noise(height: 2, width: 2, channels: 2), tag: "two")
    }
  }

  @Test func aRunIsRecordedByStage() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let recorder = TensorBoardRecorder(in: folder, stages: ["simclr", "SimCLR", "../a/b: c"])
    let accuracy = try Events.accuracy()
    recorder(.stageBegan(Events.beginning))
    recorder(.beforeTraining(stage: "simclr", accuracy, isRandom: true))
    recorder(Events.step(1, seconds: 1))
    recorder(
      Events.epoch(1, spread: EmbeddingSpread(of: [1, 0, 0, 1, -1, 0], columns: 2), neighbors: accuracy))
    recorder(.probe(stage: "simclr", accuracy))
    recorder(.probe(stage: "SimCLR", accuracy))
    recorder(.probe(stage: "../a/b: c", accuracy))
    #expect(recorder.failure == nil)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == [
        "SimCLR (2)", "_a_b_ c", "simclr",
      ])
    let events = try events(in: folder.appending(path: "simclr"))
    #expect(events.map(\.step) == [0, 1, 0, 0, 1, 4] && events.map(\.session) == [nil, 1, 1, nil, nil, nil])
    #expect(
      events[4].values.map(\.tag) == [
        "loss", "learning_rate", "images_per_second", "collapse", "spread/deviation", "spread/effective_rank",
        "neighbors/top1", "neighbors/balanced",
      ])
    #expect(events[4].values[0].number == 2.5 && events[4].values[2].number == 512)
    #expect(events[5].values.map(\.tag) == ["probe/top1", "probe/balanced"])
  }

  @Test func aPointOfASearchHasAFolder() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let recorder = TensorBoardRecorder(in: folder)
    for rate in ["0.1", "0.01"] {
      let choice = "learning rate \(rate)"
      recorder(.stageBegan(Events.beginning(of: "simclr", index: 0, epochs: 4, choice: choice)))
      recorder(Events.epoch(1))
    }
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == [
        "simclr, learning rate 0.01", "simclr, learning rate 0.1",
      ])
  }

  @Test func aFolderThatCannotBeMadeIsTold() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data().write(to: folder)
    let recorder = TensorBoardRecorder(in: folder)
    recorder(Events.epoch(1))
    let failure = try #require(recorder.failure)
    #expect(failure.description.contains("could not be written"))
    recorder(Events.epoch(2))
  }

  @Test(.needsPNG) func theProjectorHasRowsForEverySample() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let features = try Features([1, 0.5, -2, 1e-8, 0, 3], dimensions: 2)
    let pictures = (0..<3).map { noise(height: 4 + $0, width: 6, channels: 3) }
    try TensorBoardProjector(
      features, columns: [("class", ["a\tb", "", "c\nd"]), ("split", ["x", "y", "z"])], pictures: pictures
    ).write(to: folder, side: 8)
    func text(_ name: String) throws -> String {
      try String(contentsOf: folder.appending(path: name), encoding: .utf8)
    }
    #expect(try text("features.tsv") == "1.0\t0.5\n-2.0\t1e-08\n0.0\t3.0\n")
    #expect(try text("metadata.tsv") == "class\tsplit\na\\u{9}b\tx\n-\ty\nc\\u{A}d\tz\n")
    #expect(
      try text("projector_config.pbtxt") == """
        embeddings {
          tensor_name: "features"
          tensor_path: "features.tsv"
          metadata_path: "metadata.tsv"
          sprite {
            image_path: "sprite.png"
            single_image_dim: 8
            single_image_dim: 8
          }
        }

        """)
    let sprite = try Image(file: folder.appending(path: "sprite.png"))
    #expect(sprite.width == 16 && sprite.height == 16)
    #expect(throws: EvaluationError.self) {
      _ = try TensorBoardProjector(features, columns: [("class", ["a"])])
    }
  }

  /// The photographs of a run's gallery with their features.
  @Test(.needsPNG, arguments: [true, false]) func theGalleryOfARunIsAnEmbedding(withPhotographs: Bool) throws
  {
    defer { try? FileManager.default.removeItem(at: folder) }
    let run = try ScratchFolder()
    #expect(throws: FileError.self) { _ = try TensorBoardProjector(ofGalleryIn: run.url) }
    let dataset = try SmallClinic.dataset()
    let stages = try GalleryTests.plan(SmallClinic.pipeline(), on: dataset).stages
    let weights = try StageWeights(initializing: stages[3].step.graph, seed: 4)
    Gallery.renew(
      in: run.url, of: stages[3], { weights }, on: dataset, withPhotographs: withPhotographs,
      workers: Workers(count: 1), memory: SystemMemory(available: nil)
    ) { #expect(Bool(false), "\($0)") }
    try TensorBoardProjector(ofGalleryIn: run.url).write(to: folder)

    func rows(_ name: String) throws -> [[String]] {
      try String(contentsOf: folder.appending(path: name), encoding: .utf8).split(separator: "\n").map {
        $0.split(separator: "\t").map(String.init)
      }
    }
    let gallery = try #require(try Gallery(in: run.url))
    let metadata = try rows("metadata.tsv")
    #expect(metadata[0] == ["photograph", "split", "class", "predicted", "right"])
    #expect(metadata.dropFirst().map { $0[0] } == gallery.photographs.map(\.name))
    for (row, item) in zip(metadata.dropFirst(), gallery.photographs) {
      #expect(row[1] == item.split.rawValue && row[2] == item.label.map { gallery.classes[$0] })
      #expect(row[4] == (item.isMistaken ? "no" : "yes"))
    }
    let stored = try SafeTensors.read(run.url.appending(path: "gallery.features.safetensors"))
    let features = try stored.tensor(named: "features")
    let values = try rows("features.tsv")
    #expect(features.shape == [gallery.photographs.count, values[0].count])
    #expect(values.joined().compactMap { Float($0) } == features.floats)
    let sprite = try? Image(file: folder.appending(path: "sprite.png"))
    #expect(sprite?.width == (withPhotographs ? 8 * 32 : nil))
    // Another gallery's features are not taken for its own.
    try GalleryTests.gallery(limit: 9).gallery.write(in: run.url)
    #expect(throws: FileError.self) { _ = try TensorBoardProjector(ofGalleryIn: run.url) }
  }
}
