import Foundation

/// A disk cache of the features of photographs in files, beside that of their pixels.
///
/// It is of one encoder: what the features depend on is in the names of its files, and those of a photograph
/// whose file has changed are computed again.
struct FeatureCache {
  /// The number of features of a photograph.
  let columns: Int
  private let store: CacheStore

  /// Opens the cache in the folder of a cache of images.
  ///
  /// - Parameters:
  ///   - images: The cache of images.
  ///   - identity: The hash of everything that the features depend on besides the photographs.
  ///   - columns: The number of features of a photograph.
  init(beside images: ImageCache, of identity: String, columns: Int) {
    self.columns = columns
    store = CacheStore(.features(in: images.folder, of: identity), of: .features)
    store.leaveFree(images.reserve)
  }

  /// Why new features are not stored, in one sentence, or nil if they are.
  var limitation: String? { store.limitation }

  /// Returns the features of a photograph's crop, if they are there and its file is unchanged.
  func features(of file: URL, _ mirroring: Mirroring) -> [Float]? {
    guard let source = try? FileStamp(of: file.path),
      let block = store.block(FeatureCache.key(file, mirroring), of: source), block.width == columns,
      block.height == 1
    else { return nil }
    return block.bytes.withUnsafeBytes { bytes in
      (0..<columns).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
    }
  }

  /// Stores the features of a photograph's crop.
  ///
  /// - Parameter source: The stamp of its file before it was read.
  func keep(_ features: [Float], of file: URL, _ source: FileStamp, _ mirroring: Mirroring) {
    let bytes = features.withUnsafeBytes { Array($0) }
    store.store(.init(width: columns, height: 1, bytes: bytes), FeatureCache.key(file, mirroring), of: source)
  }

  private static func key(_ file: URL, _ mirroring: Mirroring) -> CacheKey {
    CacheKey("\(mirroring.rawValue):\(file.path)")
  }
}
