import Ops

/// A random rotation of the image about its center.
public struct RandomRotation: Augmentation {
  /// The largest angle, in degrees, in either direction.
  public let degrees: Double

  /// Creates a rotation by an angle uniform in [-degrees, degrees].
  ///
  /// - Parameter degrees: The largest angle, in degrees, in either direction.
  public init(degrees: Double) {
    self.degrees = degrees
  }

  public var problems: [SettingProblem] { Check.number("degrees", degrees, atLeast: 0, atMost: 360) }

  /// Every setting in one line.
  public var summary: String { "RandomRotation(degrees: \(degrees))" }

  /// Returns the image, rotated in the same frame.
  ///
  /// - Parameters:
  ///   - image: The photograph, `[H, W, C]`.
  ///   - size: Not used: the size stays.
  ///   - generator: The only source of random numbers.
  public func apply(to image: Image, size: Int, using generator: inout CounterGenerator) -> Image {
    image.rotated(degrees: generator.uniform(-degrees...degrees))
  }
}

extension Image {
  /// Returns the image rotated counterclockwise about its center, in the same frame: bilinear, with the
  /// nearest edge pixel for positions outside the image.
  ///
  /// - Parameter degrees: The angle in degrees, counterclockwise.
  public func rotated(degrees: Double) -> Image {
    let rotation = RotationLoop(degrees: degrees, width: width, height: height, channels: channels)
    let capacity = pixels.count + RotationLoop.padding
    let result = [Float](unsafeUninitializedCapacity: capacity) { output, count in
      pixels.withUnsafeBufferPointer { rotation.run(over: $0, into: output) }
      count = pixels.count
    }
    return Image(width: width, height: height, channels: channels, pixels: result)
  }
}
