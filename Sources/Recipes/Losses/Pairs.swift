/// Which rows of a batch of `2 * count` embeddings are two views of the same thing: row `i` and row `i + count`.
public struct Pairs: Hashable, Sendable {
  /// The number of pairs.
  public let count: Int

  /// Pairs of rows `i` and `i + count`.
  public init(_ count: Int) {
    precondition(count > 0, "a batch has pairs")
    self.count = count
  }

  /// The rows of the batch.
  public var rows: Int { 2 * count }

  /// The partner of a row.
  public func partner(of row: Int) -> Int { (row + count) % rows }

  /// The partner of each row, `[rows]`, as a constant of `graph`.
  public func partners(in graph: Graph) -> Tensor {
    graph.constant((0..<rows).map { Double(partner(of: $0)) }, [rows], .int32)
  }

  /// 1 where row and column are the same, else 0: `[rows, rows]`, a constant of `graph`.
  public func selfMask(in graph: Graph) -> Tensor { mask(in: graph) { $0 == $1 } }

  /// 1 where row and column are partners, else 0: `[rows, rows]`, a constant of `graph`.
  public func partnerMask(in graph: Graph) -> Tensor { mask(in: graph) { partner(of: $0) == $1 } }

  private func mask(in graph: Graph, _ holds: (Int, Int) -> Bool) -> Tensor {
    let values = (0..<rows).flatMap { row in (0..<rows).map { holds(row, $0) ? 1.0 : 0.0 } }
    return graph.constant(values, [rows, rows])
  }
}
