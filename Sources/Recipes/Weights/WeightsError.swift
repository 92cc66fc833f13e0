/// An error in a weight file.
public enum WeightsError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file could not be read.
  case unreadable(file: String, reason: String)
  /// The file has changed since it was opened.
  case changed(file: String)
  /// The file has another format.
  case otherFormat(file: String, ForeignFormat)
  /// A checkpoint of PyTorch is damaged, or holds something other than weights.
  case badCheckpoint(file: String, CheckpointFault)
  /// A checkpoint of TensorFlow is damaged, or of another network than SimCLR's.
  case badTensorFlow(file: String, TensorFlowFault)
  /// A run's weight file does not match its checksum.
  case damaged(file: String)
  /// The file is shorter than the length of its header.
  case tooShort(file: String, bytes: Int)
  /// The header is longer than the file or the limit.
  case headerTooLong(file: String, bytes: UInt64, limit: Int)
  /// The header has too many names and values.
  case tooManyParts(file: String, limit: Int)
  /// The header is not a JSON object.
  case headerNotJSON(file: String)
  /// The metadata are not a dictionary of strings.
  case badMetadata(file: String)
  /// A tensor's entry in the header is missing a value or has one of the wrong type.
  case badEntry(file: String, tensor: String, part: String)
  /// A tensor has an unsupported type.
  case unsupportedType(file: String, tensor: String, type: String)
  /// A shape has a negative extent, or overflows.
  case badShape(file: String, tensor: String, shape: [Int])
  /// The offsets are not a range.
  case badOffsets(file: String, tensor: String, offsets: [Int])
  /// The offsets are beyond the end of the file.
  case truncated(file: String, tensor: String, end: Int, available: Int)
  /// The offsets do not match the shape and type.
  case wrongSize(file: String, tensor: String, shape: [Int], expected: Int, found: Int)
  /// A tensor overlaps the previous one.
  case overlap(file: String, tensor: String, other: String)
  /// Some bytes before a tensor, or after the last, belong to none.
  case gap(file: String, before: String?, bytes: Int)
  /// The file has no tensor with that name.
  case missing(file: String, tensor: String)
  /// The tensors are not those of a network.
  case otherNetwork(file: String, mismatch: String)
  /// A tensor to be written has a duplicate name, or the name reserved for the metadata.
  case badName(file: String, tensor: String)

  /// A sentence: what is wrong, where, and what to do.
  public var description: String { sentence.printable }

  private var sentence: String {
    switch self {
    case .unreadable(let file, let reason):
      "\(file) could not be read (\(reason)): check the path and its permissions."
    case .changed(let file):
      "\(file) was changed while it was in use: leave it as it is until the program has ended, and start again."
    case .otherFormat(let file, let format): "\(file) \(format.description)"
    case .badCheckpoint(let file, let fault): "\(file) \(fault.description)"
    case .badTensorFlow(let file, let fault): "\(file) \(fault.description)"
    case .damaged(let file):
      "\(file) holds other bytes than were written to it: it is damaged, or an older version of the package or "
        + "another program wrote it; copy it again or train anew."
    case .tooShort(let file, let bytes):
      "\(file) has \(bytes) bytes, but a safetensors file begins with 8 bytes for the length of its header: "
        + "it is empty or cut off; copy it again."
    case .headerTooLong(let file, let bytes, let limit):
      "\(file) announces a header of \(bytes) bytes where at most \(limit) can be: it is cut off or not a "
        + "safetensors file; copy it again or convert it."
    case .tooManyParts(let file, let limit):
      "\(file) has a header of more than \(limit) names and numbers, which no network needs: it is damaged or not a "
        + "weight file; copy it again or write it anew."
    case .headerNotJSON(let file):
      "\(file) has a header that is not a JSON object: it is damaged or not a safetensors file; copy it "
        + "again or convert it."
    case .badMetadata(let file):
      "\(file) has a __metadata__ entry that is not a dictionary of strings: write it again with metadata "
        + "that are strings."
    case .badEntry(let file, let tensor, let part):
      "\(file) describes the tensor \(tensor) without a valid \(part): the header is damaged; copy the file "
        + "again or write it anew."
    case .unsupportedType(let file, let tensor, let type):
      "\(file) stores the tensor \(tensor) as \(type), but only F64, F32, F16, BF16, I64 and I32 are read: "
        + "convert the tensor, for example to F32."
    case .badShape(let file, let tensor, let shape):
      "\(file) gives the tensor \(tensor) the impossible shape \(shape): the header is damaged; copy the "
        + "file again or write it anew."
    case .badOffsets(let file, let tensor, let offsets):
      "\(file) gives the tensor \(tensor) the offsets \(offsets), which should be two, a beginning and an "
        + "end: the header is damaged; copy the file again or write it anew."
    case .truncated(let file, let tensor, let end, let available):
      "\(file) ends within the tensor \(tensor), which reaches to byte \(end) of the data where there are "
        + "\(available): the file is cut off; copy it again."
    case .wrongSize(let file, let tensor, let shape, let expected, let found):
      "\(file) stores the tensor \(tensor) of shape \(shape) in \(found) bytes where it takes \(expected): "
        + "the header is damaged; copy the file again or write it anew."
    case .overlap(let file, let tensor, let other):
      "\(file) stores the tensor \(tensor) over a part of \(other): the header is damaged; copy the file "
        + "again or write it anew."
    case .gap(let file, let before?, let bytes):
      "\(file) has \(bytes) bytes before the tensor \(before) that belong to no tensor: the header is "
        + "damaged; copy the file again or write it anew."
    case .gap(let file, nil, let bytes):
      "\(file) has \(bytes) bytes after the last tensor that belong to none: something was appended or the "
        + "header is damaged; copy the file again or write it anew."
    case .missing(let file, let tensor):
      "\(file) holds no tensor named \(tensor): check that the weights are of this network, and their names."
    case .otherNetwork(let file, let mismatch):
      "\(file) does not fit the network: check that it is of the same network, or give the prefix of its names.\n"
        + "            \(mismatch)"
    case .badName(let file, let tensor):
      "\(file) cannot hold the tensor name \(tensor) twice, nor the name __metadata__: rename the tensor."
    }
  }
}
