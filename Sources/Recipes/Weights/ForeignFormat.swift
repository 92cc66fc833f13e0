/// What a file is that is given for a safetensors file and is none, where its first bytes tell.
public enum ForeignFormat: String, Sendable, CaseIterable {
  /// What Git LFS leaves in the place of a file that it has not fetched.
  case gitLFS = "version https://git-lfs"
  /// A zip archive, as PyTorch writes its checkpoints since version 1.6.
  case pyTorch = "PK\u{3}\u{4}"
  /// A web page, as a download that needs a login leaves it.
  case page = "<"

  /// Recognizes a file by its first bytes.
  init?(of file: OpenFile) throws(WeightsError) {
    let start = try file.bytes(at: 0, count: min(file.size, 64))
    guard let format = ForeignFormat.allCases.first(where: { start.starts(with: $0.rawValue.utf8) }) else {
      return nil
    }
    // A header's length may begin as a page does, but its last bytes are 0.
    if format == .page, start.prefix(8).contains(0) { return nil }
    self = format
  }

  /// What it is and what to do about it, to stand behind the file's name.
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
