import Foundation

/// A trained network as a folder that timm loads, a library of image models for PyTorch
/// (https://github.com/huggingface/pytorch-image-models):
///
///     try TimmFolder(ResNet(.resNet50), weights: run.appending(path: "micle.classifier.safetensors"))
///       .write(to: URL(filePath: "skin-timm"))
///
///     model = timm.create_model("local-dir:skin-timm", pretrained=True)
///
/// It holds `config.json`, `model.safetensors` and a model card, `README.md`. The model returns logits for
/// normalized images, `[N, channels, size, size]`; decoding, the crop and the mean over mirror images are
/// outside, and the card states them.
public struct TimmFolder {
  private let config: TimmConfig
  private let tensors: [NamedTensor]
  private let card: ModelCard

  /// Reads a classifier of a run.
  ///
  /// - Parameters:
  ///   - encoder: The encoder that the run trained: one that timm has, such as a `ResNet` with the ImageNet
  ///     stem or a `VisionTransformer`.
  ///   - file: The classifier's weight file.
  ///   - results: The results of the run, for the figures of the model card; nil for none.
  ///   - branch: The classifier's name in the results.
  ///   - isEncoderAlone: Whether the head is left out; the model then returns features, `[N, features]`.
  /// - Throws: ``ExportError`` if timm has no such network; ``WeightsError`` if the file cannot be read or is
  ///   damaged; ``RunError`` if it does not belong to a classifier or has another encoder.
  public init(
    _ encoder: some ImageEncoder, weights file: URL, results: Results? = nil, branch: String? = nil,
    isEncoderAlone: Bool = false
  ) throws {
    guard let model = encoder.timm else { throw ExportError.notInTimm }
    let classifier = try StoredClassifier(file)
    let (stored, notes) = (classifier.stored, classifier.notes)
    let graph = GraphBuilder(mode: .inference)
    let layers: [any Layer] =
      isEncoderAlone ? [encoder] : [encoder, ClassificationHead(classes: notes.classes.count)]
    _ = LayerSequence(layers).atRoot(graph.input("images", [1, notes.size, notes.size, notes.channels]))
    try graph.validate()
    guard let weights = try StageWeights(stored, of: graph.contents) else {
      throw RunError.otherNetwork(file: file.path)
    }
    tensors = weights.tensors(of: graph.variables).map { tensor in
      ClassificationHead.parameter(of: tensor.name).map {
        NamedTensor("\(model.classifier).\($0)", shape: tensor.shape, tensor.values)
      } ?? tensor
    }
    let normalization = Normalization(stored.metadata) ?? .identity
    config = TimmConfig(
      model, features: encoder.features, classes: isEncoderAlone ? [] : notes.classes,
      channels: notes.channels, size: notes.size, normalization: normalization)
    card = ModelCard(config: config, notes: notes, results: results, branch: branch)
  }

  /// Writes the folder, which is made if it is not there.
  ///
  /// - Parameter folder: The folder, whose files of these names are replaced.
  /// - Throws: ``FileError`` if it cannot be written.
  public func write(to folder: URL) throws {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw FileError.unwritable(file: folder.path, reason: FileError.reason(of: error))
    }
    try SafeTensors.write(
      tensors, metadata: ["format": "pt"], to: folder.appending(path: "model.safetensors"))
    try AtomicFile.write(card.text, to: folder.appending(path: "README.md"))
    try AtomicFile.write(json: config, to: folder.appending(path: "config.json"))
  }
}
