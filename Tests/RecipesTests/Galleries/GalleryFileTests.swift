import Foundation
@testable import Recipes
import Testing

/// A gallery's file may contain anything.
struct GalleryFileTests {
  @Test func isReadAsItWasWritten() throws {
    let folder = try ScratchFolder()
    #expect(try Gallery(in: folder.url) == nil)
    let (gallery, _) = try GalleryTests.gallery()
    try gallery.write(in: folder.url)
    #expect(try Gallery(in: folder.url) == gallery)
  }

  /// Each change of a sound file, and a part of the reason that it is refused for.
  private static let faults: [(String, @Sendable (inout [String: Any]) -> Void)] = [
    ("of version 2", { $0["version"] = 2 }),
    ("do not fit", { $0["mistakes"] = [-1] }),
    ("do not fit", { $0["mistakes"] = [9999] }),
    ("do not fit", { $0["classes"] = ["a"] }),
    ("do not fit", { $0["neighbors"] = [["query": 0, "found": [1000], "similarities": [0.5]]] }),
    ("do not fit", { $0["neighbors"] = [["query": 0, "found": [1, 2], "similarities": [0.5]]] }),
    (
      "do not fit",
      { gallery in
        var items = gallery["photographs"] as? [[String: Any]] ?? []
        items[0]["x"] = 1e30
        gallery["photographs"] = items
      }
    ),
    ("do not fit", { $0["photographs"] = [] as [Any] }),
    ("JSON that is expected", { $0["sheet"] = Data("<svg onload=alert(1)>".utf8).base64EncodedString() }),
    ("JSON that is expected", { $0["pictures"] = ["0": 7] }),
    ("JSON that is expected", { $0["photographs"] = "none" }),
  ]

  @Test(arguments: faults.indices) func refusesWhatDoesNotFit(_ index: Int) throws {
    let (reason, change) = GalleryFileTests.faults[index]
    let folder = try ScratchFolder()
    try GalleryTests.gallery().gallery.write(in: folder.url)
    let file = folder.url.appending(path: "gallery.json")
    var object = try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
    change(&object)
    try JSONSerialization.data(withJSONObject: object).write(to: file)
    let error = #expect(throws: FileError.self) { try Gallery(in: folder.url) }
    #expect(error?.description.contains(reason) == true)
  }

  @Test func refusesDamage() throws {
    let folder = try ScratchFolder()
    try GalleryTests.gallery().gallery.write(in: folder.url)
    let file = folder.url.appending(path: "gallery.json")
    let whole = try Data(contentsOf: file)
    var generator = CounterGenerator(seed: 5)
    for trial in 0..<60 {
      var damaged = whole
      if trial.isMultiple(of: 2) {
        damaged = damaged.prefix(Int(generator.next() % UInt64(whole.count)))
      } else {
        for _ in 0..<3 {
          damaged[Int(generator.next() % UInt64(whole.count))] = UInt8(truncatingIfNeeded: generator.next())
        }
      }
      try damaged.write(to: file)
      if damaged.count < whole.count {
        #expect(throws: FileError.self) { try Gallery(in: folder.url) }
      } else if let gallery = try? Gallery(in: folder.url) {
        // What is still a gallery is shown.
        #expect(!LooksSection(gallery: gallery, table: nil).section.content.isEmpty)
      }
    }
  }
}
