import Foundation

/// Photographs of patients, some of them labelled, each patient in one split.
///
/// A photograph that cannot be read is noted in `damaged` and passed over: another one takes its place in
/// training, and it is left out of evaluations. `strict()` makes it an error.
public struct Dataset: Sendable {
  /// All photographs. Their indices here are what batches and pairs consist of.
  public let photographs: [Photograph]
  /// The split of each photograph, in the order of `photographs`.
  public let splits: [Split]
  /// The names of the classes; a label is an index into them.
  public let classes: [String]
  /// The number of channels of every photograph.
  public let channels: Int
  /// What the pixels of photographs that are not in memory depend on, such as the hash of a manifest.
  public let source: String
  /// Where the photographs that lie in files are kept, reduced, once they have been read.
  public private(set) var cache: ImageCache?
  /// Whether a photograph that cannot be read is an error.
  public private(set) var isStrict: Bool
  /// The photographs that could not be read so far.
  public private(set) var damaged = DamagedPhotographs()
  private let contentHash: String
  private let copies: [PhotographCopy]

  /// A dataset with all its patients in the training split; `split(seed:validation:test:)` divides them.
  ///
  /// - Parameters:
  ///   - photographs: the photographs, each with an id of its own.
  ///   - classes: the names of the classes, empty if nothing is labelled.
  ///   - channels: the number of channels of every photograph.
  ///   - source: what the pixels of photographs that are not in memory depend on: the hash of a manifest, or
  ///     the name,
  ///     version and seed of a generator. Pixels in memory are hashed themselves.
  /// - Throws: `DataError` when there are no photographs, an id appears twice, a patient is missing or a
  ///   label is not the index of a class.
  public init(
    _ photographs: [Photograph], classes: [String], channels: Int = 3, source: String
  ) throws(DataError) {
    let splits = [Split](repeating: .train, count: photographs.count)
    try self.init(photographs, splits: splits, classes: classes, channels: channels, source: source)
  }

  /// A dataset whose splits are given, checked to have no patient in two of them.
  ///
  /// - Throws: `DataError` for the reasons above, or when a patient has photographs in more than one split:
  ///   the error names the patients and the splits.
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
    copies: [PhotographCopy] = [], cache: ImageCache? = nil, isStrict: Bool = false
  ) throws(DataError) {
    try Dataset.check(photographs, classes: classes)
    try Dataset.checkLeaks(photographs, splits, copies)
    self.copies = copies
    self.photographs = photographs
    self.splits = splits
    self.classes = classes
    self.channels = channels
    self.source = source
    self.cache = cache
    self.isStrict = isStrict
    contentHash = Dataset.hash(photographs, splits, classes, channels, source)
  }

  /// Sixteen hexadecimal digits that change when a photograph, patient, label, split, class, `source` or what
  /// is kept of a photograph does. A finished stage is reused on the strength of it.
  ///
  /// Photographs in files are told by size and time of modification, or that they are not there or may not be
  /// read, as they are now: some seconds for a million on a local disk.
  public var fingerprint: String {
    var hash = ContentHash()
    hash.combine(contentHash)
    hash.combine(preparation.version)
    hash.combine(preparation.shorterSide ?? 0)
    for photograph in photographs {
      guard case .file(let file) = photograph.content else { continue }
      file.withUnsafeFileSystemRepresentation { hash.combine($0.flatMap(FileStamp.init(readable:))) }
    }
    return hash.text
  }

  /// What is kept of a photograph.
  var preparation: Preparation { Preparation(shorterSide: cache?.shorterSide) }

  /// The dataset with its photographs reduced so that the shorter side has at most so many pixels, in 8 bits
  /// a value, and with those in files read once and kept in a folder.
  public func cached(in folder: URL, shorterSide: Int) -> Dataset {
    var dataset = self
    dataset.cache = ImageCache(folder: folder, shorterSide: shorterSide, channels: channels)
    return dataset
  }

  /// The dataset for which a photograph that cannot be read is an error.
  public func strict() -> Dataset {
    var dataset = self
    dataset.isStrict = true
    return dataset
  }

  /// The dataset with a list of its own of the photographs that could not be read, which goes on from the
  /// present one.
  func listingDamageAnew() -> Dataset {
    var dataset = self
    dataset.damaged = DamagedPhotographs(goingOnFrom: damaged)
    return dataset
  }

  /// For each patient the first of those that it stays together with, in one split.
  var companions: [String: String] { Companions(photographs, copies).first }

  /// The dataset with other photographs and splits, read in the same way.
  func with(_ photographs: [Photograph], splits: [Split]) throws(DataError) -> Dataset {
    try Dataset(
      photographs, splits: splits, classes: classes, channels: channels, source: source, copies: copies,
      cache: cache, isStrict: isStrict)
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
