import Foundation

/// A model card (Mitchell et al. 2019) of an exported classifier: what it takes and returns, what it was
/// trained on, and what it scored.
struct ModelCard {
  /// The card as Markdown, with the metadata of the Hugging Face hub in front.
  let text: String

  init(config: TimmConfig, notes: ClassifierNotes, results: Results?, branch: String?) {
    text = [
      ModelCard.head, ModelCard.use(config, notes), ModelCard.data(results?.run),
      ModelCard.figures(results, branch),
    ].joined(separator: "\n")
  }

  private static let head = """
    ---
    library_name: timm
    tags:
    - image-classification
    - timm
    ---
    # An image model trained with Loupe \(Loupe.version)

    """

  private static func use(_ config: TimmConfig, _ notes: ClassifierNotes) -> String {
    let images = config.images
    let returned =
      config.labels.isEmpty
      ? "features, `[N, \(config.features)]`"
      : "logits of \(config.labels.count) classes, `[N, \(config.labels.count)]`: softmax gives probabilities"
    let mirrored =
      notes.averagesFlips && !config.labels.isEmpty
      ? " The run averaged the probabilities of an image and of its three mirror images; the model does not."
      : ""
    let prepared =
      notes.preparation?.shorterSide.map {
        " Larger photographs were reduced to \($0) pixels along the shorter side first."
      } ?? ""
    return """
      ## Use

      ```python
      import timm
      model = timm.create_model("local-dir:FOLDER", pretrained=True).eval()
      ```

      Architecture: `\(config.architecture)`. It takes images of \(images.inputSize[0]) channels and \
      \(images.inputSize[1])x\(images.inputSize[2]) pixels, `[N, \(images.inputSize[0]), \(images.inputSize[1]), \
      \(images.inputSize[2])]`, with values in 0 to 1 less the mean \(images.mean) and over the deviation \
      \(images.deviation), and returns \(returned).\(mirrored)

      Of a photograph, rotated by its EXIF orientation, the image is the center square of \(images.cropShare) of the shorter \
      side, resized bilinearly with antialiasing.\(prepared)

      """
  }

  private static func data(_ run: RunRecord?) -> String {
    guard let run else { return "" }
    let splits = run.data.splits.map {
      "| \($0.split) | \($0.patients) | \($0.photographs) | \($0.labelled.reduce(0, +)) |"
    }
    let stages = run.stages.map {
      "- \($0.title): \($0.input), \($0.parameters) trained parameters"
        + ($0.isMixed ? ", trained in mixed precision (bfloat16)" : "")
    }
    return """
      ## Training

      Pipeline `\(run.pipeline)`, \(run.began) to \(run.ended), on \(run.host.processor); \(run.made).

      \(stages.joined(separator: "\n"))

      | split | patients | photographs | with a label |
      |---|---|---|---|
      \(splits.joined(separator: "\n"))

      Classes: \(run.data.classes.joined(separator: ", ")).

      """
  }

  private static func figures(_ results: Results?, _ branch: String?) -> String {
    guard let results, let scored = results.branches.first(where: { $0.name == branch }) else { return "" }
    func text(_ number: Double) -> String { String(format: "%.3f", number) }
    let rows = MetricKind.all.compactMap { metric -> String? in
      guard let interval = scored[metric]?.interval else { return nil }
      return "| \(metric.title) | \(text(interval.value)) | \(text(interval.low)) to \(text(interval.high)) |"
    }
    return """
      ## Evaluation

      On the test patients of the run, with mirror images averaged if the run did so. Intervals are of 95 %, from \
      resampling patients.

      | metric | value | interval |
      |---|---|---|
      \(rows.joined(separator: "\n"))

      These figures are of patients like those of the run. Measure again before use on others; this is not a medical device.

      """
  }
}
