extension Dataset {
  /// How many photographs in a row may be unreadable before it is taken for a mistake, such as a folder that
  /// is not there.
  private static let patience = 100

  /// The pixels of a photograph, or nil where it cannot be read and the dataset is not strict.
  func imageIfReadable(at index: Int) throws(DataError) -> Image? {
    if !isStrict, damaged.knows(index) { return nil }
    do { return try image(at: index) } catch {
      if isStrict { throw error }
      if case .missingDecoder = error { throw error }  // else everything would look damaged
      damaged.note(index, id: photographs[index].id, error)
      return nil
    }
  }

  /// The pixels of a photograph to train on, or those of a substitute where it cannot be read.
  ///
  /// The substitute depends on the dataset alone: it is the patient's next photograph that can be read, or
  /// else the first after the patient's first, of the same split. Where the stage looks at labels it has the
  /// same label.
  ///
  /// - Throws: `DataError` when a strict dataset's photograph cannot be read, or too many substitutes cannot.
  func image(at index: Int, for selection: Selection) throws(DataError) -> Image {
    if let image = try imageIfReadable(at: index) { return image }
    var tried = 0
    for candidate in substitutes(for: index, selection) {
      if tried == Dataset.patience { break }
      if let image = try imageIfReadable(at: candidate) { return image }
      tried += 1
    }
    throw nothingReadable(first: index, others: tried)
  }

  /// The error that neither a photograph nor so many others can be read.
  func nothingReadable(first index: Int, others: Int) -> DataError {
    let reason = damaged[index].map { "\($0.error)" } ?? ""
    return .nothingReadable(photograph: photographs[index].id, others: others, reason: reason)
  }

  /// What may take the place of a photograph, the first choice first.
  private func substitutes(for index: Int, _ selection: Selection) -> some Sequence<Int> {
    let wanted = photographs[index]
    let own = damaged.photographs(of: wanted.patient, in: self)
    // Others from the same place for all of a patient's, so that a pair of them stays one of the same
    // patient.
    let start = own[0]
    let place = own.firstIndex(of: index) ?? 0
    // Those of a share only, as no other label is to be learnt from.
    let labelled: Set<Int>? = if case .labelled = selection { Set(indices(of: selection)) } else { nil }
    let count = photographs.count
    return (1..<(own.count + count)).lazy
      .map { step in
        step < own.count ? own[(place + step) % own.count] : (start + step - own.count + 1) % count
      }
      .enumerated()
      .filter { step, candidate in
        splits[candidate] == splits[index]
          && (labelled.map { $0.contains(candidate) && photographs[candidate].label == wanted.label } ?? true)
          && (step < own.count - 1 || photographs[candidate].patient != wanted.patient)
      }
      .map(\.element)
  }
}
