import Foundation

/// Layers initialized from a weight file.
///
///     let encoder = ResNet(.resNet50, width: 4).pretrained("simclr.safetensors", normalization: .imagenet)
///
/// The names and shapes of the parameters are unchanged. A stage that follows another uses the other's
/// trained weights, not the file.
///
/// The file is a safetensors file, or a checkpoint that `torch.save` wrote (`.pth`, `.pt`, `.ckpt`), with
/// PyTorch's names and layouts. Of a checkpoint, dictionaries in dictionaries are joined by periods: weights
/// under `state_dict` have the prefix `state_dict.`, which is found by itself. Its pickle is read without
/// running anything in it.
///
/// Checkpoints and SavedModels of google-research/simclr are read too: their index or folder is the path, and
/// the network is a `ResNet` with the stem `.tensorflow`.
public struct Pretrained: Layer {
  let layers: any Layer
  let weights: PretrainedSource
  let normalization: Normalization?
  let prefix: PrefixMap?
  let ignoring: [String]
  @Incidental public private(set) var location: SourceLocation?

  /// Layers of weight files that an encoder does without, by the first component of their paths: the heads
  /// of torchvision, timm and this package, and the token of masked patches in DINOv2's pretraining.
  public static let heads = ["fc", "projection", "head", "classifier", "fc_norm", "mask_token"]

  public var isTransparent: Bool { true }

  public var parts: [any Checkable] { [layers] }

  public var problems: [SettingProblem] {
    Check.that(!weights.path.isEmpty, "weights", weights.path, mustBe: "the path of a file")
    if let normalization { normalization.problems }
  }

  public func apply(to x: Tensor) -> Tensor {
    let graph = x.graph
    let file: PretrainedFile
    do throws(WeightsError) {
      file = try weights.file()
    } catch {
      return refused(x, expected: "a safetensors file or a checkpoint", found: error.description)
    }
    guard let normalization = normalization ?? Normalization(file.stored.metadata) else {
      return refused(
        x,
        expected: "what the images are to be normalized by, normalization: .imagenet for torchvision's "
          + "weights or .identity for images as they are",
        found: "none given, and \(weights.path) does not say")
    }
    let first = graph.variables.count
    let y = layers(normalization == .identity ? x : Normalize(normalization)(x))
    // Layers that are applied again create no variables.
    let variables = Array(graph.variables[first...])
    if variables.isEmpty { return y }
    do throws(WeightsError) {
      try start(variables, from: file, normalizing: normalization, on: graph)
    } catch {
      return refused(x, expected: "a safetensors file or a checkpoint", found: error.description)
    }
    return y
  }

  // Initializes the variables from the file, or reports why that is impossible.
  private func start(
    _ variables: [Variable], from file: PretrainedFile, normalizing normalization: Normalization,
    on graph: GraphBuilder
  ) throws(WeightsError) {
    let place = graph.path.isEmpty ? 0 : graph.path.count + 1
    let shapes = variables.map {
      (path: String($0.path.dropFirst(place)), shape: TorchLayout(of: $0).torchShape.dimensions)
    }
    let match = try PretrainedMatch(
      shapes, of: graph.contents, at: graph.path, in: file, prefix: prefix, ignoring: ignoring)
    if let mismatch = match.mismatch {
      let ignored = ignoring.isEmpty ? "" : " and no others but those of \(ignoring.joined(separator: ", "))"
      _ = graph.report(
        ShapeError(
          "The layers cannot start from the weights in \(weights.path).",
          expected: "their \(shapes.count) tensors by name and shape\(ignored)", found: mismatch))
    }
    for (variable, names) in zip(variables, match.names) {
      graph.start(variable: variable.path, from: .stored(values(of: variable, names.name, in: file)))
    }
    var notes = match.notes(images: "images are \(normalization.words)")
    if let trained = TransformerNotes(file.stored.metadata).pooling,
      let pooling = TransformerNotes(graph.contents).pooling, pooling != trained
    {
      notes.append(
        "The weights in \(weights.path) were trained with features that are \(trained.words); here they are "
          + "\(pooling.words).")
    }
    graph.annotate(PretrainedNotes(notes: notes))
  }

  // Returns a variable's stored values, converted to this package's layout.
  private func values(of variable: Variable, _ name: String, in file: PretrainedFile) -> StoredValues {
    let layout = TorchLayout(of: variable)
    return StoredValues(identity: "\(name) of \(file.fingerprint)") {
      try layout.fromTorch(file.stored.tensor(named: name).floats)
    }
  }

  public static func == (a: Pretrained, b: Pretrained) -> Bool {
    areEqual(a.layers, b.layers) && a.weights == b.weights && a.normalization == b.normalization
      && a.prefix == b.prefix && a.ignoring == b.ignoring
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(layers)
    hasher.combine(weights.path)
    hasher.combine(ignoring)
  }

  private func refused(_ x: Tensor, expected: String, found: String) -> Tensor {
    _ = x.graph.report(
      ShapeError(
        "The layers cannot start from the weights in \(weights.path).", expected: expected, found: found))
    return layers(x)
  }
}

extension Layer {
  /// Returns these layers initialized from a weight file.
  ///
  /// Every variable must be in the file with its shape and finite values. The file must contain nothing else
  /// except: layers named in `ignoring`, tensors without `prefix`, PyTorch's `num_batches_tracked`, and, in a
  /// run's weight file, tensors that do not belong to the encoder. Building a graph reports everything that
  /// is missing, misshaped, non-finite or unexpected at once.
  ///
  /// - Parameters:
  ///   - weights: The path of a safetensors file or a checkpoint of PyTorch, with PyTorch's names and
  ///     layouts, or of a checkpoint of SimCLR; see ``Pretrained``.
  ///   - normalization: The normalization of images; by default the one recorded in the file.
  ///   - prefix: The prefix of these layers' names in the file. By default it is inferred, if exactly one
  ///     fits.
  ///   - ignoring: Layers in the file to ignore, by the first component of their paths.
  ///   - file: The file that errors name, by default that of the call.
  ///   - line: The line that errors name, by default that of the call.
  public func pretrained(
    _ weights: String, normalization: Normalization? = nil, prefix: PrefixMap? = nil,
    ignoring: [String] = Pretrained.heads, file: StaticString = #fileID, line: Int = #line
  ) -> Pretrained {
    Pretrained(
      layers: self, weights: PretrainedSource(weights), normalization: normalization, prefix: prefix,
      ignoring: ignoring,
      location: SourceLocation(file: file, line: line))
  }
}
