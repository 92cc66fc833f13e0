import Foundation
import TestSupport
import Testing

struct ExportTests {
  private func run(_ arguments: [String]) throws -> Command.Outcome { try Command(arguments).outcome() }

  /// A photograph of 16 by 16 pixels.
  private static func pixels(_ number: Int) -> [UInt8] {
    (0..<768).map { place in
      let shade = place % 3 * 60 * number
      return UInt8((place * (number + 7) + shade) % 256)
    }
  }

  /// The 14 by 14 pixels in the middle of a photograph.
  private static func middle(_ pixels: [UInt8]) -> [UInt8] {
    (1..<15).flatMap { row in
      let first = (row * 16 + 1) * 3
      return Array(pixels[first..<first + 42])
    }
  }

  /// The exported classifier says of a photograph what `predict` says.
  @Test func theFileSaysWhatPredictSays() throws {
    let folder = try ScratchFolder()
    let out = folder.url.appending(path: "run")
    let trained = try run([
      "--out", out.path, "--patients", "128", "--labelled", "1", "--test", "1", "--size", "14", "--network",
      "tiny", "--branches", "none",
    ])
    try #require(trained.code == 0, "\(trained.errors)")

    // Seven eighths of 16 pixels are the 14 that the network sees, so that the crop changes no byte.
    let photographs = (0..<3).map(ExportTests.pixels)
    let files = try photographs.enumerated().map { number, pixels in
      let file = folder.url.appending(path: "\(number).ppm")
      try (Data("P6 16 16 255\n".utf8) + Data(pixels)).write(to: file)
      return file.path
    }
    let table = folder.url.appending(path: "said.csv")
    let predicted = try run(["predict", "--run", out.path, "--csv", table.path] + files)
    try #require(predicted.code == 0, "\(predicted.errors)")
    let rows = try String(contentsOf: table, encoding: .utf8).split(separator: "\n").map {
      $0.split(separator: ",")
    }

    let model = folder.url.appending(path: "model.onnx")
    let exported = try run(["export", "--run", out.path, "--onnx", model.path])
    #expect(exported.code == 0, "\(exported.errors)")
    #expect(exported.output.hasPrefix("The classifier of \"") && exported.output.contains("model.onnx"))
    let file = try ONNXFile([UInt8](Data(contentsOf: model)))
    let crops = photographs.flatMap(ExportTests.middle).map { Double($0) }
    let outputs = try ONNXInterpreter(file).run(["images": ONNXFile.Tensor([3, 14, 14, 3], crops)])
    let found = try #require(outputs["probabilities"])
    let classes = found.shape[1]
    #expect(rows.count == 4 && classes > 2)
    for (number, row) in rows.dropFirst().enumerated() {
      for place in 0..<classes {
        let expected = try #require(Double(row[place + 1]))
        #expect(abs(found.values[number * classes + place] - expected) <= 1.5e-5)
      }
    }
    #expect((file.metadata["loupe.temperature"] != nil) == (outputs["calibrated"] != nil))

    let encoder = folder.url.appending(path: "encoder.onnx")
    let features = try run(["export", "--run", out.path, "--onnx", encoder.path, "--features"])
    #expect(features.code == 0 && features.output.hasPrefix("The encoder of \""))
    let ports = try ONNXFile([UInt8](Data(contentsOf: encoder))).outputs
    #expect(ports == [ONNXFile.Port(name: "features", element: 1, shape: [nil, 32])])

    let nowhere = folder.url.appending(path: "none/model.onnx")
    #expect(try run(["export", "--run", out.path, "--onnx", nowhere.path]).code == 73)
    let other = try run(["export", "--run", out.path, "--onnx", model.path, "--branch", "other"])
    #expect(other.code == 64 && other.errors.hasPrefix("--branch knows "))
    #expect(try run(["export", "--run", folder.url.path, "--onnx", model.path]).code == 66)
  }
}
