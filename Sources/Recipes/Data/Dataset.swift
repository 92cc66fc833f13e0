import Foundation

/// Photographs of patients, some of them labelled, with each patient in one split.
///
/// An unreadable photograph is recorded in `damaged` and skipped: in training another one replaces it, and
/// evaluations omit it. `strict()` makes it an error.
public struct Dataset: Sendable {
  /// All photographs. Batches and pairs consist of indices into this array.
  public let photographs: [Photograph]
  /// The split of each photograph, in the order of `photographs`.
  public let splits: [Split]
  /// The names of the classes; a label is an index into them.
  public let classes: [String]
  /// The number of channels of every photograph.
  public let channels: Int
  /// An identifier of the pixels that are not in memory, such as the hash of a manifest.
  public let source: String
  /// The preprocessing of photographs.
  private(set) var preparation: Preparation
  /// The disk cache of photographs in files.
  public private(set) var cache: ImageCache?
  /// Whether an unreadable photograph is an error.
  public private(set) var isStrict: Bool
  /// The unreadable photographs found so far.
  public private(set) var damaged = DamagedPhotographs()
  private let contentHash: String
  private let copies: [PhotographCopy]

  /// Creates a dataset with all its patients in the training split; `split(seed:validation:test:)` divides
  /// them.
  ///
  /// - Parameters:
  ///   - photographs: The photographs, with distinct ids.
  ///   - classes: The names of the classes, empty if nothing is labelled.
  ///   - channels: The number of channels of every photograph.
  ///   - source: An identifier of the pixels that are not in memory: the hash of a manifest, or the name,
  ///     version and seed of a generator. Pixels in memory are hashed themselves.
  /// - Throws: `DataError` if there are no photographs, an id is duplicated, a patient is missing or a label
  ///   is not a class index.
  public init(
    _ photographs: [Photograph], classes: [String], channels: Int = 3, source: String
  ) throws(DataError) {
    let splits = [Split](repeating: .train, count: photographs.count)
    try self.init(photographs, splits: splits, classes: classes, channels: channels, source: source)
  }

  /// Creates a dataset with given splits, checked for patients in two of them.
  ///
  /// - Parameters:
  ///   - train: The photographs to train on.
  ///   - validation: The photographs to choose settings on.
  ///   - test: The photographs to evaluate on.
  ///   - classes: The names of the classes; a label is an index into them.
  ///   - channels: The number of channels of every photograph.
  ///   - source: An identifier of the pixels that are not in memory, such as the hash of a manifest.
  /// - Throws: `DataError` for the reasons above, or if a patient has photographs in more than one split; the
  ///   error names the patients and the splits.
  public init(
    train: [Photograph], validation: [Photograph] = [], test: [Photograph] = [], classes: [String],
    channels: Int = 3, source: String
  ) throws(DataError) {
    let splits =
      [Split](repeating: .train, count: train.count)
      + [Split](repeating: .validation, count: validation.count)
      + [Split](repeating: .test, count: test.count)
    try self.init(
      train + validation + test, splits: splits, classes: classes, channels: channels, source: source)
  }

  init(
    _ photographs: [Photograph], splits: [Split], classes: [String], channels: Int, source: String,
    copies: [PhotographCopy] = [], preparation: Preparation = Preparation(shorterSide: nil),
    cache: ImageCache? = nil, isStrict: Bool = false
  ) throws(DataError) {
    try Dataset.check(photographs, classes: classes)
    try Dataset.checkLeaks(photographs, splits, copies)
    self.copies = copies
    self.photographs = photographs
    self.splits = splits
    self.classes = classes
    self.channels = channels
    self.source = source
    self.preparation = preparation
    self.cache = cache
    self.isStrict = isStrict
    contentHash = Dataset.hash(photographs, splits, classes, channels, source)
  }

  /// Sixteen hexadecimal digits that depend on all photographs, patients, labels, splits, classes, `source`
  /// and the preprocessing. A finished stage is reused if they are unchanged.
  ///
  /// Photographs in files contribute their current size and modification time, or that they are missing or
  /// unreadable: some seconds for a million on a local disk.
  public var fingerprint: String {
    var hash = ContentHash()
    hash.combine(contentHash)
    hash.combine(preparation.version)
    hash.combine(preparation.shorterSide ?? 0)
    for photograph in photographs {
      guard case .file(let file) = photograph.content.origin else { continue }
      file.withUnsafeFileSystemRepresentation { hash.combine($0.flatMap(FileStamp.init(readable:))) }
    }
    return hash.text
  }

  /// The names of the photographs' attributes, sorted: the other columns of a manifest.
  var columns: [String] { Set(photographs.lazy.flatMap(\.attributes.keys)).sorted() }

  /// Returns the dataset with photographs reduced to a shorter side of at most this many pixels, with 8 bits
  /// per value.
  ///
  /// - Parameter shorterSide: The shorter side in pixels; smaller photographs stay as they are.
  public func reduced(toShorterSide shorterSide: Int) -> Dataset {
    contract(shorterSide > 0, "a shorter side of \(shorterSide) pixels: it is positive")
    var dataset = self
    dataset.preparation = Preparation(shorterSide: shorterSide)
    dataset.cache = nil
    return dataset
  }

  /// Returns the dataset with photographs reduced as by ``reduced(toShorterSide:)``, and with those in files
  /// cached in a folder, which is created. The cache does not change the fingerprint. Features of photographs
  /// by encoders that are not trained are kept in it, too.
  ///
  /// - Parameters:
  ///   - folder: The folder of the cache.
  ///   - shorterSide: The shorter side in pixels; smaller photographs stay as they are.
  public func cached(in folder: URL, shorterSide: Int) -> Dataset {
    var dataset = reduced(toShorterSide: shorterSide)
    dataset.cache = ImageCache(folder: folder, shorterSide: shorterSide, channels: channels)
    return dataset
  }

  /// Returns the dataset with unreadable photographs as errors.
  public func strict() -> Dataset {
    var dataset = self
    dataset.isStrict = true
    return dataset
  }

  /// Returns the dataset with a separate list of damaged photographs, which starts with the current one.
  func listingDamageAnew() -> Dataset {
    var dataset = self
    dataset.damaged = DamagedPhotographs(goingOnFrom: damaged)
    return dataset
  }

  /// The first patient of each group that must be in one split, by patient.
  var companions: [String: String] { Companions(photographs, copies).first }

  /// Returns the dataset with other photographs and splits, and the same settings.
  func with(_ photographs: [Photograph], splits: [Split]) throws(DataError) -> Dataset {
    try Dataset(
      photographs, splits: splits, classes: classes, channels: channels, source: source, copies: copies,
      preparation: preparation, cache: cache, isStrict: isStrict)
  }

  private static func check(_ photographs: [Photograph], classes: [String]) throws(DataError) {
    guard !photographs.isEmpty else { throw .noPhotographs }
    var ids: Set<String> = []
    for photograph in photographs {
      guard ids.insert(photograph.id).inserted else { throw .duplicateID(photograph.id) }
      guard !photograph.patient.isEmpty else { throw .missingPatient(photograph: photograph.id) }
      if let label = photograph.label, !classes.indices.contains(label) {
        throw .labelOutOfRange(photograph: photograph.id, label: label, classes: classes.count)
      }
    }
  }

  private static func hash(
    _ photographs: [Photograph], _ splits: [Split], _ classes: [String], _ channels: Int, _ source: String
  ) -> String {
    var hash = ContentHash()
    hash.combine(source)
    hash.combine(channels)
    hash.combine(classes.count)
    for name in classes { hash.combine(name) }
    for (photograph, split) in zip(photographs, splits) {
      hash.combine(photograph.id)
      hash.combine(photograph.patient)
      hash.combine(photograph.label ?? -1)
      hash.combine(split.rawValue)
      if case .pixels(let image) = photograph.content { hash.combine(image) }
    }
    return hash.text
  }
}
