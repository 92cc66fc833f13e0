import Foundation
@testable import Recipes
import Testing

/// Whatever happens to the files of a cache, it gives the right pixels.
struct ImageCacheDamageTests {
  private let folder: PictureFolder
  private let expected: [Image]

  init() throws {
    folder = try PictureFolder()
    let cache = folder.cache()
    expected = try folder.pictures.map(cache.image)
  }

  private func images(_ cache: ImageCache) throws -> [Image] { try folder.pictures.map(cache.image) }

  /// After damage to some pictures' part of the cache those are read anew and kept again.
  private func checkRecovery(kept: Int) throws {
    do {
      let cache = folder.cache()
      #expect(cache.count == kept)
      #expect(try images(cache) == expected)
      #expect(cache.limitation == nil)
    }
    for place in folder.pictures.indices { try folder.destroyUnnoticed(place) }
    #expect(try images(folder.cache()) == expected)
  }

  @Test(arguments: [0, 1, 63]) func aTornIndexLosesItsTail(_ left: Int) throws {
    try folder.change(".index") { $0.removeLast(64 - left) }
    try checkRecovery(kept: 3)
  }

  @Test(arguments: 0..<64) func aDamagedRecordIsIgnored(_ byte: Int) throws {
    try folder.change(".index") { $0[64 + byte] ^= 0x10 }
    try checkRecovery(kept: 3)
  }

  @Test func anIndexOfNonsenseIsIgnored() throws {
    var generator = CounterGenerator(seed: 5)
    try folder.change(".index") {
      $0 = Data((0..<1000).map { _ in UInt8.random(in: 0...255, using: &generator) })
    }
    try checkRecovery(kept: 0)
  }

  @Test(arguments: [
    (0, 1 << 30, 4, 4), (4_294_967_295, 0, 4, 4), (0, 0, 4_294_967_295, 4_294_967_295), (0, 0, 0, 5),
    (0, 4_294_967_295, 4_294_967_295, 1), (7, 0, 2, 2),
  ]) func recordsOfPlacesThatAreNotThereAreIgnored(_ chunk: Int, _ offset: Int, _ width: Int, _ height: Int)
    throws
  {
    let source = try FileStamp(of: folder.pictures[0].path)
    let record = CacheRecord(
      key: CacheKey(folder.pictures[0].path), source: source, chunk: chunk, offset: offset, width: width,
      height: height, checksum: 1)
    try folder.change(".index") { data in record.encoded.withUnsafeBytes { data.append(contentsOf: $0) } }
    try checkRecovery(kept: 4)
  }

  @Test(arguments: [0, 500, -1]) func damagedPixelsAreReadAnew(_ place: Int) throws {
    try folder.change(".pixels") { $0[place < 0 ? $0.count + place : place] ^= 1 }
    try checkRecovery(kept: 4)
  }

  @Test(arguments: [0, 1000]) func aTruncatedChunkLosesItsTail(_ left: Int) throws {
    try folder.change(".pixels") { $0 = $0.prefix(left) }
    try checkRecovery(kept: left == 0 ? 0 : 1)
  }

  @Test func aChunkMayBeTruncatedWhileItIsUsed() throws {
    let cache = folder.cache()
    #expect(try images(cache) == expected)
    try folder.change(".pixels") { $0 = Data() }
    #expect(try images(cache) == expected)
    for place in folder.pictures.indices { try folder.destroyUnnoticed(place) }
    #expect(try images(cache) == expected)
  }

  @Test func aMissingChunkIsBegunAnew() throws {
    let chunk = folder.cacheFolder.appending(path: "photographs-2.1-12px-3ch.0.pixels")
    try FileManager.default.removeItem(at: chunk)
    try checkRecovery(kept: 0)
  }

  @Test func oneAtATimeAddsToIt() throws {
    do {
      let first = folder.cache(shorterSide: 10)
      _ = try first.image(of: folder.pictures[0])
      let second = folder.cache(shorterSide: 10)
      #expect(second.limitation?.contains("another process adds to it") == true)
      #expect(second.count == 1)
      let missing = try second.image(of: folder.pictures[1])
      #expect(second.count == 1)
      #expect(try first.image(of: folder.pictures[1]) == missing)
      try folder.destroyUnnoticed(0)
      #expect(try second.image(of: folder.pictures[0]) == first.image(of: folder.pictures[0]))
    }
    #expect(folder.cache(shorterSide: 10).limitation == nil)
  }

  @Test func aFolderThatCannotBeMadeIsALimitation() throws {
    let cache = ImageCache(folder: folder.pictures[3].appending(path: "below"), shorterSide: 12)
    #expect(try images(cache) == expected)
    let sentence = try #require(cache.limitation)
    #expect(sentence.hasPrefix("No more pictures are kept in \(folder.pictures[3].path)/below, and those"))
    #expect(sentence.contains("Not a directory"))
  }

  #if os(Linux)
    @Test(arguments: ["0.pixels", "index"]) func aFullDiskIsALimitation(_ suffix: String) throws {
      let other = folder.cacheFolder.appending(path: "full")
      try FileManager.default.createDirectory(at: other, withIntermediateDirectories: true)
      // Every write to this device fails for want of space.
      try FileManager.default.createSymbolicLink(
        atPath: other.appending(path: "photographs-2.1-12px-3ch.\(suffix)").path,
        withDestinationPath: "/dev/full")
      let cache = ImageCache(folder: other, shorterSide: 12)
      #expect(cache.limitation == nil)
      #expect(try images(cache) == expected)
      #expect(try images(cache) == expected)
      #expect(cache.limitation?.contains("The disk is full: ") == true)
      #expect(cache.count == 0)
    }
  #endif
}
