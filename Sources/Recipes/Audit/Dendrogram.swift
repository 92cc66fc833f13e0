/// The tree of single-linkage clustering: clusters merge in the order of the distance between their nearest
/// members.
struct Dendrogram {
  /// A cluster of two others, or a leaf.
  struct Node {
    /// The merged clusters: rows below ``leaves``, and later nodes; nil for a leaf.
    let parts: (left: Int, right: Int)?
    /// The distance at which they merge; 0 for a leaf.
    let distance: Double
    /// The number of leaves.
    let count: Int
  }

  /// The leaves in order of rows, then the merges by distance. The last one is the root.
  let nodes: [Node]
  /// The number of leaves.
  let leaves: Int

  /// Merges the leaves of a spanning tree.
  init(of tree: SpanningTree) {
    let leaves = tree.edges.count + 1
    var nodes = [Node](repeating: Node(parts: nil, distance: 0, count: 1), count: leaves)
    nodes.reserveCapacity(2 * leaves)
    // A union-find forest of nodes.
    var parents = Array(0..<(2 * leaves))
    func root(_ node: Int) -> Int {
      var node = node
      while parents[node] != node {
        parents[node] = parents[parents[node]]
        node = parents[node]
      }
      return node
    }
    let order = tree.edges.indices.sorted {
      (tree.edges[$0].distance, $0) < (tree.edges[$1].distance, $1)
    }
    for edge in order.map({ tree.edges[$0] }) {
      let (one, other) = (root(edge.last), root(edge.next))
      let (left, right) = (min(one, other), max(one, other))
      (parents[left], parents[right]) = (nodes.count, nodes.count)
      nodes.append(
        Node(
          parts: (left, right), distance: edge.distance, count: nodes[left].count + nodes[right].count))
    }
    self.nodes = nodes
    self.leaves = leaves
  }
}
