/// What is wrong with a weight file.
public enum WeightsError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file could not be read.
  case unreadable(file: String, reason: String)
  /// The file is not what it was when it was opened.
  case changed(file: String)
  /// The file is of another format.
  case otherFormat(file: String, ForeignFormat)
  /// The bytes of a file that a run has written are not those that it wrote.
  case damaged(file: String)
  /// The file ends within the length of its header.
  case tooShort(file: String, bytes: Int)
  /// The header is longer than the file or than any header may be.
  case headerTooLong(file: String, bytes: UInt64, limit: Int)
  /// The header lists more than is read.
  case tooManyParts(file: String, limit: Int)
  /// The header is not a JSON object.
  case headerNotJSON(file: String)
  /// The metadata are not a dictionary of strings.
  case badMetadata(file: String)
  /// A tensor's entry in the header lacks a part or holds something else there.
  case badEntry(file: String, tensor: String, part: String)
  /// A tensor is of a type that is not read.
  case unsupportedType(file: String, tensor: String, type: String)
  /// A shape holds a negative length, or more numbers than can be counted.
  case badShape(file: String, tensor: String, shape: [Int])
  /// The offsets are not a range.
  case badOffsets(file: String, tensor: String, offsets: [Int])
  /// The offsets reach past the end of the file.
  case truncated(file: String, tensor: String, end: Int, available: Int)
  /// The offsets do not span as many bytes as the shape and type take.
  case wrongSize(file: String, tensor: String, shape: [Int], expected: Int, found: Int)
  /// A tensor begins before the one stored before it ends.
  case overlap(file: String, tensor: String, other: String)
  /// Bytes before a tensor, or after the last, belong to none.
  case gap(file: String, before: String?, bytes: Int)
  /// The file holds no tensor of that name.
  case missing(file: String, tensor: String)
  /// Two tensors to be written share a name, or one has the name kept for the metadata.
  case badName(file: String, tensor: String)

  /// What is wrong, where, and what to do about it.
  public var description: String { sentence.printable }

  private var sentence: String {
    switch self {
    case .unreadable(let file, let reason):
      "\(file) could not be read (\(reason)): check the path and its permissions."
    case .changed(let file):
      "\(file) was changed while it was in use: leave it as it is until the program has ended, and start again."
    case .otherFormat(let file, let format): "\(file) \(format.description)"
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
    case .badName(let file, let tensor):
      "\(file) cannot hold the tensor name \(tensor) twice, nor the name __metadata__: rename the tensor."
    }
  }
}
