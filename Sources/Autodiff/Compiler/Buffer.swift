/// The memory that the value of a node takes.
struct Buffer: Hashable {
  /// The number of elements.
  let count: Int
  /// The storage type of each element.
  let storage: Storage

  /// Its size.
  var byteCount: Int { count * storage.byteCount }
}

extension Graph {
  /// Returns the storage type of a node's elements: that of its element type.
  func storage(of id: NodeID) -> Storage { Storage(nodes[id].type.element) }

  /// The memory for the value of a node.
  func buffer(for id: NodeID) -> Buffer {
    Buffer(count: nodes[id].type.shape.count, storage: storage(of: id))
  }

  /// Bytes of some numbers of the precision that the graph is computed in.
  func byteCount(ofNumbers count: Int) -> Int { count * Storage(precision).byteCount }
}
