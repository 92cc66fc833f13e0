import Foundation
import Recipes

extension SkinMICLe {
  /// Writes a classifier of a run, or its encoder, to a file that other programs run.
  static func export(_ arguments: Arguments) throws {
    let folder = URL(filePath: arguments.run ?? "")
    let run = try RunFile(in: folder)
    let branch = try run.branch(named: arguments.branch)
    let encoder = run.network.encoder(width: run.width)
    let weights = folder.appending(path: branch.file)
    let file = URL(filePath: arguments.onnx ?? "")
    if arguments.exportsFeatures {
      try ONNXModel(featuresOf: encoder, weights: weights).write(to: file)
    } else {
      let calibration = folder.appending(path: branch.calibration)
      let scaling =
        FileManager.default.fileExists(atPath: calibration.path)
        ? try Calibration(contentsOf: calibration).scaling : nil
      try ONNXModel(encoder, weights: weights, scaling: scaling).write(to: file)
    }
    let what = arguments.exportsFeatures ? "The encoder" : "The classifier"
    print("\(what) of \"\(branch.name)\" is in \(file.relativePath).".printable.fitting)
  }
}
