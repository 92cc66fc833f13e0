import Ops

/// The note of a weight file that its network's max pools are padded as in TensorFlow (`SAME`), as the
/// weights alone do not tell.
enum SamePadding {
  /// The metadata to write.
  static let metadata = ["loupe.padding": "same"]

  /// Returns whether a file's metadata have the note.
  static func isStated(in metadata: [String: String]) -> Bool { metadata["loupe.padding"] == "same" }
}

extension ResNet {
  /// Returns this network with its stem's pool padded as a weight file states: as in TensorFlow for a
  /// checkpoint of google-research/simclr and for a run that started from one.
  ///
  /// - Parameter outline: The names, shapes and metadata in the file.
  public func fitted(to outline: WeightOutline) -> ResNet {
    guard stem == .imagenet, SamePadding.isStated(in: outline.metadata) else { return self }
    var padded = self
    padded.stem = .tensorflow
    return padded
  }
}

extension [Node] {
  /// Whether every max pool is padded as in TensorFlow; also if there is none.
  var hasSamePadding: Bool { maxPools.allSatisfy { $0.window == $0.same } }

  /// Whether a max pool is padded as in TensorFlow and not alike on both sides.
  var needsSamePadding: Bool { maxPools.contains { $0.window == $0.same && $0.isUneven } }

  /// Returns whether the max pools are padded as a weight file states, or as it does not.
  func isPadded(asStatedIn metadata: [String: String]) -> Bool {
    SamePadding.isStated(in: metadata) ? hasSamePadding : !needsSamePadding
  }

  // The windows of max pools, and the same windows with TensorFlow's padding for their images.
  private var maxPools: [(window: Window, same: Window, isUneven: Bool)] {
    compactMap { node in
      guard let window = (node.operation as? MaxPool2D)?.window else { return nil }
      let images = self[node.operands[0]].type.shape
      let same = Window.same(
        window.height.kernel, stride: window.height.stride, height: images[1], width: images[2])
      let isUneven = [window.height, window.width].contains { $0.padding != $0.paddingAfter }
      return (window, same, isUneven)
    }
  }
}
