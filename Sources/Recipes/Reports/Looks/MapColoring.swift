import Foundation

/// The division of a map's photographs into groups of one color each, by a property such as the class.
struct MapColoring {
  /// A group in the legend.
  struct Group {
    let name: String
    /// The mark: one of ``marks``, ``others`` or ``none``.
    let mark: Int
    let count: Int
  }

  let title: String
  /// The groups with a mark of their own, then the others.
  let groups: [Group]
  /// The mark of each photograph.
  let marks: [Int]

  /// The number of different marks: eight colors, as disks and as rings.
  static let distinct = 16
  /// The mark of all further groups.
  static let others = distinct
  /// The mark of photographs without the property.
  static let none = distinct + 1

  /// Divides photographs by a property.
  ///
  /// - Parameters:
  ///   - values: The value for each photograph; nil without one.
  ///   - order: The values in order; if there are more than marks, the most frequent have one.
  init(_ title: String, _ values: [String?], order: [String], missing: String) {
    self.title = title
    var counts: [String: Int] = [:]
    for case let value? in values { counts[value, default: 0] += 1 }
    let present = order.filter { counts[$0] != nil }
    let frequent = present.enumerated().sorted {
      (counts[$1.element] ?? 0, $0.offset) < (counts[$0.element] ?? 0, $1.offset)
    }
    let kept = Set(frequent.prefix(MapColoring.distinct).map(\.element))
    var known: [String: Int] = [:]
    var groups = present.filter(kept.contains).enumerated().map { place, value in
      known[value] = place
      return Group(name: value, mark: place, count: counts[value] ?? 0)
    }
    let marks = values.map { $0.map { known[$0] ?? MapColoring.others } ?? MapColoring.none }
    for (mark, name) in [
      (MapColoring.others, "\(present.count - kept.count) others"), (MapColoring.none, missing),
    ] {
      let count = marks.count { $0 == mark }
      if count > 0 { groups.append(Group(name: name, mark: mark, count: count)) }
    }
    (self.groups, self.marks) = (groups, marks)
  }

  /// Divides the photographs of a gallery by class, split, whether the prediction is right, and columns of
  /// the manifest with a few different values.
  static func all(of gallery: Gallery, _ table: PhotographTable?, columns: [String]) -> [MapColoring] {
    let items = gallery.photographs
    var colorings: [MapColoring] = []
    if !gallery.classes.isEmpty {
      colorings.append(
        MapColoring(
          "class", items.map { $0.label.map { gallery.classes[$0] } }, order: gallery.classes,
          missing: "no label"))
    }
    colorings.append(
      MapColoring(
        "split", items.map { $0.split.rawValue }, order: Split.allCases.map(\.rawValue), missing: "no split"))
    if items.contains(where: { $0.predicted != nil && $0.label != nil }) {
      let (right, wrong) = ("right", "wrong")
      colorings.append(
        MapColoring(
          "prediction", items.map { $0.label == nil ? nil : $0.isMistaken ? wrong : right },
          order: [right, wrong], missing: "no label"))
    }
    let rows = Dictionary((table?.rows ?? []).map { ($0.photograph, $0.attributes) }) { first, _ in first }
    for column in columns {
      let values = items.map { rows[$0.name]?[column] }
      let order = Set(values.compactMap { $0 }).sorted { ($0.number, $0) < ($1.number, $1) }
      guard (2...mostValues).contains(order.count) else { continue }
      colorings.append(MapColoring(column, values, order: order, missing: "not stated"))
      if colorings.count == mostColorings { break }
    }
    return colorings
  }

  // A column of more values is no subgroup, but a name or a measurement.
  private static let mostValues = 40
  private static let mostColorings = 10
}

extension String {
  /// The number that it is; infinite if it is none.
  fileprivate var number: Double {
    Double(self).flatMap { $0.isNaN ? nil : $0 } ?? .infinity
  }
}
