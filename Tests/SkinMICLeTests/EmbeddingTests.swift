import Foundation
import TestSupport
import Testing

struct EmbeddingTests {
  private func run(_ arguments: [String]) throws -> Command.Outcome { try Command(arguments).outcome() }

  /// Features of photographs are written, and each photograph is its own nearest neighbor.
  @Test func whatIsEmbeddedIsFound() throws {
    let folder = try ScratchFolder()
    let out = folder.url.appending(path: "run").path
    let trained = try run([
      "--out", out, "--patients", "128", "--labelled", "1", "--test", "1", "--size", "14", "--network",
      "tiny",
      "--branches", "simclr", "--epochs", "1",
    ])
    try #require(trained.code == 0, "\(trained.errors)")
    let photographs = folder.url.appending(path: "photographs")
    try FileManager.default.createDirectory(at: photographs, withIntermediateDirectories: true)
    for number in 0..<5 {
      let pixels = (0..<16 * 16 * 3).map { UInt8(($0 * (number + 7) + $0 % 3 * 60 * number) % 256) }
      try (Data("P6 16 16 255\n".utf8) + Data(pixels)).write(to: photographs.appending(path: "\(number).ppm"))
    }

    let features = folder.url.appending(path: "features.npy").path
    let embedded = try run(["embed", "--run", out, "--out", features, photographs.path])
    #expect(embedded.code == 0, "\(embedded.errors)")
    #expect(embedded.output.contains("The features of 5 photographs, 32 each, are in "))

    let table = folder.url.appending(path: "found.csv")
    let first = photographs.appending(path: "3.ppm").path
    let found = try run([
      "neighbors", "--run", out, "--among", features, "--k", "2", "--csv", table.path, first,
    ])
    #expect(found.code == 0, "\(found.errors)")
    let rows = try String(contentsOf: table, encoding: .utf8).split(separator: "\n").map {
      $0.split(separator: ",").map(String.init)
    }
    #expect(rows.count == 3 && rows[0] == ["image", "rank", "neighbor", "similarity"])
    #expect(rows[1] == [first, "1", first, "1.000000"])
    #expect(rows[2][1] == "2" && rows[2][2] != first && (Double(rows[2][3]) ?? 2) < 1)

    // A damaged photograph is left out, and said.
    try Data("P6 16 16 255\n".utf8).write(to: photographs.appending(path: "broken.ppm"))
    let partial = try run(["embed", "--run", out, "--out", features, photographs.path])
    #expect(partial.code == 65 && partial.errors.contains("broken.ppm is left out: "))
    #expect(partial.output.contains("The features of 5 photographs"))

    let stage = try run(["embed", "--run", out, "--stage", "other", "--out", features, first])
    #expect(stage.code == 64 && stage.errors.hasPrefix("--stage knows "))
    let format = try run(["embed", "--run", out, "--out", folder.url.appending(path: "a.xlsx").path, first])
    #expect(format.code == 73 && format.errors.contains(".npy"))
    let none = folder.url.appending(path: "none.npy").path
    #expect(try run(["neighbors", "--run", out, "--among", none, first]).code == 66)
  }
}
