/// The ranking of a dendrogram's leaves by how late and in how small clusters they merge: photographs that do
/// not belong come first (leaves and distances, LAD; Gröger et al. 2024, section 3).
///
/// The dendrogram is drawn in the unit square, distances upwards, the smaller of two clusters to the left and
/// a cluster as wide as its share of the leaves. The score of a leaf is the area above the dendrogram up to
/// it, from the left: a leaf that merges late in a small cluster is at the left end, and has a low one.
struct LeafRanking {
  /// A leaf with its score.
  struct Entry: Sendable, Equatable {
    let row: Int
    let score: Double
  }

  /// The leaves, those that merge last and in the smallest clusters first; the scores ascend.
  let entries: [Entry]

  /// A part of the square below the line at which a cluster merges with another.
  private struct Box {
    let node: Int
    let start: Double
    let end: Double
    let top: Double
  }

  /// The area to the right of a cluster's box.
  private struct Space {
    let start: Double
    let bottom: Double
    let top: Double
  }

  init(of tree: Dendrogram) {
    var entries: [Entry] = []
    entries.reserveCapacity(tree.leaves)
    var area = 0.0
    var spaces: [Space] = []
    var lastLeaf: (end: Double, top: Double)?
    var stack = [Box(node: tree.nodes.count - 1, start: 0, end: 1, top: 1)]
    func add(_ part: Double) { if part > 0 { area += part } }
    while let box = stack.popLast() {
      let node = tree.nodes[box.node]
      if node.distance > 0 { spaces.append(Space(start: box.end, bottom: node.distance, top: box.top)) }
      if let leaf = lastLeaf, leaf.end != box.start {
        add((box.start - leaf.end) * leaf.top)
        lastLeaf = nil
        for space in spaces where space.start < box.start {
          add((box.start - space.start) * (space.top - space.bottom))
        }
        spaces = []
      }
      add((box.end - box.start) * (box.top - node.distance))
      guard let parts = node.parts else {
        entries.append(Entry(row: box.node, score: area))
        lastLeaf = (box.end, box.top)
        continue
      }
      let isOrdered = tree.nodes[parts.left].count <= tree.nodes[parts.right].count
      let (left, right) = isOrdered ? (parts.left, parts.right) : (parts.right, parts.left)
      func edge(_ cluster: Int) -> Double {
        box.start + (box.end - box.start) * (Double(tree.nodes[cluster].count) / Double(node.count))
      }
      let middle = edge(left)
      // The larger one is as wide as its own share, counted from the left, as the authors draw it.
      stack.append(Box(node: right, start: middle, end: edge(right), top: node.distance))
      stack.append(Box(node: left, start: box.start, end: middle, top: node.distance))
    }
    self.entries = entries
  }
}
