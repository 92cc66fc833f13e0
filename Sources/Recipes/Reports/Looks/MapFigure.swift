/// The map of a gallery as a drawing: a point for each photograph, with the choice of what its color means,
/// and a card with the photograph that is pointed at.
struct MapFigure {
  let gallery: Gallery
  let colorings: [MapColoring]
  let showsPhotographs: Bool

  /// The side of the drawing in its own units.
  private static let side = 1000.0
  private static let margin = 14.0

  var markup: Markup {
    let hint = "map-hint"
    let drawing = Markup.tag(
      "svg",
      [
        "class": gallery.photographs.count > 3000 ? "points dense" : "points", "viewBox": "0 0 1000 1000",
        "role": "img", "aria-labelledby": "map-caption", "aria-describedby": hint, "tabindex": "0",
      ], points + [.tag("circle", ["class": "ring", "r": "13", "visibility": "hidden"])])
    return .tag(
      "figure", ["class": "map", "id": "map"],
      [
        .tag("figcaption", ["id": "map-caption"], caption), choice,
        .tag("div", ["class": "map-body"], [drawing, side]),
        .tag(
          "p", ["class": "note", "id": hint],
          "Each point is a photograph; near points have similar features. Sizes of clusters, and distances "
            + "between them, mean little. Point at it, or move by the arrow keys; choose a name in the "
            + "legend to see it alone."),
      ])
  }

  private var caption: String {
    let training = gallery.photographs.count { $0.split == .train }
    let some =
      training < gallery.trainingCount
      ? " (\(NumberFormat.count(training)) of \(NumberFormat.count(gallery.trainingCount)) for training)" : ""
    let count = NumberFormat.count(gallery.photographs.count)
    return "Map of \(count) photographs\(some) by the features of \(gallery.stage)"
  }

  /// The photographs, those of the first ones last, in front of the others.
  private var points: [Markup] {
    gallery.photographs.indices.reversed().map { index in
      let item = gallery.photographs[index]
      let marks = colorings.map { "\($0.marks[index])" }
      return .tag(
        "circle",
        [
          "class": "m\(marks.first ?? "0")", "cx": MapFigure.place(item.x), "cy": MapFigure.place(item.y),
          "r": "5", "data-m": marks.joined(separator: " "),
        ], [.tag("title", [:], gallery.lines(of: index).joined(separator: "\n"))])
    }
  }

  private static func place(_ fraction: Float) -> String {
    let place = ((margin + (side - 2 * margin) * Double(fraction)) * 10).rounded() / 10
    return place == place.rounded() ? "\(Int(place))" : "\(place)"
  }

  /// The choice of a coloring, shown by the script.
  private var choice: Markup {
    let buttons = colorings.enumerated().map { place, coloring in
      Markup.tag(
        "label", [:],
        [
          .element(
            "input",
            [("type", "radio"), ("name", "map-coloring"), ("value", "\(place)")]
              + (place == 0 ? [("checked", "checked")] : []), []),
          .tag("span", [:], coloring.title),
        ])
    }
    return .tag(
      "fieldset", ["class": "map-choice", "hidden": "hidden"], [.tag("legend", [:], "Color by")] + buttons)
  }

  /// The legends, of which one is shown, and the card.
  private var side: Markup {
    let legends = colorings.enumerated().map { place, coloring in
      Markup.element(
        "ul",
        [("class", "map-legend"), ("aria-label", coloring.title)]
          + (place == 0 ? [] : [("hidden", "hidden")]),
        coloring.groups.map(MapFigure.entry))
    }
    var card: [Markup] = []
    if showsPhotographs, let sheet = gallery.sheet {
      card.append(
        .tag(
          "div", ["class": "tile", "hidden": "hidden"],
          [
            .element(
              "img",
              [
                ("src", sheet.url), ("alt", ""), ("width", "\(sheet.width)"), ("height", "\(sheet.height)"),
                ("data-tile", "\(Gallery.tile)"), ("data-columns", "\(Gallery.sheetColumns)"),
              ], [])
          ]))
    }
    card.append(.tag("p", ["class": "map-text", "aria-live": "polite"], ""))
    return .tag("div", ["class": "map-side"], [.tag("div", ["class": "map-card"], card)] + legends)
  }

  private static func entry(_ group: MapColoring.Group) -> Markup {
    .tag(
      "li", [:],
      [
        .tag(
          "button", ["type": "button", "aria-pressed": "false", "data-m": "\(group.mark)"],
          [
            .tag(
              "svg", ["viewBox": "0 0 14 14", "width": "14", "height": "14", "aria-hidden": "true"],
              [.tag("circle", ["class": "m\(group.mark)", "cx": "7", "cy": "7", "r": "5"])]),
            .tag("span", [:], group.name), .tag("small", [:], "\(group.count)"),
          ])
      ])
  }
}

extension Gallery {
  /// What is known of a photograph, a line each.
  func lines(of index: Int) -> [String] {
    let item = photographs[index]
    let label = item.label.map { "labelled \(classes[$0])" } ?? "no label"
    var lines = [Gallery.short(item.name), "\(item.split.rawValue), \(label)"]
    if let predicted = item.predicted, let probability = item.probability {
      lines.append("predicted \(classes[predicted]), \(percent(probability))")
    }
    return lines
  }

  /// Returns the last part of a path.
  static func short(_ name: String) -> String { name.split(separator: "/").last.map(String.init) ?? name }

  /// Returns a probability as a percentage.
  func percent(_ probability: Float?) -> String {
    NumberFormat.percent(1)(probability.map(Double.init) ?? .nan)
  }
}
