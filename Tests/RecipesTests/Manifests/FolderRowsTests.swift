import Foundation
import Recipes
import Testing

/// What the folders around photographs mean.
@Suite struct FolderRowsTests {
  @Test func foldersOfSplitsAreNoClasses() throws {
    let folder = try PhotographFolder([
      "train/nevus/1.ppm", "train/acne/2.ppm", "Val/nevus/3.ppm", "test/acne/4.ppm", "test/5.ppm",
    ])
    let reading = try Dataset.reading(folder.url)
    #expect(reading.hasSplits)
    #expect(reading.dataset.classes == ["acne", "nevus"])
    #expect(
      reading.dataset.lines.map { $0.split(separator: " ").dropFirst(2).joined(separator: " ") } == [
        "nevus validation", "- test", "acne test", "acne train", "nevus train",
      ])
    #expect(reading.problems.isEmpty)
    #expect(
      reading.notes.contains("Folders that are taken for splits and not for classes: Val, test, train."))
    try folder.write(PhotographFolder.photograph(0), to: "test/nevus/again.ppm")
    let error = #expect(throws: ManifestError.self) { try Dataset.reading(folder.url) }
    #expect(
      error?.description.contains(
        "train/nevus/1.ppm is the same photograph as test/nevus/again.ppm, but in train, not test.") == true)
  }

  @Test func partsOfACollectionAreNoClasses() throws {
    let names = [
      "imgs_part_1", "imgs_part_2", "images", "100APPLE", "DCIM", "HAM10000_images_part_1", "batch 3",
      "ISIC2018_Training_Input",
    ]
    let folder = try PhotographFolder(
      names.map { "\($0)/1.ppm" } + ["Type 1/1.ppm", "type_2/1.ppm", "03/1.ppm"])
    let reading = try Dataset.reading(folder.url)
    #expect(reading.dataset.classes == ["03", "Type 1", "type_2"])
    #expect(reading.dataset.photographs.count { $0.label == nil } == names.count)
    #expect(
      reading.notes.contains {
        $0.hasPrefix("Folders that are named like parts of a collection and not taken")
      })
    #expect(try Dataset.reading(folder.url, format: .folders).dataset.classes.count == names.count + 3)
  }

  @Test func whatSystemsLeaveIsPassedOver() throws {
    let left = [
      "@eaDir/nevus.ppm", "nevus/@eaDir/1.ppm", "__MACOSX/nevus/._1.ppm", "nevus/._1.ppm",
      "nevus/.thumbnails/1.ppm",
      "#recycle/1.ppm", "$RECYCLE.BIN/1.ppm", "lost+found/1.ppm", ".git/1.ppm", "nevus/Thumbs.db",
      "nevus/desktop.ini",
      "nevus/.DS_Store", "System Volume Information/1.ppm", "nevus/~$notes.docx", "nevus/THUMBS.DB",
    ]
    let folder = try PhotographFolder(["nevus/1.ppm"] + left)
    let reading = try Dataset.reading(folder.url)
    #expect(reading.dataset.lines == ["nevus/1.ppm nevus/1.ppm nevus train"])
    #expect(reading.problems.isEmpty && reading.rows == 1)
  }

  @Test func linksAreFollowed() throws {
    let folder = try PhotographFolder(["nevus/1.ppm"])
    let other = try PhotographFolder(["2.ppm", "3.ppm"])
    try other.write(PhotographFolder.photograph(7), to: "2.ppm")
    try other.write(PhotographFolder.photograph(8), to: "3.ppm")
    try folder.link("acne", to: other.url.path)
    try folder.link("nevus/4.ppm", to: other.url.appending(path: "nowhere.ppm").path)
    try folder.link("nevus/again.ppm", to: "1.ppm")
    let reading = try Dataset.reading(folder.url)
    #expect(reading.dataset.photographs.map(\.id) == ["acne/2.ppm", "acne/3.ppm", "nevus/1.ppm"])
    #expect(
      reading.problems.map(\.fault) == [
        .brokenLink("nevus/4.ppm"), .duplicateFile("nevus/again.ppm", first: "nevus/1.ppm"),
      ])
    try folder.link("acne2", to: other.url.path)
    #expect(throws: ManifestError.self) { try Dataset.reading(folder.url) }
  }
}
