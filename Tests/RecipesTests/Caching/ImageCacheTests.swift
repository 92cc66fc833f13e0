import Foundation
@testable import Recipes
import Testing

/// What a cache keeps, and that it keeps it.
struct ImageCacheTests {
  private let folder: PictureFolder

  init() throws { folder = try PictureFolder() }

  private func images(_ cache: ImageCache) throws -> [Image] { try folder.pictures.map(cache.image) }

  @Test func picturesAreReducedAndRounded() throws {
    let images = try images(folder.cache())
    #expect(images.map { [$0.height, $0.width] } == [[12, 16], [12, 19], [59, 12], [7, 9]])
    for (image, file) in zip(images, folder.pictures) {
      let whole = try Image(file: file)
      let reduced = whole.resized(height: image.height, width: image.width)
      #expect(image.pixels == reduced.pixels.map { ($0 * 255).rounded() / 255 })
    }
    #expect(try images[3] == Image(file: folder.pictures[3]))
  }

  @Test func laterUsesAndRunsDecodeNothingAndGiveTheSameBits() throws {
    let cache = folder.cache()
    let first = try images(cache)
    for place in folder.pictures.indices { try folder.destroyUnnoticed(place) }
    #expect(throws: ImageError.self) { try Image(file: folder.pictures[0]) }
    #expect(try images(cache) == first)
    #expect(cache.count == 4 && cache.limitation == nil)
    #expect(try images(folder.cache()) == first)
  }

  @Test func aNextRunKeepsThemToo() throws {
    var first: [Image] = []
    do { first = try images(folder.cache()) }
    for place in folder.pictures.indices { try folder.destroyUnnoticed(place) }
    let cache = folder.cache()
    #expect(try images(cache) == first)
    #expect(cache.limitation == nil)
    #expect(
      try folder.cacheFiles == [
        "photographs-2.1-12px-3ch.0.pixels", "photographs-2.1-12px-3ch.index",
        "photographs-2.1-12px-3ch.lock",
      ])
  }

  @Test func aChangedSourceIsReadAnew() throws {
    let cache = folder.cache()
    let first = try cache.image(of: folder.pictures[0])
    try folder.write(0, width: 44, height: 30, seed: 9)
    let second = try cache.image(of: folder.pictures[0])
    #expect(second.width == 18 && second != first)
    // The same size, another time.
    try folder.write(0, width: 44, height: 30, seed: 10)
    let third = try cache.image(of: folder.pictures[0])
    #expect(third != second)
    #expect(try folder.cache().image(of: folder.pictures[0]) == third)
    #expect(cache.count == 1)
  }

  @Test func aSourceThatIsGoneIsAnError() throws {
    let cache = folder.cache()
    _ = try cache.image(of: folder.pictures[0])
    try FileManager.default.removeItem(at: folder.pictures[0])
    #expect(throws: FileError.self) { try cache.image(of: folder.pictures[0]) }
  }

  @Test func otherSettingsHaveOtherFiles() throws {
    let wide = try folder.cache(shorterSide: 20).image(of: folder.pictures[0])
    let narrow = try folder.cache(shorterSide: 10).image(of: folder.pictures[0])
    let gray = try ImageCache(folder: folder.cacheFolder, shorterSide: 20, channels: 1)
      .image(of: folder.pictures[0])
    #expect(wide.height == 20 && narrow.height == 10 && gray.channels == 1)
    #expect(try folder.cache(shorterSide: 20).image(of: folder.pictures[0]) == wide)
  }

  @Test func chunksAreFilledOneAfterTheOther() throws {
    // Room for the first picture and the last, or for one of the others.
    let bytes = 59 * 12 * 3
    let first = try images(folder.cache(chunkBytes: bytes))
    #expect(try folder.cacheFiles.filter { $0.hasSuffix(".pixels") }.count == 3)
    for place in folder.pictures.indices { try folder.destroyUnnoticed(place) }
    #expect(try images(folder.cache(chunkBytes: bytes)) == first)
  }

  @Test func whatIsLargerThanAChunkIsReadEachTime() throws {
    let cache = folder.cache(chunkBytes: 500)
    let first = try images(cache)
    #expect(cache.count == 1)
    #expect(try images(cache) == first)
    #expect(cache.limitation == nil)
  }

  @Test func manyThreadsAskAtOnce() throws {
    let expected = try images(folder.cache())
    let workers = Workers(count: 4)
    defer { workers.stop() }
    let cache = folder.cache(shorterSide: 11)
    let alone = try images(cache)
    let shared = folder.cache(shorterSide: 12)
    let files = folder.pictures
    let found = try workers.map(400) { try (shared.image(of: files[$0 % 4]), cache.image(of: files[$0 % 4])) }
    for (place, (one, other)) in found.enumerated() {
      #expect(one == expected[place % 4] && other == alone[place % 4])
    }
  }

  @Test func datasetsReadThroughTheirCache() throws {
    let photographs = folder.pictures.map { Photograph(id: $0.path, patient: $0.path, file: $0) }
    let plain = try Dataset(photographs, classes: [], source: "test")
    let cached = plain.cached(in: folder.cacheFolder, shorterSide: 12)
    let first = try photographs.indices.map(cached.image)
    #expect(first.map(\.height) == [12, 12, 59, 7])
    let reduced = plain.reduced(toShorterSide: 12)
    #expect(reduced.cache == nil && reduced.fingerprint == cached.fingerprint)
    #expect(try reduced.loaded().fingerprint == cached.fingerprint && reduced.image(at: 3) == first[3])
    for place in folder.pictures.indices { try folder.destroyUnnoticed(place) }
    #expect(try photographs.indices.map(cached.image) == first)
    let other = plain.cached(in: folder.cacheFolder, shorterSide: 13)
    #expect(Set([plain, cached, other].map(\.fingerprint)).count == 3)
    let moved = plain.cached(in: folder.cacheFolder.appending(path: "below"), shorterSide: 12)
    #expect(moved.fingerprint == cached.fingerprint)
    #expect(try cached.loaded().image(at: 0) == first[0])
  }

  @Test func whatIsLeftOfADiskIsNotAllTaken() throws {
    let cache = folder.cache()
    cache.leaveFree(1)
    _ = try cache.image(of: folder.pictures[0])
    #expect(cache.count == 1 && cache.limitation == nil)
    cache.leaveFree(.max)
    #expect(try images(cache) == images(folder.cache()))
    #expect(cache.count == 1)
    #expect(cache.limitation?.contains(" are free on the disk, of which the run's weights and ") == true)
  }
}
