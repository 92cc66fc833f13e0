import Foundation
import Recipes

/// A run's description for `predict`: its network, and the weight file of each branch.
struct RunFile: Codable {
  /// A branch of the run.
  struct Branch: Codable {
    let name: String
    /// The weight file's name in the folder.
    let file: String
    /// The name of its calibration file, which is beside it.
    var calibration: String {
      (file.hasSuffix(".safetensors") ? String(file.dropLast(12)) : file) + ".calibration.json"
    }
  }

  let network: Network
  let width: Int
  /// The tokens that a vision transformer's features are taken from, in a file from a version whose weights
  /// do not state it; nil otherwise.
  let pooling: VisionTransformer.Pooling?
  let branches: [Branch]

  private static let name = "run.json"

  init(_ arguments: Arguments, _ report: Report) {
    network = arguments.networkInEffect
    width = arguments.width
    pooling = nil
    let stages = report.results?.run?.stages ?? []
    branches = (report.results?.branches ?? []).compactMap { branch in
      stages.first { $0.name == branch.name && $0.isClassifier }.map {
        Branch(name: branch.name, file: $0.weights)
      }
    }
  }

  /// Reads the description in a run's folder.
  init(in folder: URL) throws(FileError) {
    let file = folder.appending(path: RunFile.name)
    do {
      self = try JSONDecoder().decode(RunFile.self, from: Data(contentsOf: file))
    } catch {
      throw .unreadable(
        file: file.path, reason: "it is written at the end of a run; \(error.localizedDescription)")
    }
    guard (1...Network.largestWidth).contains(width) else {
      throw .unreadable(
        file: file.path,
        reason: "its width is a whole number from 1 to \(Network.largestWidth), not \(width)")
    }
  }

  /// Writes it to a run's folder.
  func write(in folder: URL) throws(FileError) {
    try AtomicFile.write(json: self, to: folder.appending(path: RunFile.name))
  }

  /// Returns the network of a stage, by its weight file.
  func encoder(of weights: URL) -> any ImageEncoder {
    network.encoder(width: width).pooling(pooling).fitted(to: weights.path)
  }

  /// Returns the branch with that name; by default the last one trained on all labels, or on the most.
  func branch(named name: String?) throws(Arguments.Refusal) -> Branch {
    let names = branches.map(\.name).joined(separator: ", ")
    guard let last = branches.last(where: { !$0.name.hasSuffix("of labels") }) ?? branches.last else {
      throw Arguments.Refusal(description: "The run has no classifier to predict with.")
    }
    guard let name else { return last }
    guard let branch = branches.first(where: { $0.name == name }) else {
      throw Arguments.Refusal(description: "--branch knows \(names), not \"\(name)\".")
    }
    return branch
  }
}
