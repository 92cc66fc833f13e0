import Foundation
import Ops

extension Audit {
  /// Audits a dataset by an encoder in a weight file, and writes what it finds to a folder.
  ///
  ///     let findings = try Audit().run(
  ///       encoder, weights: run.appending(path: "simclr.safetensors"), on: dataset, size: 64,
  ///       output: run.appending(path: "audit"))
  ///
  /// - Parameters:
  ///   - encoder: The encoder that the run trained, without its original weight file.
  ///   - file: The weight file of one of the run's stages.
  ///   - dataset: The photographs, with patients, splits and labels.
  ///   - size: The side of the center crops in pixels: that of the run.
  ///   - folder: The folder for the files of the audit; see ``AuditFiles``.
  ///   - withPhotographs: Whether `gallery.json` has small pictures of photographs.
  ///   - workers: The threads.
  /// - Throws: `WeightsError` if the weight file cannot be read or is damaged; `RunError` if it has another
  ///   encoder; `DataError` if no photograph can be read, or one of a strict dataset cannot; `AuditError`;
  ///   `FileError`.
  @discardableResult
  public func run(
    _ encoder: some Layer, weights file: URL, on dataset: Dataset, size: Int, output folder: URL,
    withPhotographs: Bool = true, workers: Workers = .shared
  ) throws -> AuditFindings {
    try Check.run(Check.count("size", size, atMost: PipelinePlan.largestSize))
    let stored = try SafeTensors.read(file)
    if try stored.isIntact == false { throw WeightsError.damaged(file: file.path) }
    let network = try InferenceNetwork(
      [encoder], of: stored, in: file, size: size, channels: dataset.channels, workers: workers)
    return try run(
      by: network, on: dataset, size: size, output: folder, withPhotographs: withPhotographs,
      workers: workers)
  }

  /// Audits a dataset by an encoder with its weights, and writes what it finds.
  func run(
    by network: InferenceNetwork, on dataset: Dataset, size: Int, output folder: URL, withPhotographs: Bool,
    workers: Workers
  ) throws -> AuditFindings {
    let count = dataset.photographs.count
    try SystemMemory.current.require(
      bytes(photographs: count, columns: network.columns),
      for: "Comparing \(count) photographs by \(network.columns) features each")
    let encoded = try EncodedPhotographs(dataset, by: network, size: size, for: self, workers: workers)
    let photographs = encoded.indices.map { dataset.describedForAudit(at: $0) }
    let findings = try findings(in: encoded.features, of: photographs, workers: workers)
    let files = AuditFiles(in: folder)
    try files.write(findings)
    let gallery =
      withPhotographs
      ? AuditGallery(of: findings, in: dataset, at: encoded.indices) : AuditGallery(pictures: [:])
    try AtomicFile.write(JSONEncoder.stable.encode(gallery), to: files.gallery)
    let features = encoded.features
    let shape = [features.count, features.dimensions]
    try SafeTensors.write([NamedTensor("features", shape: shape, features.values)], to: files.features)
    return findings
  }
}

extension Dataset {
  /// Returns a photograph's description in an audit.
  fileprivate func describedForAudit(at index: Int) -> AuditFindings.Photograph {
    let photograph = photographs[index]
    return .init(
      id: photograph.id, patient: photograph.patient, split: splits[index],
      label: photograph.label.map { classes[$0] })
  }

  /// Returns the dataset with all photographs in the training split, and without labels: for an encoder that
  /// is trained to audit them, and should depend on neither.
  public func pooled() throws(DataError) -> Dataset {
    try with(
      photographs.map(\.unlabelled), splits: [Split](repeating: .train, count: photographs.count))
  }
}
