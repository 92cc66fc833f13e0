import Foundation

/// A disk cache of decoded and reduced images, so that later epochs and runs decode nothing.
///
/// An image is reduced to a shorter side of at most `shorterSide` pixels, cropped to its middle if it is more
/// than 8 times as long as it is wide, and stored with 8 bits per value. The first use returns the same
/// pixels as later ones. An image is decoded again if the file's size or modification time has changed, or
/// its cached pixels are damaged.
///
/// The folder contains chunks of pixels, and an index of records with checksums; caches with other settings
/// have separate files in it. One process at a time writes; others use the contents at the time they opened
/// it. If nothing can be stored, images are decoded each time and `limitation` says why.
public final class ImageCache: Sendable {
  /// The folder of the files.
  public let folder: URL
  /// The largest shorter side of an image, in pixels.
  public let shorterSide: Int
  /// The number of channels of an image.
  public let channels: Int
  private let store: CacheStore

  /// Opens the cache in a folder, which is created if necessary. Problems with the folder are not errors.
  ///
  /// - Parameters:
  ///   - folder: The folder of the files.
  ///   - shorterSide: The largest shorter side of an image, in pixels.
  ///   - channels: The number of channels of an image.
  public convenience init(folder: URL, shorterSide: Int, channels: Int = 3) {
    self.init(folder: folder, shorterSide: shorterSide, channels: channels, chunkBytes: 1 << 30)
  }

  init(folder: URL, shorterSide: Int, channels: Int, chunkBytes: Int) {
    contract(shorterSide > 0 && channels > 0, "a picture of \(shorterSide) pixels, \(channels) channels")
    self.folder = folder
    self.shorterSide = shorterSide
    self.channels = channels
    store = CacheStore(
      .images(in: folder, shorterSide: shorterSide, channels: channels, chunkBytes: chunkBytes),
      of: .pictures)
  }

  /// Why new images are not stored, in one sentence, or nil if they are.
  public var limitation: String? { store.limitation }

  /// The number of cached images.
  public var count: Int { store.count }

  /// The bytes of disk space that are left free.
  var reserve: Int { store.reserve }

  /// Stores images only while the disk has this many bytes free, such as for a run's weights.
  func leaveFree(_ bytes: Int) { store.leaveFree(bytes) }

  /// Returns the image in a file, `[H, W, channels]`, reduced.
  ///
  /// - Parameter file: The file of the original photograph.
  /// - Throws: The errors of `Image(file:channels:shorterSide:)`, or `FileError` if the file does not exist.
  public func image(of file: URL) throws -> Image {
    let path = file.path
    let source = try FileStamp(of: path)
    let key = CacheKey(path)
    if let known = store.block(key, of: source) {
      return EightBitImage(
        width: known.width, height: known.height, channels: channels, bytes: known.bytes
      ).image
    }
    let image = try Preparation(shorterSide: shorterSide).image(of: file, channels: channels)
    let small = EightBitImage(image)
    store.store(.init(width: small.width, height: small.height, bytes: small.bytes), key, of: source)
    return image
  }
}
