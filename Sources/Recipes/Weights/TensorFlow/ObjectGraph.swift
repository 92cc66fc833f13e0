/// The objects of a TensorFlow 2 program in its checkpoint, by which variables are found there whatever they
/// are called (`TrackableObjectGraph` in trackable_object_graph.proto).
struct ObjectGraph {
  private struct Object {
    var children: [String: Int] = [:]
    /// The key of its tensor in the checkpoint, for a variable.
    var key: String?
  }

  private let objects: [Object]

  /// Decodes a graph; nil if it is damaged.
  init?(_ bytes: ByteReader) {
    guard let nodes = Message(bytes)?.messages(1), !nodes.isEmpty else { return nil }
    var objects: [Object] = []
    for node in nodes {
      guard let children = node.messages(1), let tensors = node.messages(2) else { return nil }
      var object = Object()
      for child in children {
        guard let name = child.bytes(2).last else { continue }
        object.children[name.text] = child.integer(1) ?? 0
      }
      object.key = tensors.last?.bytes(3).last?.text
      objects.append(object)
    }
    self.objects = objects
  }

  /// Returns the object at the end of a path of names from another, by default the root.
  func object(_ path: String..., from start: Int = 0) -> Int? {
    var place = start
    for name in path {
      guard let next = objects[place].children[name], objects.indices.contains(next) else { return nil }
      place = next
    }
    return place
  }

  /// Returns the items of the list at the end of a path from an object.
  func items(_ name: String, of start: Int) -> [Int]? {
    guard let list = object(name, from: start) else { return nil }
    var items: [Int] = []
    while let item = object("\(items.count)", from: list) { items.append(item) }
    return items
  }

  /// Returns the key of the variable of a name in an object.
  func key(_ name: String, of start: Int) -> String? { object(name, from: start).flatMap { objects[$0].key } }
}
