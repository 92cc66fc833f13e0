import Recipes

extension Arguments {
  /// The prefix of the names in the weight file.
  var prefixOfNames: PrefixMap? { prefix.map { PrefixMap(stringLiteral: $0) } }

  /// Returns the network with the settings that its weight file decides.
  ///
  /// - Throws: `Refusal` if the file has another patch than asked for, or the network takes no images of the
  ///   size.
  func chosenEncoder() throws(Refusal) -> any ImageEncoder {
    let size = sizeInEffect
    var network = networkInEffect.encoder(width: width, patch: patch ?? Network.usualPatch, size: size)
    if let file = encoder ?? weights {
      network = network.fitted(to: file, prefix: prefixOfNames)
      if let patch, networkInEffect.family == .transformer, network.imageMultiple != patch {
        throw Refusal(
          description: "--patch \(patch) is not that of \(file), \(network.imageMultiple); leave it out.")
      }
    }
    network = network.pooling(pooling)
    let multiple = network.imageMultiple
    guard size % multiple == 0 else {
      let smaller = size / multiple * multiple
      let sizes = (smaller > 0 ? ["\(smaller)"] : []) + ["\(smaller + multiple)"]
      throw Refusal(
        description:
          "--size \(size) is no multiple of \(multiple), the pixels of a patch of \(networkInEffect.rawValue); "
          + "give \(sizes.listed("or")).")
    }
    return network
  }
}

extension ImageEncoder {
  /// Returns a vision transformer with the given pooling; any other encoder, or for nil, unchanged.
  func pooling(_ pooling: VisionTransformer.Pooling?) -> any ImageEncoder {
    guard let pooling, var transformer = self as? VisionTransformer else { return self }
    transformer.pooling = pooling
    return transformer
  }
}
