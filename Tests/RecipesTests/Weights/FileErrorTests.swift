import Foundation
import Testing

@testable import Recipes

struct FileErrorTests {
  @Test(arguments: [
    (
      FileError.Shortage.disk(free: 3 << 20),
      "The disk is full: /a needs 24 MiB, 3.0 MiB are free. Make room and start again."
    ),
    (.disk(free: nil), "The disk is full: /a needs 24 MiB. Make room and start again."),
    (
      .files,
      "The disk takes no more files: /a needs 24 MiB and a place in the file system. Remove files and start again."
    ),
    (
      .quota,
      "Your share of the disk is used up: /a needs 24 MiB. Make room, or have the quota raised, and start again."
    ),
    (
      .fileSize(limit: 1 << 20),
      "/a needs 24 MiB, but this process may write files of at most 1.0 MiB. Raise the limit (ulimit -f) and start again."
    ),
  ])
  func whatThereIsTooLittleOfIsSaid(shortage: FileError.Shortage, sentence: String) {
    #expect(FileError.noRoom(file: "/a", bytes: 24 << 20, shortage).description == sentence)
  }

  @Test func systemCallsThatFailAreToldApart() {
    let file = URL(filePath: "/a")
    func error(_ code: Int32) -> FileError { .writing(file, bytes: 9, code: code) }
    #expect(error(EDQUOT) == .noRoom(file: "/a", bytes: 9, .quota))
    #expect(error(EACCES) == .unwritable(file: "/a", reason: "Permission denied"))
    if case .noRoom(_, 9, .fileSize) = error(EFBIG) {} else { Issue.record("\(error(EFBIG))") }
    if case .noRoom(_, 9, .disk(free: _?)) = error(ENOSPC) {} else { Issue.record("\(error(ENOSPC))") }
  }

  @Test(arguments: [
    CocoaError.Code.fileWriteOutOfSpace, .fileNoSuchFile, .fileWriteUnknown, .fileReadCorruptFile,
  ])
  func noNumberOfFoundationsIsShown(code: CocoaError.Code) {
    let reason = FileError.reason(of: CocoaError(code))
    #expect(!reason.contains("Cocoa") && !reason.contains("\(code.rawValue)") && !reason.isEmpty, "\(reason)")
  }
}
