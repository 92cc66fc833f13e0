import Foundation
import Testing

/// The decoders that this machine has, found without the code under test.
public enum Decoders {
  #if canImport(ImageIO)
    public static let (jpeg, png) = (true, true)
  #else
    public static let jpeg = dlopen("libturbojpeg.so.0", RTLD_NOW) != nil
    public static let png = dlopen("libpng16.so.16", RTLD_NOW) != nil
  #endif

  /// Whether thumbnails can be read, which are JPEGs where there is an encoder, else PNGs.
  public static var thumbnails: Bool { jpeg || png }
}

extension Trait where Self == ConditionTrait {
  /// A condition of tests that read JPEGs.
  public static var needsJPEG: Self { .enabled(if: Decoders.jpeg, "libturbojpeg0 is not installed") }
  /// A condition of tests that read PNGs.
  public static var needsPNG: Self { .enabled(if: Decoders.png, "libpng16-16 is not installed") }
  /// A condition of tests that read thumbnails.
  public static var needsThumbnails: Self {
    .enabled(if: Decoders.thumbnails, "neither libturbojpeg0 nor libpng16-16 is installed")
  }
}
