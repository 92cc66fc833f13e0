/// The EXIF orientation of an image file, which maps it to the upright image.
enum Orientation: Int {
  case upright = 1
  case mirrored, halfTurn, flipped, transposed, quarterTurnRight, transversed, quarterTurnLeft

  /// Reads the orientation in EXIF metadata, which start with a TIFF header; nil if there is none or they are
  /// damaged.
  init?(exif metadata: ArraySlice<UInt8>) {
    var tiff = ByteReader(metadata)
    switch tiff.uint16(at: 0) {
    case 0x4949: tiff.isLittleEndian = true
    case 0x4D4D: tiff.isLittleEndian = false
    default: return nil
    }
    guard tiff.uint16(at: 2) == 42, let directory = tiff.uint32(at: 4),
      let entries = tiff.uint16(at: directory)
    else { return nil }
    let orientationTag = 0x0112
    let places = (0..<entries).lazy.map { directory + 2 + 12 * $0 }
    guard let entry = places.first(where: { (tiff.uint16(at: $0) ?? orientationTag) == orientationTag })
    else { return nil }
    let value: Int? =
      switch tiff.uint16(at: entry + 2) {
      case 1: tiff.uint8(at: entry + 8)
      case 3: tiff.uint16(at: entry + 8)
      case 4: tiff.uint32(at: entry + 8)
      default: nil
      }
    guard let value, let orientation = Orientation(rawValue: value) else { return nil }
    self = orientation
  }

  /// Reads the orientation in an XMP packet, as an attribute or an element; nil if there is none.
  init?(xmp packet: ArraySlice<UInt8>) {
    guard let name = packet.firstRange(of: Array("tiff:Orientation".utf8)) else { return nil }
    let rest = String(decoding: packet[name.upperBound...].prefix(16), as: UTF8.self)
    guard let match = rest.prefixMatch(of: /\s*(?:=\s*["']|>)\s*([1-8])(?![0-9])/),
      let value = Int(match.1), let orientation = Orientation(rawValue: value)
    else { return nil }
    self = orientation
  }

  /// Whether rows and columns are swapped.
  var swapsSides: Bool { rawValue >= Orientation.transposed.rawValue }

  /// Returns the offset in the file of the upright image's first pixel, and the strides to the next pixel in
  /// its row and in its column.
  func steps(width: Int, height: Int) -> (first: Int, right: Int, down: Int) {
    let (lastColumn, lastRow) = (width - 1, (height - 1) * width)
    return switch self {
    case .upright: (0, 1, width)
    case .mirrored: (lastColumn, -1, width)
    case .halfTurn: (lastRow + lastColumn, -1, -width)
    case .flipped: (lastRow, 1, -width)
    case .transposed: (0, width, 1)
    case .quarterTurnRight: (lastRow, -width, 1)
    case .transversed: (lastRow + lastColumn, -width, -1)
    case .quarterTurnLeft: (lastColumn, width, -1)
    }
  }
}
