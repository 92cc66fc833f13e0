/// The format of a file that is not a safetensors file, detected by its first bytes.
public enum ForeignFormat: String, Sendable, CaseIterable {
  /// A Git LFS pointer, left in place of a file that was not fetched.
  case gitLFS = "version https://git-lfs"
  /// A zip archive, as PyTorch has written checkpoints since version 1.6.
  case pyTorch = "PK\u{3}\u{4}"
  /// A web page, such as a login page saved in place of a download.
  case page = "<"

  /// Detects the format by the first bytes of a file.
  init?(of file: OpenFile) throws(WeightsError) {
    let start = try file.bytes(at: 0, count: min(file.size, 64))
    guard let format = ForeignFormat.allCases.first(where: { start.starts(with: $0.rawValue.utf8) }) else {
      return nil
    }
    // A header's length may start like a page, but its last bytes are 0.
    if format == .page, start.prefix(8).contains(0) { return nil }
    self = format
  }

  /// The format and what to do, to follow the file's name.
  var description: String {
    switch self {
    case .gitLFS:
      "is the pointer that Git LFS leaves in the place of a file it has not fetched: run git lfs pull in its "
        + "repository, or download the file itself."
    case .pyTorch:
      "is a checkpoint as torch.save writes it: convert it to a safetensors file; the documentation of Pretrained "
        + "has the command."
    case .page:
      "is a web page, as a download leaves it that needs a login or was refused: download the file again."
    }
  }
}
