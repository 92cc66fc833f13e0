/// The format of a file that is not a weight file, detected by its first bytes.
public enum ForeignFormat: Sendable, CaseIterable {
  /// A Git LFS pointer, left in place of a file that was not fetched.
  case gitLFS
  /// A checkpoint as PyTorch has written it since version 1.6, where a safetensors file is expected.
  case pyTorch
  /// A checkpoint of PyTorch before version 1.6, a pickle.
  case legacyPyTorch
  /// An HDF5 file, as Keras writes it.
  case hdf5
  /// A web page, such as a login page saved in place of a download.
  case page

  private var firstBytes: [UInt8] {
    switch self {
    case .gitLFS: Array("version https://git-lfs".utf8)
    case .pyTorch: Array("PK\u{3}\u{4}".utf8)
    // A pickle of protocol 2 that begins with a long integer, PyTorch's magic number.
    case .legacyPyTorch: [0x80, 0x02, 0x8A, 0x0A]
    case .hdf5: [0x89, 0x48, 0x44, 0x46]
    case .page: Array("<".utf8)
    }
  }

  /// Detects the format by the first bytes of a file.
  init?(of file: OpenFile) throws(WeightsError) {
    let start = try file.bytes(at: 0, count: min(file.size, 64))
    guard let format = ForeignFormat.allCases.first(where: { start.starts(with: $0.firstBytes) }) else {
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
      "is a checkpoint as torch.save writes it, and a safetensors file is expected here: only `pretrained` reads "
        + "checkpoints."
    case .legacyPyTorch:
      "is a checkpoint in the format of PyTorch before 1.6: in a later PyTorch, save it again with "
        + "torch.save(torch.load(file, map_location='cpu'), other)."
    case .hdf5:
      "is an HDF5 file, as Keras writes it, which is not read: save the weights as a safetensors file with "
        + "PyTorch's names and layouts."
    case .page:
      "is a web page, as a download leaves it that needs a login or was refused: download the file again."
    }
  }
}
