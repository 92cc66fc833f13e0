/// timm's description of a model, `config.json`.
struct TimmConfig: Encodable {
  /// The images that a model takes, and the names of its first and last layers.
  struct Images: Encodable {
    /// Channels, height and width.
    let inputSize: [Int]
    let mean: [Double]
    let deviation: [Double]
    let classes: Int
    let interpolation = "bilinear"
    /// The side of the crop over the shorter side of the photograph.
    let cropShare = Image.scoredFraction
    let cropMode = "center"
    let firstLayer: String
    let head: String

    enum CodingKeys: String, CodingKey {
      case inputSize = "input_size", mean, deviation = "std", classes = "num_classes", interpolation
      case cropShare = "crop_pct", cropMode = "crop_mode", firstLayer = "first_conv", head = "classifier"
    }
  }

  let architecture: String
  let features: Int
  let classes: Int
  let labels: [String]
  let pool: String
  /// Arguments of the model's constructor.
  let arguments: [String: TimmModel.Argument]
  let images: Images

  enum CodingKeys: String, CodingKey {
    case architecture, features = "num_features", classes = "num_classes", labels = "label_names"
    case pool = "global_pool", arguments = "model_args", images = "pretrained_cfg"
  }

  /// Describes a model.
  ///
  /// - Parameters:
  ///   - classes: The names of the classes; empty for an encoder alone.
  init(
    _ model: TimmModel, features: Int, classes: [String], channels: Int, size: Int,
    normalization: Normalization
  ) {
    architecture = model.name
    self.features = features
    self.classes = classes.count
    labels = classes
    pool = model.pool
    arguments = model.arguments.merging(["in_chans": .count(channels)]) { $1 }
    func each(_ numbers: [Double]) -> [Double] {
      numbers.count == 1 ? Array(repeating: numbers[0], count: channels) : numbers
    }
    images = Images(
      inputSize: [channels, size, size], mean: each(normalization.mean),
      deviation: each(normalization.deviation), classes: classes.count, firstLayer: model.firstLayer,
      head: model.classifier)
  }
}
