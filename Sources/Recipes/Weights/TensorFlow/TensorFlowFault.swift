/// The reason that a checkpoint of TensorFlow is not read.
public enum TensorFlowFault: Error, Equatable, Sendable {
  /// The index is cut off, contradicts itself or does not match its checksums.
  case badIndex(problem: String)
  /// The numbers are stored in big-endian order.
  case byteOrder
  /// The values of a tensor do not match their checksum.
  case checksum(tensor: String)
  /// A tensor lies outside of its file.
  case outside(tensor: String, file: String)
  /// A tensor is stored in several parts.
  case partitioned(tensor: String)
  /// The variables are not those of SimCLR's ResNet.
  case otherNetwork(reason: String)

  /// The fault and its remedy, to follow the file's name.
  var description: String {
    switch self {
    case .badIndex(let problem):
      "is an index of TensorFlow that \(problem): it is cut off or damaged; copy the checkpoint again."
    case .byteOrder:
      "stores its numbers in big-endian order, and only little-endian is read: save it again on another "
        + "processor."
    case .checksum(let tensor):
      "stores other values of \(tensor) than were written: the checkpoint is damaged; copy it again."
    case .outside(let tensor, let file):
      "places \(tensor) beyond the end of \(file): the checkpoint is cut off; copy it again."
    case .partitioned(let tensor):
      "stores \(tensor) in several parts, which are not joined: save the checkpoint without a partitioner."
    case .otherNetwork(let reason):
      "is a checkpoint of TensorFlow that \(reason): only the ResNets of google-research/simclr without "
        + "selective kernels are read."
    }
  }
}
