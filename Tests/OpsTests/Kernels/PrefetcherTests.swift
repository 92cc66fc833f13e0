import Testing

@testable import Ops

struct PrefetcherTests {
  /// The places that sums of `depth` steps have fetched, as offsets; none once they are at `near`.
  private static func fetched(
    depth: Int, sums: Int, _ fill: (inout Prefetcher, UnsafePointer<Float>) -> Void
  ) -> [Set<Int>] {
    let memory = [Float](repeating: 0, count: 4096)
    let near: [Float] = [0]
    return memory.withUnsafeBufferPointer { memory in
      near.withUnsafeBufferPointer { near in
        guard let base = memory.baseAddress, let near = near.baseAddress else { return [] }
        var ahead = Prefetcher()
        fill(&ahead, base)
        return (0..<sums).map { _ -> Set<Int> in
          let lines = ahead.next(depth: depth, near: near)
          let places = (0..<depth).map { lines.after($0).first }.filter { $0 != UnsafeRawPointer(near) }
          return Set(places.map { ($0 - UnsafeRawPointer(base)) / 4 })
        }
      }
    }
  }

  @Test func fetchesEveryLineOfAPieceInOrder() {
    let sums = Self.fetched(depth: 5, sums: 3) { $0.add($1, count: 10 * 16) }
    #expect(sums[0] == [0, 16, 32, 48, 64])
    #expect(sums[1] == [80, 96, 112, 128, 144])
    #expect(sums[2].isEmpty)
  }

  @Test func fetchesALineOfEachRowOfColumns() {
    let sums = Self.fetched(depth: 3, sums: 3) { $0.add($1, rows: 3, columns: 32, pitch: 100) }
    #expect(sums[0] == [0, 100, 200])
    #expect(sums[1] == [16, 116, 216])
    #expect(sums[2].isEmpty)
  }

  /// All rows of one line of columns come before the next.
  @Test func sumsOfFewStepsShareManyRows() {
    let sums = Self.fetched(depth: 3, sums: 5) { $0.add($1, rows: 5, columns: 20, pitch: 100) }
    #expect(sums[0] == [0, 100, 200])
    #expect(sums[1].isSuperset(of: [300, 400]))
    #expect(sums[2] == [16, 116, 216])
    #expect(sums[3].isSuperset(of: [316, 416]))
    #expect(sums[4].isEmpty)
  }

  @Test func fetchesAPanelBeforeTheQueue() {
    let sums = Self.fetched(depth: 2, sums: 4) {
      $0.add($1, count: 32)
      $0.put(panel: $1 + 1000, count: 48, isHeld: false)
    }
    #expect(sums[0] == [1000, 1016] && sums[1].isSuperset(of: [1032]))
    #expect(sums[2] == [0, 16] && sums[3].isEmpty)
  }

  @Test func aQueueThatIsHeldWaits() {
    let sums = Self.fetched(depth: 2, sums: 3) {
      $0.add($1, count: 32)
      $0.put(panel: $1 + 1000, count: 32, isHeld: true)
    }
    #expect(sums[0] == [1000, 1016])
    #expect(sums[1].isEmpty && sums[2].isEmpty)
  }

  @Test func goesOnWithTheNextPieceAndPassesOverEmptyOnes() {
    let sums = Self.fetched(depth: 2, sums: 4) {
      $0.add($1, count: 20)
      $0.add($1 + 500, count: 0)
      $0.add($1 + 1000, rows: 2, columns: 16, pitch: 64)
    }
    #expect(sums[0] == [0, 16])
    #expect(sums[1] == [1000, 1064])
    #expect(sums[2].isEmpty && sums[3].isEmpty)
  }

  /// The tiles of a task follow one another; the last has none after it.
  @Test func tilesKnowTheOneAfterThem() {
    let tiling = RowTiling(rows: 20, rowsPerTile: 3, mostTasks: 2)
    for task in 0..<tiling.tasks {
      var expected: Range<Int>?
      tiling.forEachTile(of: task) { rows, next in
        if let expected { #expect(rows == expected) }
        expected = next
      }
      #expect(expected?.isEmpty == true)
    }
  }
}
