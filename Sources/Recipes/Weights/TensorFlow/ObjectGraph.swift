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
  init?(_ message: ByteReader) {
    guard let fields = message.messageFields else { return nil }
    var objects: [Object] = []
    for field in fields where field.number == 1 {
      guard case .bytes(let node) = field.value, let parts = node.messageFields else { return nil }
      var object = Object()
      for part in parts {
        guard case .bytes(let message) = part.value, let entries = message.messageFields else { continue }
        if part.number == 1 {
          var child = (name: "", node: 0)
          for entry in entries {
            if case (1, .integer(let number)) = (entry.number, entry.value) { child.node = number }
            if case (2, .bytes(let name)) = (entry.number, entry.value) { child.name = name.text }
          }
          object.children[child.name] = child.node
        } else if part.number == 2 {
          for case (3, .bytes(let key)) in entries.map({ ($0.number, $0.value) }) { object.key = key.text }
        }
      }
      objects.append(object)
    }
    if objects.isEmpty { return nil }
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
