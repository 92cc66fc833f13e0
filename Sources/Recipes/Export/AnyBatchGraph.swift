import Ops

/// The graph of a network for any number of images, found by comparing those for two and for three.
struct AnyBatchGraph {
  /// The extent of an axis.
  struct Extent: Equatable {
    /// The extent, in a batch of two images.
    let count: Int
    /// The quotient of the extent and the number of images; nil for a constant extent.
    let perImage: Int?
  }

  /// The graph of two images.
  let graph: Graph
  /// The tensor that the network computes.
  let output: NodeID
  /// The extents of every node.
  private(set) var extents: [[Extent]] = []
  private let other: Graph

  /// The numbers of images of the two graphs.
  static let batches = (2, 3)

  /// Compares graphs.
  ///
  /// - Parameter build: Returns the tensor that the network computes for a number of images.
  /// - Throws: `GraphErrors` with every mistake of the model; `ExportError` if a constant or a setting
  ///   depends on the number of images, or an extent does otherwise than in proportion.
  init(_ build: (_ batch: Int) throws -> Tensor) throws {
    let (first, second) = (try build(AnyBatchGraph.batches.0), try build(AnyBatchGraph.batches.1))
    graph = try first.graph.build(outputs: [first])
    other = try second.graph.build(outputs: [second])
    output = first.id
    guard graph.nodes.count == other.nodes.count else {
      throw ExportError.mixesImages(operation: "other operations", layer: "")
    }
    let isNeeded = graph.isNeeded(for: [first.id])
    for (id, node) in graph.nodes.enumerated() {
      guard isNeeded[id] else {
        extents.append([])
        continue
      }
      guard let own = AnyBatchGraph.extents(node, other.nodes[id]) else {
        throw ExportError.mixesImages(operation: node.operation.name, layer: node.path)
      }
      extents.append(own)
    }
  }

  private static func extents(_ a: Node, _ b: Node) -> [Extent]? {
    guard a.operands == b.operands, isSame(a.operation, b.operation), a.type.shape.rank == b.type.shape.rank
    else { return nil }
    let pairs = zip(a.type.shape.dimensions, b.type.shape.dimensions)
    let extents = pairs.map { own, other -> Extent? in
      if own == other { return own > 0 ? Extent(count: own, perImage: nil) : nil }
      guard own % batches.0 == 0, own / batches.0 * batches.1 == other else { return nil }
      return Extent(count: own, perImage: own / batches.0)
    }
    return extents.contains(nil) ? nil : extents.compactMap { $0 }
  }

  /// Whether an operation is the same for both numbers of images, but for extents.
  private static func isSame(_ a: any Operation, _ b: any Operation) -> Bool {
    switch (a, b) {
    case (is Reshape, is Reshape), (is Broadcast, is Broadcast), (is Input, is Input): true
    case (is CustomGradient, is CustomGradient): true
    case (let a as Slice, let b as Slice): a.axis == b.axis
    case (let a as Constant, let b as Constant): a.values == b.values
    default: areEqual(a, b)
    }
  }

  /// Whether a slice has the whole of its axis, however many images there are.
  func isWhole(_ id: NodeID) -> Bool {
    func isWhole(_ graph: Graph) -> Bool {
      let node = graph.nodes[id]
      return graph.nodes[node.operands[0]].type.shape == node.type.shape
    }
    return isWhole(graph) && isWhole(other)
  }

  /// The number of times that each node's result is read.
  var uses: [Int] {
    let isNeeded = graph.isNeeded(for: [output])
    var uses = [Int](repeating: 0, count: graph.nodes.count)
    uses[output] = 1
    for (id, node) in graph.nodes.enumerated() where isNeeded[id] {
      for operand in node.operands { uses[operand] += 1 }
    }
    return uses
  }
}
