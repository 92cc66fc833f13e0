extension RunReport {
  /// What photographs look like to the network; empty for a run without a gallery.
  var looks: [ReportSection] {
    do throws(FileError) {
      guard let gallery = try Gallery(in: run.folder) else { return [] }
      return [
        LooksSection(
          gallery: gallery, table: run.photographs,
          columns: options.subgroups.isEmpty ? nil : options.subgroups,
          showsPhotographs: !options.withoutPhotographs
        ).section
      ]
    } catch {
      return [ReportSection("looks", "What it looks like", [.tag("p", ["class": "note"], error.description)])]
    }
  }
}

/// The section of a report with photographs: the map, neighbors, mistakes and heat maps of a gallery.
struct LooksSection {
  let gallery: Gallery
  /// The run's photographs, for their columns.
  let table: PhotographTable?
  /// The columns of the manifest that the map can be colored by; all of them if nil.
  var columns: [String]?
  /// Whether pictures are shown; otherwise names alone are.
  var showsPhotographs = true

  var section: ReportSection {
    var content: [Markup] = []
    if gallery.hasMap {
      let figure = MapFigure(
        gallery: gallery,
        colorings: MapColoring.all(of: gallery, table, columns: columns ?? table?.attributes ?? []),
        showsPhotographs: showsPhotographs)
      content += [.tag("h3", [:], "Map"), figure.markup]
    }
    if !gallery.neighbors.isEmpty { content += neighbors }
    if gallery.photographs.contains(where: { $0.predicted != nil }) { content += mistakes }
    if !gallery.explanations.isEmpty, showsPhotographs { content += explanations }
    content += gallery.notes.map { .tag("p", ["class": "note"], $0) }
    return ReportSection("looks", "What it looks like", content)
  }

  private var neighbors: [Markup] {
    let training = gallery.photographs.count { $0.split == .train }
    let sample =
      training < gallery.trainingCount ? "a sample of \(training) for training" : "the training split"
    return [
      .tag("h3", [:], "Nearest neighbors"),
      .tag(
        "p", [:],
        "Photographs chosen at random, of each class in turn, and for each the photographs of \(sample), "
          + "of other patients, whose features have the highest cosine similarity. They show what the "
          + "network takes for similar: the finding, or rulers, hairs, colors and the camera. Those of "
          + "another class are framed and marked by ≠."),
    ]
      + gallery.neighbors.map { row in
        let query = gallery.photographs[row.query].label
        let found = zip(row.found, row.similarities).map { index, similarity in
          let label = gallery.photographs[index].label
          let isOther = query != nil && label != nil && label != query
          return card(
            index, class: isOther ? "look other" : "look",
            [
              className(label) + (isOther ? " ≠" : ""),
              "similarity \(NumberFormat.decimals(3)(Double(similarity)))",
            ])
        }
        return .tag(
          "div", ["class": "looks row"],
          [
            card(
              row.query, class: "look query",
              [className(query), gallery.photographs[row.query].split.rawValue])
          ]
            + found)
      }
  }

  private var mistakes: [Markup] {
    let wrong = gallery.mistakes
    let text =
      wrong.isEmpty
      ? "No prediction for an evaluated photograph is wrong."
      : "The wrong predictions with the highest probabilities. Each is a mistake of the network or of the "
        + "label, or a photograph that does not tell."
    return [.tag("h3", [:], "Most confident mistakes"), .tag("p", [:], text)]
      + (wrong.isEmpty
        ? []
        : [
          .tag(
            "div", ["class": "looks"],
            wrong.map { index in
              let item = gallery.photographs[index]
              return card(
                index, class: "look",
                [
                  "labelled \(className(item.label))",
                  "predicted \(className(item.predicted)), \(gallery.percent(item.probability))",
                ])
            })
        ])
  }

  private var explanations: [Markup] {
    let hasMaps = gallery.explanations.contains { $0.gradCAM != nil }
    let gradCAM =
      "Grad-CAM (Selvaraju et al. 2017) weights the last feature map of at least 4 by 4 cells, or the patches "
      + "that a vision transformer's last attention reads, by the gradient of the predicted class's logit, and is "
      + "shown with each cell at the center of what it sees. "
    return [
      .tag("h3", [:], "Where decisions come from"),
      .tag(
        "p", [:],
        (hasMaps ? gradCAM : "")
          + "Occlusion (Zeiler and Fergus 2014) covers a patch of a quarter of the side with the mean color, "
          + "and shows where the probability of the predicted class falls most. Each map is scaled to its "
          + "own largest value."),
      .tag(
        "p", ["class": "note warning"],
        "A heat map is no proof: it shows where this network is sensitive in this photograph, coarsely, and "
          + "not why, nor that the reason is a medical one. Where the two maps disagree, trust neither."),
      .tag(
        "p", ["class": "heat-scale"],
        [.tag("span", [:], "little"), .tag("i", ["aria-hidden": "true"]), .tag("span", [:], "most")]),
      .tag("div", ["class": "heats"], gallery.explanations.map(explained)),
    ]
  }

  private func explained(_ explanation: Gallery.Explanation) -> Markup {
    let item = gallery.photographs[explanation.photograph]
    let pictures: [(Thumbnail?, String)] = [
      (explanation.input, "photograph"), (explanation.gradCAM, "Grad-CAM"),
      (explanation.occlusion, "occlusion"),
    ]
    let drop =
      explanation.largestDrop < 0.005
      ? "no patch lowers the probability"
      : "a patch lowers the probability by up to \(gallery.percent(explanation.largestDrop))"
    let caption = [
      "labelled \(className(item.label))",
      "predicted \(className(item.predicted)), \(gallery.percent(item.probability))", drop,
    ]
    return .tag(
      "figure", ["class": item.isMistaken ? "heat other" : "heat"],
      [
        .tag(
          "div", ["class": "triple"],
          pictures.compactMap { picture, name in
            picture.map { picture in
              .tag(
                "span", [:],
                [picture.img(alt: "\(name) of \(item.name)"), .tag("small", ["aria-hidden": "true"], name)])
            }
          }),
        .tag(
          "p", ["class": "look-text"],
          [.tag("strong", [:], item.isMistaken ? "mistake" : "correct")] + lines(caption, name: item.name)),
      ])
  }

  private func className(_ label: Int?) -> String { label.map { gallery.classes[$0] } ?? "no label" }

  /// Returns a photograph, if it is shown, with lines about it.
  private func card(_ index: Int, class name: String, _ text: [String]) -> Markup {
    let item = gallery.photographs[index]
    let picture = showsPhotographs ? gallery.pictures[index] : nil
    return .tag(
      "div", ["class": name],
      (picture.map { [$0.img(alt: "photograph \(item.name)")] } ?? [])
        + [.tag("p", ["class": "look-text"], lines(text, name: item.name))])
  }

  private func lines(_ text: [String], name: String) -> [Markup] {
    text.map { .tag("span", [:], $0) } + [.tag("small", ["title": name], Gallery.short(name))]
  }
}
