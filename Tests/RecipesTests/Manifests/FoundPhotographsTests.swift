import Foundation
import Recipes
import Testing

/// What is found at paths that somebody names.
@Suite struct FoundPhotographsTests {
  @Test func foldersAreLookedThrough() throws {
    let folder = try PhotographFolder([
      "in/b.ppm", "in/deep/er/a.JFIF", "in/c.jpe", "in/d.heic", "in/notes.txt", "in/@eaDir/e.ppm",
      "in/._b.ppm",
      "linked/f.ppm",
    ])
    try folder.link("in/folder", to: "../linked")
    try folder.link("in/loop", to: "..")
    try folder.link("in/nowhere.ppm", to: "nothing.ppm")
    try folder.link("way", to: "in")
    for start in ["in", "way"] {
      let path = folder.url.appending(path: start).path
      let found = try FoundPhotographs(at: [path])
      let expected = ["b.ppm", "c.jpe", "deep/er/a.JFIF", "folder/f.ppm"]
      #expect(Set(found.files).isSuperset(of: expected.map { path + "/" + $0 }))
      #expect(found.files.count == 4)
      #expect(found.leftOut.map(\.path) == ["d.heic", "notes.txt", "nowhere.ppm"].map { path + "/" + $0 })
      #expect(
        found.leftOut.map(\.reason) == [
          "it is of no kind that is read (JPEG, PNG, PPM, PGM, BMP)",
          "it is of no kind that is read (JPEG, PNG, PPM, PGM, BMP)",
          "the link leads nowhere",
        ])
    }
  }

  @Test func aFileIsTakenWhateverItsName() throws {
    let folder = try PhotographFolder(["scan"])
    let path = folder.url.appending(path: "scan").path
    let found = try FoundPhotographs(at: [path, path])
    #expect(found.files == [path, path])
    #expect(found.urls.map(\.path) == found.files && found.urls.first?.hasDirectoryPath == false)
    #expect(throws: FileError.self) { try FoundPhotographs(at: [path + "2"]) }
  }
}
