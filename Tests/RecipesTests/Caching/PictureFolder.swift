import Foundation
@testable import Recipes

/// A folder with a few pictures as PPM files, and a folder for a cache of them.
struct PictureFolder {
  static let names = ["a.ppm", "in a folder of/großer Größe/Ärztin 2.ppm", "tall.ppm", "small.ppm"]
  private let scratch: ScratchFolder
  let pictures: [URL]

  init() throws {
    scratch = try ScratchFolder()
    pictures = PictureFolder.names.map { [scratch] in scratch.url.appending(path: $0) }
    for (place, (width, height)) in [(40, 30), (31, 20), (13, 64), (9, 7)].enumerated() {
      try write(place, width: width, height: height, seed: UInt64(place))
    }
  }

  var cacheFolder: URL { scratch.url.appending(path: "cache") }

  func cache(shorterSide: Int = 12, chunkBytes: Int = 1 << 20) -> ImageCache {
    ImageCache(folder: cacheFolder, shorterSide: shorterSide, channels: 3, chunkBytes: chunkBytes)
  }

  /// Writes one of the pictures anew.
  func write(_ place: Int, width: Int, height: Int, seed: UInt64) throws {
    var generator = CounterGenerator(seed: seed)
    let pixels = (0..<(width * height * 3)).map { _ in UInt8.random(in: 0...255, using: &generator) }
    let folder = pictures[place].deletingLastPathComponent()
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try (Data("P6 \(width) \(height) 255\n".utf8) + Data(pixels)).write(to: pictures[place])
  }

  /// Makes a picture unreadable, and its file look as if nothing had happened to it.
  func destroyUnnoticed(_ place: Int) throws {
    let path = pictures[place].path
    var status = stat()
    stat(path, &status)
    let handle = try FileHandle(forWritingTo: pictures[place])
    try handle.write(contentsOf: Data("no picture".utf8))
    try handle.close()
    #if os(Linux)
      let times = [status.st_atim, status.st_mtim]
    #else
      let times = [status.st_atimespec, status.st_mtimespec]
    #endif
    utimensat(AT_FDCWD, path, times, 0)
  }

  /// Changes a file of the cache whose name ends so.
  func change(_ suffix: String, _ change: (inout Data) -> Void) throws {
    let name = try cacheFiles.first { $0.hasSuffix(suffix) }
    let file = cacheFolder.appending(path: name ?? suffix)
    var data = try Data(contentsOf: file)
    change(&data)
    let handle = try FileHandle(forWritingTo: file)
    try handle.truncate(atOffset: 0)
    try handle.write(contentsOf: data)
    try handle.close()
  }

  var cacheFiles: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: cacheFolder.path).sorted() }
  }
}
