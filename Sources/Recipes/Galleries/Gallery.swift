import Foundation

/// What photographs of a run look like to its last network, for the report: a map of features, the nearest
/// neighbors of test photographs, the most confident mistakes, and where decisions come from. Stored in
/// `gallery.json` in the folder of the run.
public struct Gallery: Codable, Sendable, Equatable {
  /// The name of the file.
  static let file = "gallery.json"
  static let currentVersion = 1

  let version: Int
  /// A hash of what it was made of.
  let identity: String
  /// The title of the stage whose network it is.
  public let stage: String
  /// The names of the classes; empty if the network is no classifier.
  public let classes: [String]
  /// The photographs on the map, those of the test patients first.
  public let photographs: [Item]
  /// The number of training photographs in the dataset; those on the map may be a sample of them.
  public let trainingCount: Int
  /// The pictures of the first photographs in rows of 40, each 48 pixels wide and high.
  public let sheet: Thumbnail?
  /// Test photographs with the training photographs that are nearest to them.
  public let neighbors: [Neighbors]
  /// The test photographs with the most probable wrong predictions, as indices of ``photographs``.
  public let mistakes: [Int]
  /// Predictions with where they come from.
  public let explanations: [Explanation]
  /// Larger pictures of some photographs, by index.
  public let pictures: [Int: Thumbnail]
  /// What is missing, and why, in sentences.
  public let notes: [String]

  /// Whether photographs have different places on the map: not if there was no memory for one.
  var hasMap: Bool { photographs.contains { $0.x != photographs[0].x || $0.y != photographs[0].y } }

  /// The side of a picture in the sheet, in pixels.
  static let tile = 48
  /// The number of pictures in a row of the sheet.
  static let sheetColumns = 40

  /// A photograph.
  public struct Item: Codable, Sendable, Equatable {
    public let name: String
    public let split: Split
    /// The index of its class; nil if unlabelled.
    public let label: Int?
    /// The index of the predicted class; nil if the network is no classifier.
    public let predicted: Int?
    /// The probability of the predicted class.
    public let probability: Float?
    /// The place on the map, from 0 to 1; 0.5 for all without a map.
    public let x: Float
    public let y: Float

    /// Whether the prediction is wrong.
    var isMistaken: Bool { label != nil && predicted != nil && label != predicted }
  }

  /// A photograph with its nearest neighbors, as indices of ``Gallery/photographs``.
  public struct Neighbors: Codable, Sendable, Equatable {
    public let query: Int
    /// The neighbors, nearest first.
    public let found: [Int]
    /// Their cosine similarities.
    public let similarities: [Float]
  }

  /// A prediction with where it comes from.
  public struct Explanation: Codable, Sendable, Equatable {
    /// The index of the photograph.
    public let photograph: Int
    /// The part of it that the network sees.
    public let input: Thumbnail
    /// Grad-CAM over it; nil if the network has no feature map.
    public let gradCAM: Thumbnail?
    /// The losses of probability by occlusion over it.
    public let occlusion: Thumbnail
    /// The largest loss of probability by occlusion.
    public let largestDrop: Float
  }
}

extension Gallery {
  /// Reads the gallery in the folder of a run; nil if there is none.
  ///
  /// - Parameter folder: The folder of the run.
  /// - Throws: `FileError` if the file cannot be read, or is damaged.
  public init?(in folder: URL) throws(FileError) {
    let file = folder.appending(path: Gallery.file)
    guard FileManager.default.fileExists(atPath: file.path) else { return nil }
    self = try JSONFile.read(Gallery.self, from: file)
    guard version == Gallery.currentVersion else {
      throw .unreadable(
        file: file.path,
        reason: "its format is of version \(version), and \(Gallery.currentVersion) is the only known")
    }
    guard isConsistent else { throw .unreadable(file: file.path, reason: "its parts do not fit together") }
  }

  /// Whether every index is one of a photograph or class, and every number finite.
  private var isConsistent: Bool {
    func isPhotograph(_ index: Int) -> Bool { photographs.indices.contains(index) }
    func isClass(_ index: Int?) -> Bool { index.map(classes.indices.contains) ?? true }
    let areItemsSound = photographs.allSatisfy { item in
      isClass(item.label) && isClass(item.predicted) && (item.predicted == nil) == (item.probability == nil)
        && (0...1).contains(item.x) && (0...1).contains(item.y) && (item.probability ?? 0).isFinite
    }
    let areNeighborsSound = neighbors.allSatisfy { row in
      isPhotograph(row.query) && row.found.allSatisfy(isPhotograph)
        && row.found.count == row.similarities.count && row.similarities.allSatisfy(\.isFinite)
    }
    let areExplanationsSound = explanations.allSatisfy { explanation in
      isPhotograph(explanation.photograph) && explanation.largestDrop.isFinite
        && photographs[explanation.photograph].predicted != nil
    }
    return areItemsSound && areNeighborsSound && areExplanationsSound
      && mistakes.allSatisfy { isPhotograph($0) && photographs[$0].isMistaken }
      && pictures.keys.allSatisfy(isPhotograph)
  }

  /// Writes the gallery to the folder of a run, atomically.
  func write(in folder: URL) throws(FileError) {
    let data = Result { try JSONEncoder.stable.encode(self) }
    let file = folder.appending(path: Gallery.file)
    switch data {
    case .success(let data): try AtomicFile.write(data, to: file)
    case .failure(let error): throw .unwritable(file: file.path, reason: FileError.reason(of: error))
    }
  }
}
