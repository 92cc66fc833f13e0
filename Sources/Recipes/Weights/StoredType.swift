import Foundation

/// A type of values in weight files, by its name in safetensors files. Values are little-endian, as on every
/// platform of Swift.
enum StoredType: String {
  case float64 = "F64", float32 = "F32", float16 = "F16", bfloat16 = "BF16", int64 = "I64", int32 = "I32"

  /// The type in which values are written.
  init(of values: NamedTensor.Values) {
    switch values {
    case .float32: self = .float32
    case .float64: self = .float64
    case .int32: self = .int32
    case .int64: self = .int64
    }
  }

  /// Finds the type by the class of PyTorch's storage, such as `FloatStorage`; nil for one that is not read.
  init?(torchStorage name: String) {
    switch name {
    case "DoubleStorage": self = .float64
    case "FloatStorage": self = .float32
    case "HalfStorage": self = .float16
    case "BFloat16Storage": self = .bfloat16
    case "LongStorage": self = .int64
    case "IntStorage": self = .int32
    default: return nil
    }
  }

  /// The size of a value in bytes.
  var size: Int {
    switch self {
    case .float64, .int64: 8
    case .float32, .int32: 4
    case .float16, .bfloat16: 2
    }
  }

  /// Returns the bytes of a shape's values; nil if it has a negative extent or more than there can be.
  static func bytes(of shape: [Int], each size: Int) -> Int? {
    var bytes = size
    for extent in shape {
      let (product, overflows) = bytes.multipliedReportingOverflow(by: extent)
      if extent < 0 || overflows { return nil }
      bytes = product
    }
    return bytes
  }

  /// Returns the values at an offset of a file, given their size in bytes.
  func values(in file: OpenFile, at place: Int, bytes: Int) throws(WeightsError) -> NamedTensor.Values {
    let count = bytes / size
    return switch self {
    case .float64: try file.numbers(at: place, count: count, filledWith: 0) { .float64($0) }
    case .float32: try file.numbers(at: place, count: count, filledWith: 0) { .float32($0) }
    case .float16: try file.numbers(at: place, count: count, filledWith: 0) { .float32($0.map(float(half:))) }
    case .bfloat16:
      try file.numbers(at: place, count: count, filledWith: 0) { .float32($0.map(float(brain:))) }
    case .int64: try file.numbers(at: place, count: count, filledWith: 0) { .int64($0) }
    case .int32: try file.numbers(at: place, count: count, filledWith: 0) { .int32($0) }
    }
  }

  /// Calls `body` with the bytes of the values, without a copy.
  static func withBytes(
    of values: NamedTensor.Values, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) rethrows {
    switch values {
    case .float32(let values): try values.withUnsafeBytes(body)
    case .float64(let values): try values.withUnsafeBytes(body)
    case .int32(let values): try values.withUnsafeBytes(body)
    case .int64(let values): try values.withUnsafeBytes(body)
    }
  }
}

/// Returns a bfloat16 number, the upper half of a single-precision one.
private func float(brain bits: UInt16) -> Float { Float(bitPattern: UInt32(bits) << 16) }

/// Returns a half-precision number; `Float16` is not available on every Mac.
private func float(half bits: UInt16) -> Float {
  let sign: Float = bits >> 15 == 0 ? 1 : -1
  let exponent = Int(bits >> 10 & 0x1F)
  let fraction = Float(bits & 0x3FF) / 1024
  return switch exponent {
  case 0: sign * fraction * 0x1p-14
  case 31: fraction == 0 ? sign * .infinity : .nan
  default: sign * (1 + fraction) * Float(sign: .plus, exponent: exponent - 15, significand: 1)
  }
}
