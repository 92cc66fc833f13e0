/// Square patches of images `[N, H, W, C]` as tokens `[N, (H / patch) (W / patch), channels]`: a linear map
/// of each patch's pixels, `proj`.
public struct PatchEmbedding: Layer {
  let channels: Int
  let patch: Int
  @Incidental public private(set) var location: SourceLocation?

  /// Creates an embedding of patches.
  ///
  /// - Parameters:
  ///   - channels: The number of channels of a token.
  ///   - patch: The side of a patch in pixels, a divisor of the images' height and width.
  ///   - file: The file that errors name, by default that of the call.
  ///   - line: The line that errors name, by default that of the call.
  public init(_ channels: Int, patch: Int, file: StaticString = #fileID, line: Int = #line) {
    self.channels = channels
    self.patch = patch
    location = SourceLocation(file: file, line: line)
  }

  public var problems: [SettingProblem] {
    Check.count("channels", channels)
    Check.count("patch", patch)
  }

  public func apply(to x: Tensor) -> Tensor {
    guard x.shape.rank == 4, x.shape[1] % patch == 0, x.shape[2] % patch == 0 else {
      return x.graph.report(
        ShapeError(
          "Images are cut into whole patches.", expected: "[N, H, W, C], H and W multiples of \(patch)",
          found: "\(x.shape)"))
    }
    let maps = Conv2D(channels, kernel: patch, stride: patch, padding: 0, bias: true).named("proj")(x)
    return maps.reshaped(to: [x.shape[0], maps.shape[1] * maps.shape[2], channels])
  }
}
