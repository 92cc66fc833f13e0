import Ops

extension Dataset {
  /// The dataset with every photograph read, or drawn, now and by all threads, and kept in memory.
  ///
  /// - Throws: `DataError` for the first photograph that cannot be read.
  public func loaded(by workers: Workers = .shared) throws -> Dataset {
    let images = try workers.map(photographs.count) { try image(at: $0) }
    let loaded = zip(photographs, images).map { photograph, image in
      Photograph(id: photograph.id, patient: photograph.patient, label: photograph.label, image: image)
    }
    return try Dataset(loaded, splits: splits, classes: classes, channels: channels, source: source)
  }
}
