import Foundation

/// A format of pictures, and a picture of it in the bytes of a file, before it is decoded.
///
/// A format is added by a file with its decoder and an entry in ``Image/decoders``: names of files, what
/// tells the format, the memory of decoding and the sentences that list formats follow from it.
protocol ImageDecoder: SendableMetatype {
  /// What the format's files are called in sentences, such as `PNG`.
  static var names: [String] { get }

  /// What the names of its files end in, in small letters.
  static var fileExtensions: [String] { get }

  /// Whether a file begins as those of the format do.
  static func matches(_ file: [UInt8]) -> Bool

  /// The bytes that decoding takes at its peak, besides those of the file and the picture that comes of it.
  ///
  /// - Parameters:
  ///   - start: The first bytes of a file that ``matches(_:)``, or all.
  ///   - fileSize: How many it has in all.
  ///   - shorterSide: The shorter side that pictures are reduced to, if they are.
  /// - Throws: ``ImageError`` if the header is not all there, or claims what the file cannot hold.
  static func decodingBytes(
    of start: [UInt8], fileSize: Int, shorterSide: Int?
  ) throws(ImageError) -> Int

  /// Reads the header of a file that ``matches(_:)``.
  ///
  /// - Throws: ``ImageError`` unless the header makes sense, ``Image/checkSize(width:height:)`` allows its
  ///   size and the bytes can hold what it says: nothing is allocated before.
  init(_ file: consuming [UInt8]) throws(ImageError)

  /// The number of pixels in a row of the file.
  var width: Int { get }

  /// The number of rows in the file.
  var height: Int { get }

  /// The most channels that the picture has when it is decoded.
  var channels: Int { get }

  /// The picture upright, with the channels that it has in the file.
  ///
  /// - Parameter shorterSide: If not nil, a larger picture may be decoded smaller, as long as the shorter
  ///   side has at least so many pixels.
  func decoded(atLeast shorterSide: Int?) throws(ImageError) -> any PixelRows
}
