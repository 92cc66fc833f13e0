// Reading photographs: an unreadable one is an error, nil, or is replaced by a substitute.
extension Dataset {
  /// The number of consecutive unreadable photographs that is reported as an error, such as a missing folder.
  private static let patience = 100

  /// Returns the pixels of a photograph, `[H, W, C]`, the source of views and center crops.
  ///
  /// Of a photograph that is more than 8 times as long as it is wide the middle is kept. A larger one is
  /// reduced: to 16,777,216 pixels, and to the shorter side of the dataset, if it has one.
  ///
  /// - Parameter index: The index of the photograph in the dataset.
  /// - Throws: `DataError` naming the photograph, when it cannot be read, has no pixels or has another number
  ///   of channels than the dataset.
  public func image(at index: Int) throws(DataError) -> Image {
    let photograph = photographs[index]
    switch photograph.content {
    case .pixels(let image), .loaded(let image, _): return try prepared(image, photograph)
    case .rendered(let render):
      let image: Image
      do { image = try render() } catch {
        throw .unreadable(photograph: photograph.id, reason: "\(error)")
      }
      return try prepared(image, photograph)
    case .file(let file):
      do {
        return try cache?.image(of: file) ?? preparation.image(of: file, channels: channels)
      } catch {
        if case .missingLibrary = error as? ImageError {
          throw .missingDecoder(photograph: photograph.id, reason: "\(error)")
        }
        throw .unreadable(photograph: photograph.id, reason: "\(error)")
      }
    }
  }

  /// Returns the pixels of a photograph, or nil if it cannot be read and the dataset is not strict.
  func imageIfReadable(at index: Int) throws(DataError) -> Image? {
    if !isStrict, damaged.knows(index) { return nil }
    do { return try image(at: index) } catch {
      if isStrict { throw error }
      if case .missingDecoder = error { throw error }  // else everything would look damaged
      damaged.note(index, id: photographs[index].id, error)
      return nil
    }
  }

  /// Returns the pixels of a photograph for training, or those of a substitute if it cannot be read.
  ///
  /// The substitute depends on the dataset alone: it is the patient's next photograph that can be read, or
  /// else the first after the patient's first, of the same split. Where the stage looks at labels it has the
  /// same label.
  ///
  /// - Throws: `DataError` when a strict dataset's photograph cannot be read, or too many substitutes cannot.
  func imageOrSubstitute(at index: Int, for selection: Selection) throws(DataError) -> Image {
    try valueOrSubstitute(at: index, for: selection) { candidate throws(DataError) in
      try imageIfReadable(at: candidate)
    }
  }

  /// Returns what can be made of a photograph for training, or of its first substitute of which something
  /// can.
  ///
  /// - Parameter value: Returns what is made of the photograph at an index; nil if it cannot be read.
  /// - Throws: What `value` throws; `DataError` when it returns nil for too many photographs.
  func valueOrSubstitute<Value>(
    at index: Int, for selection: Selection, _ value: (Int) throws(DataError) -> Value?
  ) throws(DataError) -> Value {
    if let own = try value(index) { return own }
    var tried = 0
    for candidate in substitutes(for: index, selection) {
      if tried == Dataset.patience { break }
      if let found = try value(candidate) { return found }
      tried += 1
    }
    throw nothingReadable(first: index, others: tried)
  }

  /// Returns the error for a photograph that cannot be read, nor the others tried in its place.
  func nothingReadable(first index: Int, others: Int) -> DataError {
    let reason = damaged[index].map { "\($0.error)" } ?? ""
    return .nothingReadable(photograph: photographs[index].id, others: others, reason: reason)
  }

  private func prepared(_ image: Image, _ photograph: Photograph) throws(DataError) -> Image {
    guard image.width > 0, image.height > 0 else { throw .emptyImage(photograph: photograph.id) }
    guard image.channels == channels else {
      throw .wrongChannels(photograph: photograph.id, expected: channels, found: image.channels)
    }
    return preparation.image(of: image)
  }
}
