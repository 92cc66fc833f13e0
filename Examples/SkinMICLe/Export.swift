import Foundation
import Recipes

extension SkinMICLe {
  /// Writes a classifier of a run, or its encoder, to a file that other programs run.
  static func export(_ arguments: Arguments) throws {
    Signals.handle(saying: .nothingWritten)
    let folder = URL(filePath: arguments.run ?? "")
    let run = try RunFile(in: folder)
    let branch = try run.branch(named: arguments.branch)
    let weights = folder.appending(path: branch.file)
    let encoder = run.encoder(of: weights)
    let what = arguments.exportsFeatures ? "The encoder" : "The classifier"
    if let timm = arguments.timm {
      let results = try Results(contentsOf: folder.appending(path: "results.json"))
      let exported = try TimmFolder(
        encoder, weights: weights, results: results, branch: branch.name,
        isEncoderAlone: arguments.exportsFeatures)
      try exported.write(to: URL(filePath: timm))
      print("\(what) of \"\(branch.name)\" is in \(timm), for timm.".printable.fitting)
    }
    guard let onnx = arguments.onnx else { return }
    let file = URL(filePath: onnx)
    if arguments.exportsFeatures {
      try ONNXModel(featuresOf: encoder, weights: weights).write(to: file)
    } else {
      let calibration = folder.appending(path: branch.calibration)
      let scaling =
        FileManager.default.fileExists(atPath: calibration.path)
        ? try Calibration(contentsOf: calibration).scaling : nil
      try ONNXModel(encoder, weights: weights, scaling: scaling).write(to: file)
    }
    print("\(what) of \"\(branch.name)\" is in \(file.relativePath).".printable.fitting)
  }
}
