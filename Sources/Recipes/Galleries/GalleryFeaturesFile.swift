import Foundation

/// The features of the photographs in a run's gallery, for the projector of TensorBoard and for other
/// programs: a safetensors file beside the gallery with a tensor `features`, `[photographs, dimensions]`, in
/// the order of the gallery.
struct GalleryFeaturesFile {
  /// The name of the file.
  static let name = "gallery.features.safetensors"
  private static let tensor = "features"
  private static let identityKey = "loupe.gallery"

  let url: URL

  /// The file in the folder of a run.
  init(in folder: URL) { url = folder.appending(path: GalleryFeaturesFile.name) }

  /// Writes the features of the gallery with an identity.
  func write(_ features: Features, of identity: String) throws {
    let shape = [features.count, features.dimensions]
    try SafeTensors.write(
      [NamedTensor(GalleryFeaturesFile.tensor, shape: shape, features.values)],
      metadata: [GalleryFeaturesFile.identityKey: identity], to: url)
  }

  /// Whether it has the features of a gallery.
  func belongs(to gallery: Gallery) -> Bool { (try? read(for: gallery)) != nil }

  /// Reads the features of a gallery.
  ///
  /// - Throws: `WeightsError` or `FileError` if the file cannot be read or is not of this gallery.
  func read(for gallery: Gallery) throws -> Features {
    let stored = try SafeTensors.read(url)
    let tensor = try stored.tensor(named: GalleryFeaturesFile.tensor)
    guard stored.metadata[GalleryFeaturesFile.identityKey] == gallery.identity, tensor.shape.count == 2,
      tensor.shape[0] == gallery.photographs.count, tensor.shape[1] > 0
    else {
      throw FileError.unreadable(file: url.path, reason: "it is of another gallery")
    }
    return try Features(tensor.floats, dimensions: tensor.shape[1])
  }
}
