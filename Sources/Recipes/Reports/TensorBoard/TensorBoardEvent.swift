import Foundation

/// One record of an event file of TensorBoard.
struct TensorBoardEvent {
  /// The fields of `Event`, `Summary`, `Summary.Value` and `Summary.Image` in `event.proto` and
  /// `summary.proto`.
  private enum Field {
    static let (wallTime, step, version, summary, session) = (1, 2, 3, 5, 7)
    static let value = 1
    static let (tag, number, image) = (1, 2, 4)
    static let (height, width, colors, encoded) = (1, 2, 3, 4)
    static let status = 1
  }

  /// The encoded event.
  private var message = ProtocolBuffer()

  /// The first event of a file, which says its format.
  static func version(at time: Double) -> TensorBoardEvent {
    var event = TensorBoardEvent()
    event.message.add(Field.wallTime, time)
    event.message.add(Field.version, "brain.Event:2".utf8)
    return event
  }

  /// The event of a new beginning, by which all earlier ones of this step and later ones are discarded.
  static func restart(step: Int, at time: Double) -> TensorBoardEvent {
    var event = TensorBoardEvent(step: step, at: time)
    var session = ProtocolBuffer()
    session.add(Field.status, 1)
    event.message.add(Field.session, session.bytes)
    return event
  }

  /// Numbers by their tags.
  static func scalars(_ values: [(tag: String, number: Double)], step: Int, at time: Double)
    -> TensorBoardEvent
  {
    var summary = ProtocolBuffer()
    for (tag, number) in values {
      var value = ProtocolBuffer()
      value.add(Field.tag, tag.utf8)
      value.add(Field.number, Float(number))
      summary.add(Field.value, value.bytes)
    }
    var event = TensorBoardEvent(step: step, at: time)
    event.message.add(Field.summary, summary.bytes)
    return event
  }

  /// A picture.
  static func picture(
    _ image: Image, tag: String, step: Int, at time: Double
  ) throws(UnsupportedChannels) -> TensorBoardEvent {
    var picture = ProtocolBuffer()
    picture.add(Field.height, image.height)
    picture.add(Field.width, image.width)
    picture.add(Field.colors, image.channels)
    picture.add(Field.encoded, try image.png())
    var value = ProtocolBuffer()
    value.add(Field.tag, tag.utf8)
    value.add(Field.image, picture.bytes)
    var summary = ProtocolBuffer()
    summary.add(Field.value, value.bytes)
    var event = TensorBoardEvent(step: step, at: time)
    event.message.add(Field.summary, summary.bytes)
    return event
  }

  private init() {}

  private init(step: Int, at time: Double) {
    message.add(Field.wallTime, time)
    message.add(Field.step, step)
  }

  /// The event as a TFRecord: its length, the check of that, the event, and its check.
  var record: Data {
    var data = Data()
    func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
      withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
    let length = littleEndian(UInt64(message.bytes.count))
    data += length + littleEndian(CRC32C.masked(length))
    data += message.bytes
    data += littleEndian(CRC32C.masked(message.bytes))
    return data
  }
}
