import Foundation
import Testing
import TestSupport

@testable import SkinMICLe

/// What the program reads besides photographs and tables: its flags and `run.json`.
@Suite struct CommandFuzzTests {
  @Test func flags() throws {
    let lines = [
      "--out runs --seed 9 --epochs 3 --patients 40 --size 24 --network tiny --branches none,micle --rate 1e-3",
      "--data m.csv --format ham10000 --strict --labels 0.1,1 --tune head,whole --repetitions 3 --width 2",
      "predict --run runs --csv said.csv a.jpg b", "embed --run a --stage b --out c.npy d",
      "neighbors --run a --among b.npy --k 3 c", "export --run a --onnx b --timm c --features",
      "collect --run a b --out c --subgroups sex --run=d",
    ]
    let corpus = lines.map { Array($0.replacing(" ", with: "\0").utf8) }
    let mutator = Mutator(
      corpus, tokens: ["\0", "--", ",", "1e308", "-1", "9223372036854775807", "nan", "\u{1B}"])
    let failures = try FuzzRun("flags", mutator).run(share: 0.1) { bytes in
      _ = try Arguments(bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) })
    }
    #expect(failures.isEmpty, "\(failures)")
  }

  @Test func runFile() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "loupe-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "run.json")
    let text = """
      {"branches": [{"file": "a.classifier.safetensors", "name": "SimCLR"}, {"file": "b", "name": "b, 10 % of labels"}],
       "network": "tiny", "width": 1}
      """
    let mutator = Mutator([Array(text.utf8)], tokens: ["{", "null", "\"", "../../x", "999999999", "\\u0000"])
    let failures = try FuzzRun("run file", mutator).run(share: 0.05) { bytes in
      try Data(bytes).write(to: file)
      _ = try Prediction(folder, branch: nil)
    }
    #expect(failures.isEmpty, "\(failures)")
  }
}
