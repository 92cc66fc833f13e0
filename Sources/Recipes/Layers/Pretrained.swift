import Foundation

/// Layers whose variables start from the tensors of a weight file instead of random numbers.
///
///     let encoder = ResNet(.resNet50, width: 4).pretrained("simclr.safetensors", normalization: .imagenet)
///
/// The names and shapes of the parameters are those of the layers alone. A stage that comes after another takes over
/// the other's weights, which has started from the file already.
///
/// The file is a safetensors file with PyTorch's names and layouts. This makes one of a `.pth` file of torchvision's,
///
///     python3 -c "import torch, safetensors.torch as s; s.save_file({k: v.contiguous() for k, v in \
///       torch.load('in.pth', weights_only=True, map_location='cpu').items()}, 'out.safetensors')"
///
/// and `torch.load(...)['state_dict'].items()` in its place one of a checkpoint that keeps its weights under that
/// name.
public struct Pretrained: Layer {
  let layers: any Layer
  let weights: String
  let normalization: Normalization?
  let prefix: PrefixMap
  let ignoring: [String]
  public let location: SourceLocation?

  public var isTransparent: Bool { true }

  public var parts: [any Checkable] { [layers] }

  public var problems: [SettingProblem] {
    Check.that(!weights.isEmpty, "weights", weights, mustBe: "the path of a file")
    if let normalization { normalization.problems }
  }

  public func apply(to x: Tensor) -> Tensor {
    let graph = x.graph
    let stored: SafeTensors
    do throws(WeightsError) {
      stored = try SafeTensors.read(URL(filePath: weights))
    } catch {
      return refused(x, expected: "a safetensors file", found: error.description)
    }
    guard let normalization = normalization ?? Normalization(stored.metadata) else {
      return refused(
        x,
        expected: "what the images are to be normalised by, normalization: .imagenet for torchvision's "
          + "weights or .identity for images as they are",
        found: "none given, and \(weights) does not say")
    }
    let first = graph.variables.count
    let y = layers(normalization == .identity ? x : Normalize(normalization)(x))
    match(Array(graph.variables[first...]), with: stored, on: graph)
    return y
  }

  // Tells the graph where the variables start from, or why they cannot.
  private func match(_ variables: [Variable], with stored: SafeTensors, on graph: Graph) {
    let place = graph.path.isEmpty ? 0 : graph.path.count + 1
    let shapes = variables.map {
      (path: String($0.path.dropFirst(place)), shape: TorchLayout(of: $0).torchShape.dimensions)
    }
    let match = PretrainedMatch(shapes, in: stored, prefix: prefix, ignoring: ignoring)
    if let mismatch = match.mismatch(prefix: prefix, known: stored.names) {
      let ignored = ignoring.isEmpty ? "" : " and no others but those of \(ignoring.joined(separator: ", "))"
      _ = graph.report(
        ShapeError(
          "The layers cannot start from the weights in \(weights).",
          expected: "their \(shapes.count) tensors by name and shape\(ignored)", found: mismatch))
    }
    var notes = match.ignored.map {
      "\(weights) also holds \($0.layer) (\($0.tensors) tensors), which the layers do without."
    }
    if match.others > 0 {
      notes.append(
        "\(weights) also holds \(match.others) tensors whose names do not begin with \(prefix.text); they are "
          + "left out.")
    }
    let names = zip(variables, match.names).map { ($0.path, $1.name) }
    graph.annotate(
      PretrainedVariables(names: Dictionary(uniqueKeysWithValues: names), stored: stored, notes: notes))
  }

  private func refused(_ x: Tensor, expected: String, found: String) -> Tensor {
    _ = x.graph.report(
      ShapeError(
        "The layers cannot start from the weights in \(weights).", expected: expected, found: found))
    return layers(x)
  }
}

extension Layer {
  /// These layers with their variables starting from the tensors of a weight file.
  ///
  /// All variables have to be in the file with their shapes, and the file may hold nothing else but what is named in
  /// `ignoring`, tensors whose names do not begin with `prefix`, and PyTorch's `num_batches_tracked`. Building a
  /// graph reports everything that is missing, misshaped or extra at once.
  ///
  /// - Parameters:
  ///   - weights: The path of a safetensors file with PyTorch's names and layouts; see ``Pretrained`` for how to make
  ///     one.
  ///   - normalization: What is done to the images first; what the file says if none is given.
  ///   - prefix: What the names in the file begin with before those of these layers.
  ///   - ignoring: Layers of the file that these may do without, by the first part of their path: as a rule
  ///     torchvision's head and this package's.
  public func pretrained(
    _ weights: String, normalization: Normalization? = nil, prefix: PrefixMap = "",
    ignoring: [String] = ["fc", "projection"], file: StaticString = #fileID, line: Int = #line
  ) -> Pretrained {
    Pretrained(
      layers: self, weights: weights, normalization: normalization, prefix: prefix, ignoring: ignoring,
      location: SourceLocation(file: file, line: line))
  }
}
