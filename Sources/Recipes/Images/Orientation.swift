/// How the rows and columns of a file lie in the scene, by EXIF's numbers: what turns the picture upright.
enum Orientation: Int {
  case upright = 1
  case mirrored, halfTurn, flipped, transposed, quarterTurnRight, transversed, quarterTurnLeft

  /// The orientation that EXIF metadata tell, which begin with a TIFF header; upright if they tell none or are damaged.
  init(exif tiff: ArraySlice<UInt8>) {
    self = Orientation.read(ByteReader(tiff)).flatMap(Orientation.init) ?? .upright
  }

  private static func read(_ header: ByteReader) -> Int? {
    var tiff = header
    switch tiff.uint16(at: 0) {
    case 0x4949: tiff.isLittleEndian = true
    case 0x4D4D: tiff.isLittleEndian = false
    default: return nil
    }
    guard tiff.uint16(at: 2) == 42, let directory = tiff.uint32(at: 4),
      let entries = tiff.uint16(at: directory)
    else { return nil }
    let orientationTag = 0x0112
    let short = 3
    for entry in 0..<entries {
      let place = directory + 2 + 12 * entry
      guard let tag = tiff.uint16(at: place) else { return nil }
      guard tag == orientationTag else { continue }
      return tiff.uint16(at: place + 2) == short ? tiff.uint16(at: place + 8) : nil
    }
    return nil
  }

  /// Whether rows become columns.
  var swapsSides: Bool { rawValue >= Orientation.transposed.rawValue }

  /// Where the upright picture's first pixel is in a file of so many columns and rows, and how many pixels further
  /// the next one in its row and the next one in its column are.
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
