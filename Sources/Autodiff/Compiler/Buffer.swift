/// The memory that the value of a node takes.
struct Buffer: Hashable {
  /// How many elements there are.
  let count: Int
  /// How each is stored.
  let storage: Storage

  /// Its size.
  var byteCount: Int { count * storage.byteCount }
}

extension Graph {
  /// How the elements of a node are stored where they are in memory: as the numbers that they are.
  func storage(of id: NodeID) -> Storage { Storage(nodes[id].type.element) }

  /// The memory for the value of a node; nil for one without elements.
  func buffer(for id: NodeID) -> Buffer? {
    let count = nodes[id].type.shape.count
    return count == 0 ? nil : Buffer(count: count, storage: storage(of: id))
  }

  /// Bytes of some numbers of the precision that the graph is computed in.
  func byteCount(ofNumbers count: Int) -> Int { count * Storage(precision).byteCount }
}
