/// The stages of a run as a drawing: each below the one whose weights it starts from, with the data it reads
/// at the right. Repetitions of a stage are one box.
struct PipelineDrawing {
  /// A box.
  private struct Node {
    let group: StageGroup
    let row: Int
    let depth: Int
    /// The row of the box it starts from.
    let parent: Int?
  }

  private let nodes: [Node]
  private let inputs: [String]

  private static let row = 62.0
  private static let box = (width: 236.0, height: 46.0)
  private static let indent = 34.0
  private static let chip = (width: 128.0, height: 24.0)

  init(of groups: [StageGroup]) {
    var nodes: [Node] = []
    let names = Set(groups.map(\.name))
    let children = Dictionary(grouping: groups) { group in
      group.predecessor.flatMap { names.contains($0) && $0 != group.name ? $0 : nil }
    }
    // A circle in a damaged record has no beginning and is not drawn.
    var waiting: [(group: StageGroup, depth: Int, parent: Int?)] = (children[nil] ?? []).reversed().map {
      ($0, 0, nil)
    }
    while let (group, depth, parent) = waiting.popLast() {
      let own = nodes.count
      nodes.append(Node(group: group, row: own, depth: depth, parent: parent))
      waiting += (children[group.name] ?? []).reversed().map { ($0, depth + 1, own) }
    }
    self.nodes = nodes
    var inputs: [String] = []
    for node in nodes where !inputs.contains(node.group.input) { inputs.append(node.group.input) }
    self.inputs = inputs
  }

  /// The figure; nil if there is no stage.
  var figure: Figure? {
    guard !nodes.isEmpty else { return nil }
    // A chain of hundreds of stages, which no one draws, is not wider for it.
    let deepest = Double(min(nodes.map(\.depth).max() ?? 0, PipelineDrawing.deepest))
    let right = deepest * PipelineDrawing.indent + PipelineDrawing.box.width + 34
    return Figure(
      "pipeline", title: "Stages, what they read, and whose weights they start from",
      description: nodes.map(sentence).joined(separator: " "),
      width: right + PipelineDrawing.chip.width + 1,
      height: Double(nodes.count) * PipelineDrawing.row - PipelineDrawing.row + PipelineDrawing.box.height
        + 2,
      drawing: nodes.flatMap(arrow) + nodes.flatMap { drawn($0, chipAt: right) },
      note: "An arrow from one stage to another hands on its weights; at the right is what a stage reads.")
  }

  private static let deepest = 12

  private func sentence(_ node: Node) -> String {
    let from = node.group.predecessor.map { "starts from the weights of \($0.shortened(to: 60))" }
    return "\(node.group.title(upTo: 60)) \(from ?? "has no predecessor") and reads "
      + "\(node.group.input.shortened(to: 60))."
  }

  private func left(_ node: Node) -> Double {
    Double(min(node.depth, PipelineDrawing.deepest)) * PipelineDrawing.indent + 1
  }

  private func middle(_ node: Node) -> Double {
    Double(node.row) * PipelineDrawing.row + PipelineDrawing.box.height / 2 + 1
  }

  /// The arrow of weights to a box.
  private func arrow(_ node: Node) -> [Markup] {
    guard let parent = node.parent.map({ nodes[$0] }) else { return [] }
    let (trunk, end) = (left(parent) + 16, (x: left(node), y: middle(node)))
    let start = middle(parent) + PipelineDrawing.box.height / 2
    let path = "M\(SVG.number(trunk)) \(SVG.number(start))V\(SVG.number(end.y))H\(SVG.number(end.x - 5))"
    return [.tag("path", ["class": "arrow", "d": path]), head(at: end, pointing: 1)]
  }

  private func head(at point: (x: Double, y: Double), pointing side: Double) -> Markup {
    let back = point.x - 8 * side
    let corners = [(back, point.y - 4), (point.x, point.y), (back, point.y + 4)]
    return .tag("path", ["class": "head", "d": SVG.path([corners.map { (x: $0.0, y: $0.1) }]) + "Z"])
  }

  private func drawn(_ node: Node, chipAt right: Double) -> [Markup] {
    let (left, middle) = (left(node), middle(node))
    let (box, chip) = (PipelineDrawing.box, PipelineDrawing.chip)
    let color = SVG.series(inputs.firstIndex(of: node.group.input) ?? 0)
    return [
      SVG.rectangle(
        x: left, y: middle - box.height / 2, width: box.width, height: box.height, class: "box", radius: 5),
      SVG.text(node.group.title(upTo: 30), x: left + 12, y: middle - 4, class: "label strong"),
      SVG.text(node.group.facts, x: left + 12, y: middle + 13, class: "tick"),
      .tag(
        "g", ["class": color],
        [
          SVG.line(from: (right, middle), to: (left + box.width + 7, middle), class: "arrow"),
          head(at: (left + box.width, middle), pointing: -1),
          SVG.rectangle(
            x: right, y: middle - chip.height / 2, width: chip.width, height: chip.height, class: "chip",
            radius: chip.height / 2),
          SVG.text(
            node.group.input.shortened(to: 20), x: right + chip.width / 2, y: middle + 4, anchor: .middle),
        ]),
    ]
  }
}
