import Foundation
@testable import Recipes
import Testing

/// What a dataset's fingerprint knows of the files that its photographs are in.
struct DatasetFilesTests {
  private let folder: PictureFolder
  private let dataset: Dataset

  init() throws {
    folder = try PictureFolder()
    dataset = try Dataset(
      folder.pictures.map { Photograph(id: $0.lastPathComponent, patient: $0.path, file: $0) }, classes: [],
      source: "test")
  }

  private func setModified(_ place: Int, to seconds: Double) throws {
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: seconds)], ofItemAtPath: folder.pictures[place].path)
  }

  @Test func itIsTheSameAsLongAsTheFilesAre() throws {
    let before = dataset.fingerprint
    _ = try dataset.image(at: 1)
    #expect(dataset.fingerprint == before)
    #expect(try dataset.with(dataset.photographs, splits: dataset.splits).fingerprint == before)
  }

  @Test func itChangesWithEveryFile() throws {
    for place in folder.pictures.indices { try setModified(place, to: 1_000_000) }
    var known = [dataset.fingerprint]
    for place in folder.pictures.indices {
      try setModified(place, to: 1_000_001)
      known.append(dataset.fingerprint)
    }
    try setModified(2, to: 1_000_000)
    known.append(dataset.fingerprint)
    // Another picture at the time that the old one was written.
    try folder.write(3, width: 8, height: 7, seed: 3)
    try setModified(3, to: 1_000_001)
    known.append(dataset.fingerprint)
    try FileManager.default.removeItem(at: folder.pictures[0])
    known.append(dataset.fingerprint)
    #expect(Set(known).count == known.count)
  }

  @Test func aFileThatIsNotThereIsTold() throws {
    let with = dataset.fingerprint
    let moved = folder.pictures[1].appendingPathExtension("away")
    try FileManager.default.moveItem(at: folder.pictures[1], to: moved)
    let without = dataset.fingerprint
    #expect(without != with)
    #expect(dataset.fingerprint == without)
    try FileManager.default.moveItem(at: moved, to: folder.pictures[1])
    #expect(dataset.fingerprint == with)
  }
}
