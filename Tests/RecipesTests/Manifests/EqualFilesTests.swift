import Foundation
@testable import Recipes
import Testing

/// Files with the same bytes.
@Suite struct EqualFilesTests {
  @Test func theyAreFoundByTheirBytes() throws {
    let folder = try PhotographFolder([])
    let long = [UInt8](repeating: 7, count: 100_000)
    var (early, middle, late) = (long, long, long)
    (early[0], middle[50_000], late[99_999]) = (1, 1, 1)
    let contents: [[UInt8]] = [
      long, early, [1, 2], middle, late, [], [2, 1], long, [], [1, 2], early, long,
    ]
    let files = try contents.enumerated().map { number, bytes in
      (path: try folder.write(bytes, to: "\(number)").path, size: bytes.count)
    }
    #expect(try EqualFiles.groups(of: files) == [[0, 7, 11], [1, 10], [2, 9]])
    try FileManager.default.removeItem(atPath: files[7].path)
    #expect(try EqualFiles.groups(of: files) == [[0, 11], [1, 10], [2, 9]])
  }
}
