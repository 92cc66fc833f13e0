/// The reason that a checkpoint of PyTorch is not read.
public enum CheckpointFault: Error, Equatable, Sendable {
  /// The zip archive has no list of files at its end, or one that contradicts the file.
  case badArchive
  /// A file of the archive is compressed, which `torch.save` never does.
  case compressed(entry: String)
  /// A file of the archive does not match its checksum.
  case checksum(entry: String)
  /// The archive has no `data.pkl`.
  case noPickle
  /// The archive is a TorchScript program.
  case program
  /// The numbers are stored in another byte order.
  case byteOrder(String)
  /// The pickle is cut off, contradicts itself, or has an instruction that weights do not need.
  case badPickle(problem: String, byte: Int)
  /// The pickle describes more values than any network has.
  case tooManyValues(limit: Int)
  /// The pickle nests values in more ways than any network needs.
  case tooManyPaths
  /// A tensor is described in a contradictory way, or lies outside of its storage.
  case badTensor(tensor: String, problem: String)
  /// Two tensors have the same name.
  case repeatedName(tensor: String)
  /// The file has no tensor by a name, but perhaps objects of Python.
  case noTensors(classes: [String])

  /// The fault and its remedy, to follow the file's name.
  var description: String {
    let again = "it is cut off or damaged; copy it again."
    return switch self {
    case .badArchive:
      "begins like a checkpoint of PyTorch, but has no valid list of its contents at the end: \(again)"
    case .compressed(let entry):
      "holds \(entry) compressed, which torch.save does not do: unpack the file and pack it without compression "
        + "(zip -0), or save it again with torch.save."
    case .checksum(let entry): "holds other bytes in \(entry) than were written to it: \(again)"
    case .noPickle:
      "is a zip archive without the data.pkl of a checkpoint of PyTorch: give the file that torch.save wrote."
    case .program:
      "is a TorchScript program, not a checkpoint: in PyTorch, load it and save its weights with "
        + "torch.save(torch.jit.load(file).state_dict(), other)."
    case .byteOrder(let order):
      "stores its numbers in the byte order \"\(order)\", and only \"little\" is read: save it again on a "
        + "processor with that order."
    case .badPickle(let problem, let byte):
      "has a data.pkl that \(problem) at byte \(byte): \(CheckpointFault.resave)"
    case .tooManyValues(let limit):
      "describes more than \(limit) values beside its tensors, which no network needs: \(CheckpointFault.resave)"
    case .tooManyPaths:
      "nests dictionaries and lists deeper than any network needs: \(CheckpointFault.resave)"
    case .badTensor(let tensor, let problem):
      "describes the tensor \(tensor) in a way that \(problem): \(again)"
    case .repeatedName(let tensor):
      "has two tensors that are both named \(tensor): save the one that is wanted by itself."
    case .noTensors(let classes):
      "holds no tensors by name"
        + (classes.isEmpty ? "" : ", but objects of \(classes.listed(upTo: 5)), which only Python can make")
        + ": \(CheckpointFault.resave)"
    }
  }

  private static let resave = "in PyTorch, save the weights alone with torch.save(model.state_dict(), file)."
}
