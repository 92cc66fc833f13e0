import Ops

extension Dataset {
  /// Returns the dataset with every photograph read or rendered by all threads, and kept in memory.
  /// Unreadable ones stay as they are. The fingerprint is unchanged.
  ///
  /// - Parameters:
  ///   - workers: The threads.
  ///   - reserve: The bytes of memory to leave free, such as a stage's `StageMemory.total`.
  ///   - memory: The available memory.
  /// - Throws: `DataError` if the photographs would not fit, assuming the size of the first, or for the first
  ///   unreadable photograph of a strict dataset.
  public func loaded(
    by workers: Workers = .shared, leaving reserve: Int = 0, of memory: SystemMemory = .current
  ) throws -> Dataset {
    try checkFit(in: memory, leaving: reserve)
    let images = try workers.map(photographs.count) { try imageIfReadable(at: $0) }
    let loaded = zip(photographs, images).map { photograph, image in
      image.map(photograph.loaded) ?? photograph
    }
    return try with(loaded, splits: splits)
  }

  /// Returns the memory that the photographs not loaded yet would take, in bytes, assuming the size of the
  /// first.
  ///
  /// - Throws: `DataError` if none of them can be read.
  public func bytesToLoad() throws(DataError) -> Int {
    let unread = unread
    guard let first = unread.first else { return 0 }
    let image = try imageOrSubstitute(at: first, for: .unlabelled)
    return unread.count * image.pixels.count * MemoryLayout<Float>.stride
  }

  private var unread: [Int] {
    photographs.indices.filter { index in
      switch photographs[index].content {
      case .pixels, .loaded: false
      case .rendered, .file: true
      }
    }
  }

  private func checkFit(in memory: SystemMemory, leaving reserve: Int) throws(DataError) {
    guard let available = [memory.available, memory.addressSpace].compactMap({ $0 }).min() else { return }
    let bytes = try bytesToLoad()
    if bytes > 0, bytes + reserve > available {
      throw .tooLarge(photographs: unread.count, bytes: bytes, reserve: reserve, available: available)
    }
  }
}
