import Foundation

/// An image format, and an undecoded file of it.
///
/// To add a format, add a file with its decoder and an entry in ``Image/decoders``: file extensions, format
/// detection, the memory of decoding and the sentences that list formats derive from it.
protocol ImageDecoder: SendableMetatype {
  /// The format's names in messages, such as `PNG`.
  static var names: [String] { get }

  /// The format's file extensions, in lowercase.
  static var fileExtensions: [String] { get }

  /// Returns whether a file starts like one of this format.
  static func matches(_ file: [UInt8]) -> Bool

  /// Returns the peak memory of decoding in bytes, without the file and the resulting image.
  ///
  /// - Parameters:
  ///   - start: The first bytes of a file that ``matches(_:)``, or all of them.
  ///   - fileSize: The size of the whole file.
  ///   - shorterSide: The shorter side to which images are reduced, if any.
  /// - Throws: ``ImageError`` if the header is incomplete, or claims more than the file can contain.
  static func decodingBytes(
    of start: [UInt8], fileSize: Int, shorterSide: Int?
  ) throws(ImageError) -> Int

  /// Reads the header of a file that ``matches(_:)``.
  ///
  /// - Throws: ``ImageError`` if the header is invalid, ``Image/checkSize(width:height:)`` rejects its size,
  ///   or the file is too short for it. Nothing is allocated before these checks.
  init(_ file: consuming [UInt8]) throws(ImageError)

  /// The number of pixels in a row of the file.
  var width: Int { get }

  /// The number of rows in the file.
  var height: Int { get }

  /// The maximum number of channels of the decoded image.
  var channels: Int { get }

  /// Returns the upright image, with the channels of the file.
  ///
  /// - Parameter shorterSide: If not nil, a larger image may be decoded at a reduced scale, with a shorter
  ///   side of at least this many pixels.
  func decoded(atLeast shorterSide: Int?) throws(ImageError) -> any PixelRows
}
