import Foundation

/// The preprocessing of photographs before views and center crops: the same for files and images in memory,
/// in training, scoring and prediction.
///
/// A photograph is decoded, rotated upright, cropped to its middle if it is more than ``largestAspect`` times
/// as long as it is wide, and reduced: to the shorter side, if there is one, and to ``largestPixelCount``.
/// With a shorter side its values are rounded to 8 bits, as the cache stores them.
struct Preparation: Codable, Equatable, Sendable {
  /// The version of the preprocessing; it changes whenever the resulting pixels do.
  static let currentVersion = 1
  /// The largest ratio of the longer to the shorter side after cropping.
  static let largestAspect = 8
  /// The largest number of pixels, that of the largest square view.
  static let largestPixelCount = 4096 * 4096

  /// The version of the preprocessing.
  let version: Int
  /// The largest shorter side, in pixels; nil for no limit.
  let shorterSide: Int?

  /// Returns the preparation that a weight file states, if it is this version's.
  ///
  /// - Parameters:
  ///   - stated: The preparation in the file's metadata; nil if there is none.
  ///   - file: The weight file.
  /// - Throws: `RunError.otherPreparation`.
  static func current(_ stated: Preparation?, in file: URL) throws(RunError) -> Preparation {
    guard let stated, stated.version == currentVersion else { throw .otherPreparation(file: file.path) }
    return stated
  }

  init(shorterSide: Int?) {
    version = Preparation.currentVersion
    self.shorterSide = shorterSide
  }

  /// Returns the preprocessed photograph in a file, `[H, W, channels]`.
  func image(of file: URL, channels: Int) throws(ImageError) -> Image {
    let encoded = try Image.encoded(FileBytes.all(of: file))
    let rows = try encoded.decoded(atLeast: decodedSide(width: encoded.width, height: encoded.height))
    return try rounded(reduced(rows).withChannels(channels))
  }

  /// Returns the prepared pixels of a photograph in memory, `[H, W, channels]`.
  func image(of photograph: Image, channels: Int) throws(ImageError) -> Image {
    try rounded(reduced(photograph).withChannels(channels))
  }

  /// Returns the prepared pixels of a photograph in memory, with its own channels.
  func image(of photograph: Image) -> Image { rounded(reduced(photograph)) }

  /// Crops and reduces; idempotent.
  private func reduced(_ rows: some PixelRows) -> Image {
    let box = middle(width: rows.width, height: rows.height)
    let (width, height) = size(of: box)
    if let image = rows as? Image, (width, height) == (image.width, image.height) { return image }
    return rows.reduced(box, height: height, width: width)
  }

  private func rounded(_ image: Image) -> Image { shorterSide == nil ? image : EightBitImage(image).image }

  /// Returns the smallest shorter side to decode an image at: twice that of the result.
  func decodedSide(width: Int, height: Int) -> Int {
    let kept = size(of: middle(width: width, height: height))
    return 2 * min(kept.width, kept.height)
  }

  private func middle(width: Int, height: Int) -> PixelBox {
    let longest = Preparation.largestAspect * min(width, height)
    let (keptWidth, keptHeight) = (min(width, longest), min(height, longest))
    return PixelBox(
      top: (height - keptHeight) / 2, left: (width - keptWidth) / 2, height: keptHeight, width: keptWidth)
  }

  private func size(of box: PixelBox) -> (width: Int, height: Int) {
    let shorter = min(box.width, box.height)
    func size(shorterSide side: Int) -> (width: Int, height: Int) {
      func length(_ length: Int) -> Int {
        max(1, Int((Double(length) * Double(side) / Double(shorter)).rounded(.toNearestOrEven)))
      }
      return (length(box.width), length(box.height))
    }
    var side = min(shorterSide ?? shorter, shorter)
    let area = Double(Preparation.largestPixelCount) * Double(shorter) / Double(max(box.width, box.height))
    if Double(side) * Double(side) > area { side = max(1, Int(area.squareRoot())) }
    while side > 1, case let (width, height) = size(shorterSide: side),
      width * height > Preparation.largestPixelCount
    {
      side -= 1
    }
    return size(shorterSide: side)
  }
}
