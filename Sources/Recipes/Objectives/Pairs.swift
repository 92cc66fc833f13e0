/// The pairs of rows in a batch of `2 * count` embeddings.
///
/// Row `i` and row `i + count` are two views of the same sample. Samples may also have groups, such as the
/// photographs of one patient, or those with the same label.
public struct Pairs: Hashable, Sendable {
  /// The groups of samples.
  ///
  /// In a stage on `.bags` they are the patients, in one on `.labelled` the classes; each step sets them. In
  /// any other stage each sample is its own group. ``Pairs/positiveMask(in:)`` is how a loss reads them.
  public enum Groups: Hashable, Sendable {
    /// Each sample is its own group.
    case none
    /// Samples with equal numbers, one number per sample.
    case given([Int])
    /// Samples with equal numbers in the graph's input ``Pairs/groupsInput``, `[N]`, which change at each
    /// step.
    case input
  }

  /// The number of pairs.
  public let count: Int
  /// The groups of samples.
  public let groups: Groups

  /// The name of the graph's input with the group of each sample.
  public static let groupsInput = "groups"

  /// Creates pairs of rows `i` and `i + count`.
  ///
  /// - Parameters:
  ///   - count: The number of pairs.
  ///   - groups: The groups of samples.
  public init(_ count: Int, groups: Groups = .none) {
    contract(count > 0, "a batch has pairs")
    if case .given(let numbers) = groups {
      contract(numbers.count == count, "\(numbers.count) groups are given for \(count) pairs")
    }
    self.count = count
    self.groups = groups
  }

  /// The number of rows in the batch.
  public var rows: Int { 2 * count }

  /// Returns the partner of a row.
  ///
  /// - Parameter row: The index of the row.
  public func partner(of row: Int) -> Int { (row + count) % rows }

  /// Returns the first views, `[N, D]`, of rows `[2N, D]`.
  ///
  /// - Parameter z: The rows, `[2N, D]`.
  public func first(of z: Tensor) -> Tensor { z.sliced(0..<count, axis: 0) }

  /// Returns the second views, `[N, D]`, of rows `[2N, D]`.
  ///
  /// - Parameter z: The rows, `[2N, D]`.
  public func second(of z: Tensor) -> Tensor { z.sliced(count..<rows, axis: 0) }

  /// Returns rows `[2N, D]` with each row replaced by its partner.
  ///
  /// - Parameter z: The rows, `[2N, D]`.
  public func swapped(_ z: Tensor) -> Tensor { concatenate([second(of: z), first(of: z)]) }

  /// Returns the partner of each row, `[rows]`, as a constant of `graph`.
  ///
  /// - Parameter graph: The graph to append to.
  public func partners(in graph: GraphBuilder) -> Tensor {
    graph.constant((0..<rows).map { Double(partner(of: $0)) }, [rows], .int32)
  }

  /// Returns 1 where row and column are the same, else 0: `[rows, rows]`.
  ///
  /// - Parameter graph: The graph to append to.
  public func selfMask(in graph: GraphBuilder) -> Tensor { graph.identity(rows) }

  /// Returns 1 where row and column are partners, else 0: `[rows, rows]`.
  ///
  /// - Parameter graph: The graph to append to.
  public func partnerMask(in graph: GraphBuilder) -> Tensor {
    let partners = graph.constant((0..<rows).map { Double(partner(of: $0)) }, [rows, 1])
    return partners .== graph.indices(rows).reshaped(to: [1, rows])
  }

  /// Returns 1 where row and column are different rows of the same group, partners included, else 0:
  /// `[rows, rows]`.
  ///
  /// - Parameter graph: The graph to append to.
  public func positiveMask(in graph: GraphBuilder) -> Tensor {
    if groups == .none { return partnerMask(in: graph) }
    let numbers = groups.numbers(of: count, in: graph)
    let both = concatenate([numbers, numbers])
    let isSame = both.reshaped(to: [rows, 1]) .== both.reshaped(to: [1, rows])
    return isSame - selfMask(in: graph)
  }
}

extension Pairs.Groups {
  /// Returns the group number of each sample, `[samples]`.
  func numbers(of samples: Int, in graph: GraphBuilder) -> Tensor {
    switch self {
    case .none: graph.indices(samples)
    case .given(let numbers): graph.constant(numbers.map { Double($0) }, [samples])
    case .input: graph.sharedInput(Pairs.groupsInput, [samples])
    }
  }
}
