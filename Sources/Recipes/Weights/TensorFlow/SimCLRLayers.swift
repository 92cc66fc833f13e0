/// The convolutions of a ResNet of google-research/simclr with the normalization after each, by their keys in
/// a checkpoint, in the order in which they are applied, a block's projection first.
struct SimCLRLayers {
  /// A convolution and the normalization after it.
  struct Unit {
    /// The key of the kernels, `[kh, kw, in, out]`.
    let kernel: String
    /// The key of each parameter of the normalization by TensorFlow's name.
    let normalization: [String: String]
  }

  let units: [Unit]
  /// The object or scope that holds them.
  let scope: String

  /// TensorFlow's names of a normalization's parameters, and PyTorch's.
  static let parameters = [
    "gamma": "weight", "beta": "bias", "moving_mean": "running_mean", "moving_variance": "running_var",
  ]

  /// Finds the layers by the names that TensorFlow 1 numbers: `base_model/conv2d_12/kernel`; nil if there
  /// are none.
  init?(keys: Set<String>) {
    scope = "base_model"
    var units: [Unit] = []
    func name(_ layer: String) -> String { "base_model/\(layer)\(units.isEmpty ? "" : "_\(units.count)")" }
    while keys.contains("\(name("conv2d"))/kernel") {
      let normalization = name("batch_normalization")
      units.append(
        Unit(
          kernel: "\(name("conv2d"))/kernel",
          normalization: SimCLRLayers.parameters.keys.reduce(into: [:]) { $0[$1] = "\(normalization)/\($1)" })
      )
    }
    if units.isEmpty { return nil }
    self.units = units
  }

  /// Finds the layers by the objects of TensorFlow 2; nil if there are none.
  init?(_ graph: ObjectGraph) {
    scope = "resnet_model"
    guard let network = graph.object("model", scope),
      var layers = graph.items("initial_conv_relu_max_pool", of: network),
      let groups = graph.items("block_groups", of: network)
    else { return nil }
    for group in groups {
      for block in graph.items("layers", of: group) ?? [] {
        for list in ["projection_layers", "conv_relu_dropblock_layers", "conv2d_bn_layers"] {
          layers += graph.items(list, of: block) ?? []
        }
      }
    }
    let kernels = layers.compactMap { layer in
      graph.object("conv2d", from: layer).flatMap { graph.key("kernel", of: $0) }
    }
    let normalizations = layers.compactMap { graph.object("bn", from: $0) }
    guard !kernels.isEmpty, kernels.count == normalizations.count else { return nil }
    units = zip(kernels, normalizations).map { kernel, normalization in
      let keys = SimCLRLayers.parameters.keys.compactMap { name in
        graph.key(name, of: normalization).map { (name, $0) }
      }
      return Unit(kernel: kernel, normalization: Dictionary(keys, uniquingKeysWith: { first, _ in first }))
    }
  }

  /// Returns the key of each tensor by torchvision's name, such as `layer1.0.downsample.0.weight`.
  ///
  /// Blocks are told apart by their kernels: a projection is a 1x1 convolution of the same channels as the
  /// convolution after it; two 3x3 convolutions, or three convolutions from 1x1 to 1x1, are a block.
  ///
  /// - Parameter shape: Returns the shape of a tensor.
  /// - Throws: `TensorFlowFault` if the convolutions are not those of a ResNet.
  func names(_ shape: (String) -> [Int]?) throws(TensorFlowFault) -> [String: String] {
    var names: [String: String] = [:]
    func add(_ unit: Unit, _ convolution: String, _ normalization: String) {
      names["\(convolution).weight"] = unit.kernel
      for (name, key) in unit.normalization {
        SimCLRLayers.parameters[name].map { names["\(normalization).\($0)"] = key }
      }
    }
    var kernels: [[Int]] = []
    for unit in units {
      guard let kernel = shape(unit.kernel), kernel.count == 4,
        unit.normalization.count == 4, unit.normalization.values.allSatisfy({ shape($0) == [kernel[3]] })
      else { throw .otherNetwork(reason: "has no normalization for \(unit.kernel)") }
      kernels.append(kernel)
    }
    add(units[0], "conv1", "bn1")
    var (next, channels, stage, block) = (1, kernels[0][3], 0, 0)
    while next < units.count {
      let isProjected =
        kernels[next][0] == 1 && next + 1 < units.count && kernels[next][2] == kernels[next + 1][2]
      (stage, block) = isProjected ? (stage + 1, 0) : (stage, block + 1)
      let name = "layer\(stage).\(block)"
      if isProjected { add(units[next], "\(name).downsample.0", "\(name).downsample.1") }
      let first = isProjected ? next + 1 : next
      let sizes = kernels[first][0] == 1 ? [1, 3, 1] : [3, 3]
      let end = first + sizes.count
      guard stage > 0, kernels[next][2] == channels, end <= units.count,
        kernels[first..<end].map({ $0[0] }) == sizes
      else { throw .otherNetwork(reason: "has other layers than a ResNet at \(units[next].kernel)") }
      for place in first..<end {
        add(units[place], "\(name).conv\(place - first + 1)", "\(name).bn\(place - first + 1)")
      }
      (next, channels) = (end, kernels[end - 1][3])
    }
    return names
  }
}
