import Ops

/// The memory of a gallery while it is made, in bytes, checked part by part before it is begun: without that
/// for photographs there is no gallery, and without that for small pictures or the map it is without them.
struct GalleryMemory {
  /// The network; the photographs of a batch, read by all threads; and all features with their unit rows.
  let photographs: Int
  /// The small pictures, their sheet, and its encoding.
  let tiles: Int
  /// The nearest neighbors, the affinities and the points of the map, and the products of a block of rows.
  let map: Int

  /// Computes the memory of a gallery of `count` photographs.
  init(
    of count: Int, by network: ExplainedNetwork, size: Int, on dataset: Dataset, workers: Workers
  ) {
    let float = MemoryLayout<Float>.stride
    let reading = StageMemory.Process(of: dataset, size: size, workers: workers).reading
    let batch = 2 * network.batch * size * size * dataset.channels * float
    photographs = network.byteCount + reading + batch + count * (3 * network.dimensions * float + 512)
    let pixels = min(count, GalleryFeatures.mostTiles) * Gallery.tile * Gallery.tile * 3
    tiles = pixels * (2 * float + 2)
    let neighbors = min(count, EmbeddingMap.usualNeighbors)
    map = count * (144 * neighbors + 512) + workers.count * NearestRows.block * count * float
  }

  /// The parts that there is memory for.
  struct Parts {
    let (tiles, map): (Bool, Bool)
    /// A sentence for each part that there is no memory for.
    let notes: [String]

    /// Whether it is everything.
    var isWhole: Bool { notes.isEmpty }
  }

  /// Returns the parts that the available memory suffices for.
  ///
  /// - Throws: `MemoryShortage` if it does not suffice for photographs.
  func parts(of memory: SystemMemory, withTiles: Bool) throws(MemoryShortage) -> Parts {
    try memory.require(photographs, for: "Looking at the photographs of the report")
    var (used, notes) = (photographs, [String]())
    func has(_ bytes: Int, _ part: String) -> Bool {
      do throws(MemoryShortage) { try memory.require(used + bytes, for: "The report with it") } catch {
        notes.append("There is no \(part): \(error)")
        return false
      }
      return true
    }
    let hasTiles = withTiles && has(tiles, "sheet of small pictures")
    if hasTiles { used += tiles }
    return Parts(tiles: hasTiles, map: has(map, "map"), notes: notes)
  }
}
