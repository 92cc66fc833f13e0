import Foundation
import Testing
import TestSupport

@testable import Recipes

/// Everything that reads a file, on damaged ones: whatever it holds is read or refused in a sentence.
///
/// `LOUPE_FUZZ=1000000 swift test --filter Fuzz` gives all readers so many inputs together.
@Suite struct ReaderFuzzTests {
  func check(
    _ reader: String, share: Double, _ mutator: Mutator, _ read: ([UInt8]) throws -> Void
  ) throws {
    for failure in try FuzzRun(reader, mutator).run(share: share, read) { Issue.record("\(failure)") }
  }

  private func fixtures(_ isWanted: (String) -> Bool) throws -> [[UInt8]] {
    let folder = try #require(Bundle.module.resourceURL).appending(path: "Fixtures/images")
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted().filter(isWanted)
    return try names.map { [UInt8](try Data(contentsOf: folder.appending(path: $0))) }
  }

  @Test(.needsJPEG) func jpeg() throws {
    let mutator = Mutator(
      try fixtures { $0.hasSuffix(".jpg") }, tokens: ["Exif\0\0II*\0", "\u{FF}", "JFIF\0"])
    try check("jpeg", share: 0.15, mutator) { _ = try Image(encoded: $0) }
  }

  @Test(.needsPNG) func png() throws {
    let mutator = Mutator(
      try fixtures { $0.hasSuffix(".png") },
      tokens: ["IDAT", "IEND", "eXIf", "zTXtRaw profile type exif\0\0", "tRNS", "PLTE", "\0\0\0\u{1}"])
    try check("png", share: 0.15, mutator) { bytes in
      // Half of them with the checksums of their contents: without, most are found at once.
      _ = try Image(encoded: bytes.count % 2 == 0 ? PNGChecksums.repaired(bytes) : bytes)
    }
  }

  @Test func netpbm() throws {
    let corpus = [
      [UInt8]("P6\n# c\n2 2\n255\n".utf8) + (0..<12).map { UInt8($0) },
      [UInt8]("P5 3 2 65535 ".utf8) + (0..<12).map { UInt8($0) },
    ]
    try check("netpbm", share: 0.1, Mutator(corpus, tokens: ["#", "P6", "P5", "\n", "99999999"])) {
      _ = try Image(encoded: $0)
    }
  }

  @Test func bmp() throws {
    let corpus = BMPFile.kinds.sorted { $0.key < $1.key }.map(\.value)
    let tokens = ["BM", "\0\0\0\0", "\u{28}\0\0\0", "\u{7F}"]
    try check("bmp", share: 0.1, Mutator(corpus, tokens: tokens)) { bytes in
      let image = try Image(encoded: bytes)
      if !image.pixels.allSatisfy({ (0...1).contains($0) }) { Issue.record("a value outside of 0 to 1") }
    }
  }

  @Test func orientation() throws {
    let jpegs = try fixtures { $0.hasPrefix("orientation") && $0.hasSuffix(".jpg") }
    let tiffs = jpegs.compactMap { jpeg in
      jpeg.indices.first { jpeg[$0...].starts(with: Array("Exif\0\0".utf8)) }.map {
        Array(jpeg[($0 + 6)...].prefix(64))
      }
    }
    #expect(tiffs.count == 8)
    try check("orientation", share: 0.05, Mutator(tiffs)) { _ = Orientation(exif: $0[...]) }
  }

  @Test(arguments: ["manifest.csv", "HAM10000_metadata.csv", "scin_cases.csv", "scin_labels.csv"])
  func table(_ name: String) throws {
    let texts = [
      "manifest.csv": [
        "image,patient,label,split\na.ppm,P1,x,train\n\"b.ppm\",P2,\"y, z\",test\nc.ppm,P2,,\n",
        "\u{FEFF}image;patient;label\r\na.ppm;P1;x\r\nb.ppm;P2;y\r\n;;\r\n",
        "sep=\t\nimage\tpatient\tlabel\na.ppm\tnan\tNA\n",
      ],
      "HAM10000_metadata.csv": [
        "lesion_id,image_id,dx,dx_type,age\nH1,a,nv,histo,40.0\nH1,b,nv,histo,40.0\nH2,c,mel,histo,\n"
      ],
      "scin_cases.csv": [
        "case_id,image_1_path,image_2_path,image_3_path\n1,dataset/images/a.ppm,b.ppm,\n2,c.ppm,,\n"
      ],
      "scin_labels.csv": [
        "case_id,weighted_skin_condition_label\n1,\"{'Eczema': 0.41, \"\"Kaposi's\"\": 0.3}\"\n2,{}\n"
      ],
    ]
    let folder = try PhotographFolder(["a.ppm", "b.ppm", "c.ppm"])
    if name.hasPrefix("scin") {
      for (other, text) in texts where other.hasPrefix("scin") && other != name {
        try folder.write(text[0], to: other)
      }
    }
    let corpus = (texts[name] ?? []).map { Array($0.utf8) }
    let start = name.hasPrefix("scin") ? "scin_cases.csv" : name
    let tokens = [
      "\"", "\"\"", "\r\n", ";", "\t", "\0", "\u{200B}", "../a.ppm", ".0", "image", "nan", "\u{1B}[2J",
    ]
    try check(name, share: 0.02, Mutator(corpus, tokens: tokens)) { bytes in
      try folder.write(bytes, to: name)
      let reading = try Dataset.reading(folder.url.appending(path: start))
      for problem in reading.problems { _ = problem.description }
      if reading.summary.utf8.count > 20_000 {
        Issue.record("a summary of \(reading.summary.utf8.count) bytes")
      }
      _ = try reading.dataset.split(seed: 1, validation: 0.2, test: 0.2)
    }
  }

  @Test func namesInFolders() throws {
    let corpus = ["class a/1.ppm", "b/2.JPG", "__MACOSX/._a.ppm", "train/x/1.png"].map { Array($0.utf8) }
    try check(
      "folders", share: 0.02,
      Mutator(corpus, tokens: ["\n", "\u{1B}[1m", "'", "\"", "=", "/", "..", "\u{202E}"])
    ) {
      bytes in
      let names: [[UInt8]] = bytes.filter { $0 != 0 }.split(separator: UInt8(ascii: "/")).map {
        Array($0.prefix(200))
      }
      let path = names.filter { $0 != Array(".".utf8) && $0 != Array("..".utf8) }.prefix(4)
      let folder = try ScratchFolder()
      var place = Array(folder.url.path.utf8)
      for (depth, name) in path.enumerated() {
        place += [UInt8(ascii: "/")] + name
        let isLast = depth == path.count - 1
        place.withUnsafeBytes { raw in
          let text = (raw.map { CChar(bitPattern: $0) } + [0])
          if isLast { close(open(text, O_CREAT | O_WRONLY, 0o644)) } else { mkdir(text, 0o755) }
        }
      }
      let reading = try Dataset.reading(folder.url)
      _ = reading.summary
      try reading.dataset.writeSplits(to: folder.url.appending(path: "splits.csv"))
      _ = try reading.dataset.splitting(by: folder.url.appending(path: "splits.csv"))
    }
  }

  @Test func splits() throws {
    let patients = (0..<4).map { "P\($0)" }
    let data = try Dataset(
      patients.map { Photograph(id: $0, patient: $0, image: Image(width: 1, height: 1)) }, classes: [],
      source: "fuzz")
    let scratch = try ScratchFolder()
    let file = scratch.url.appending(path: "splits.csv")
    try data.writeSplits(to: file)
    let corpus = [
      [UInt8](try Data(contentsOf: file)), [UInt8]("patient,split\n\"P0\",val\nP1,test\nP2,\nP3,\n".utf8),
    ]
    try check("splits", share: 0.03, Mutator(corpus, tokens: ["'", "=", "\"", "train", "\n"])) { bytes in
      try Data(bytes).write(to: file)
      _ = try data.splitting(by: file)
    }
  }

  @Test func safeTensors() throws {
    let scratch = try ScratchFolder()
    let file = scratch.url.appending(path: "weights.safetensors")
    try SafeTensors.write(
      [
        NamedTensor("conv1.weight", shape: [2, 3, 1, 1], [Float](repeating: 1, count: 6)),
        NamedTensor("n", shape: [], .int64([3])), NamedTensor("none", shape: [0, 4], [Float]()),
      ], metadata: ["loupe.mean": "0.5,0.5", "loupe.std": "1,1"], to: file)
    let python = try #require(
      Bundle.module.url(forResource: "python", withExtension: "safetensors", subdirectory: "Fixtures"))
    let corpus = [[UInt8](try Data(contentsOf: file)), [UInt8](try Data(contentsOf: python))]
    let tokens = [
      "\"BOOL\"", "\"BF16\"", "{", "[", "\"__metadata__\":null,", "\"shape\":[0,9223372036854775807]", "-1",
    ]
    try check("safetensors", share: 0.1, Mutator(corpus, tokens: tokens)) { bytes in
      try Data(bytes).write(to: file)
      let stored = try SafeTensors.read(file)
      for name in stored.names { _ = try stored.tensor(named: name).floats }
      _ = Normalization(stored.metadata)
    }
  }

  /// Checkpoints of PyTorch without checksums: with them, most damage is found at once.
  @Test func checkpoints() throws {
    let scratch = try ScratchFolder()
    let file = scratch.url.appending(path: "weights.pth")
    let corpus = try torchFixtures().map { ZipChecksums.erased($0) }
    let tokens = [
      "PK\u{1}\u{2}", "\u{FF}\u{FF}", "\0\0\0\0", "data.pkl", "R", "h\0", "torch\nFloatStorage\n",
    ]
    try check("checkpoints", share: 0.1, Mutator(corpus, tokens: tokens)) { bytes in
      try Data(bytes).write(to: file)
      let stored = try WeightFile.open(file.path)
      for name in stored.names { _ = try stored.tensor(named: name).floats }
    }
  }

  @Test func pickles() throws {
    let scratch = try ScratchFolder()
    let file = scratch.url.appending(path: "weights.pth")
    let corpus = try torchFixtures().compactMap { bytes -> [UInt8]? in
      try Data(bytes).write(to: file)
      let entries = try? ZipArchive(OpenFile(file.path)).entries
      return entries?.first { $0.key.hasSuffix("data.pkl") }.map { Array(bytes[$0.value.place]) }
    }
    let tokens = ["(", "t", "R", "Q", "h\0", "e", "u", "ctorch\nSize\n", "\u{7F}", "X\0\0\0\0"]
    try check("pickles", share: 0.1, Mutator(corpus, tokens: tokens)) { bytes in
      do throws(CheckpointFault) {
        let tensors = try PickledTensors(in: bytes).byName.values
        for tensor in tensors { _ = tensor.problem(storageBytes: 1 << 20) }
      } catch {
        throw WeightsError.badCheckpoint(file: "weights.pth", error)
      }
    }
  }

  private func torchFixtures() throws -> [[UInt8]] {
    let folder = try #require(Bundle.module.resourceURL).appending(path: "Fixtures/torch")
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
    return try names.filter { !$0.hasSuffix(".json") }.map {
      [UInt8](try Data(contentsOf: folder.appending(path: $0)))
    }
  }

  /// Files of stages, checkpoints and scores with the right checksum and the wrong content.
  @Test func notesOfStages() throws {
    let history =
      "{\"losses\":[1.5,0.5],\"neighbors\":[0,{\"top1\":0.5,\"balanced\":0.25}],\"validation\":[]}"
    let classifier = "{\"averagesFlips\":true,\"channels\":3,\"classes\":[\"x\",\"y\"],\"size\":16}"
    let corpus = [history, classifier].map { Array($0.utf8) }
    try check("notes", share: 0.05, Mutator(corpus, tokens: ["{", "[", "\"", "null", "1e999"])) { bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      _ = StageHistory(decoding: text)
      _ = ClassifierNotes(["loupe.classifier": text])
      _ = Normalization(["loupe.mean": text, "loupe.std": text])
    }
  }

  @Test func searchesAndResults() throws {
    let scratch = try ScratchFolder()
    let search = scratch.url.appending(path: "a.search.json")
    let results = scratch.url.appending(path: "results.json")
    try Results(
      evaluating: [("a", try randomPredictions(samples: 12, classes: 3, seed: 1))], seconds: 1, seed: 0
    ).write(to: results)
    let trial =
      "{\"trials\":[{\"hash\":\"00ff\",\"point\":{\"learningRate\":0.1,\"weightDecay\":null},\"score\":0.5}]}"
    let corpus = [[UInt8](try Data(contentsOf: results)), [UInt8](trial.utf8)]
    try check("search and results", share: 0.08, Mutator(corpus, tokens: ["{", "[", "null", "1e999", "\""])) {
      bytes in
      try Data(bytes).write(to: search)
      try Data(bytes).write(to: results)
      _ = SearchRecord(in: search).score(of: "00ff")
      _ = try Results(contentsOf: results).table
    }
  }

  @Test func cache() throws {
    let folder = try PictureFolder()
    let first = folder.cache()
    for picture in folder.pictures { _ = try first.image(of: picture) }
    let names = try folder.cacheFiles.filter { $0.hasSuffix(".index") || $0.hasSuffix(".pixels") }
    #expect(names.count == 2)
    let copies = try ScratchFolder()
    for name in names {
      let whole = [UInt8](try Data(contentsOf: folder.cacheFolder.appending(path: name)))
      try check("cache \(name.hasSuffix("index") ? "index" : "pixels")", share: 0.02, Mutator([whole])) {
        bytes in
        let place = copies.url.appending(path: UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: place) }
        try FileManager.default.copyItem(at: folder.cacheFolder, to: place)
        try Data(bytes).write(to: place.appending(path: name))
        let cache = ImageCache(folder: place, shorterSide: 12, channels: 3, chunkBytes: 1 << 20)
        for picture in folder.pictures { _ = try cache.image(of: picture) }
      }
    }
  }
}
