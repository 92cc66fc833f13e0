import Foundation
import Ops

extension Gallery {
  /// The most photographs on a map.
  static let mostPhotographs = 10_000

  /// Returns the index of the stage whose network a gallery shows: of the classifiers on most labels the
  /// last, or without one the last encoder; the first repetition of it.
  static func choice(of stages: [StagePlan]) -> Int? {
    func share(_ plan: StagePlan) -> Double {
      guard plan.parts.isClassifier else { return -1 }
      if case .labelled(_, let share) = plan.parts.selection { return share }
      return 1
    }
    let least = stages.map(\.stage.repetition).min()
    let first = stages.indices.filter { stages[$0].stage.repetition == least }
    let most = first.map { share(stages[$0]) }.max()
    return first.last { share(stages[$0]) == most }
  }

  /// Returns the gallery of a stage that is in the folder of a run; nil if there is none, or of other weights
  /// or settings.
  static func current(in folder: URL, of plan: StagePlan, withPhotographs: Bool) -> Gallery? {
    let stored = (try? Gallery(in: folder)).flatMap { $0 }
    return stored?.identity == identity(of: plan, withPhotographs: withPhotographs) ? stored : nil
  }

  private static func identity(of plan: StagePlan, withPhotographs: Bool) -> String {
    var hash = ContentHash()
    hash.combine(plan.hash)
    hash.combine(plan.parts.evaluate.map { StableText(of: $0).text } ?? "")
    hash.combine(withPhotographs ? 1 : 0)
    return hash.text
  }

  /// Makes the gallery of a stage: of all labelled test and validation photographs, and a sample of the
  /// training ones. What of it fails, or lacks memory, is a note.
  ///
  /// - Parameters:
  ///   - plan: The stage; see ``choice(of:)``.
  ///   - weights: Its weights.
  ///   - scored: A classifier's scores, which take the place of the network's own for the same photographs.
  ///   - withPhotographs: Whether there are pictures in it.
  ///   - limit: The most photographs.
  ///   - keep: Receives the features of the photographs, and the identity of the gallery.
  /// - Throws: `MemoryShortage` or, from the system, `OutOfMemory` if there is not the memory for the
  ///   network and photographs; `DataError` if no photograph can be read, or one of a strict dataset cannot;
  ///   `CancellationError` if interrupted.
  static func make(
    of plan: StagePlan, _ weights: StageWeights, scored: ScoredPhotographs? = nil, on dataset: Dataset,
    withPhotographs: Bool = true, limit: Int = mostPhotographs, workers: Workers,
    memory: SystemMemory = .current, interruption: Interruption = Interruption(),
    keepingFeatures keep: (Features, String) throws -> Void = { _, _ in }
  ) throws -> Gallery {
    let network = try ExplainedNetwork(
      of: plan, weights, channels: dataset.channels, workers: workers, memory: memory)
    let candidates = dataset.shown(limit: limit)
    let parts = try GalleryMemory(
      of: candidates.count, by: network, size: plan.size, on: dataset, workers: workers
    ).parts(of: memory, withTiles: withPhotographs)
    let features = try GalleryFeatures(
      of: candidates, on: dataset, size: plan.size, by: network, withTiles: parts.tiles,
      workers: workers, interruption: interruption)
    guard !features.indices.isEmpty else {
      throw dataset.nothingReadable(first: candidates.first ?? 0, others: candidates.count - 1)
    }
    var maker = GalleryMaker(
      plan: plan, dataset: dataset, network: network, indices: features.indices, workers: workers,
      withPhotographs: withPhotographs, interruption: interruption)
    maker.notes = parts.notes
    let rows = try Features(features.values, dimensions: features.dimensions)
    // One that is not whole is made again by the next run.
    let identity =
      identity(of: plan, withPhotographs: withPhotographs) + (parts.isWhole ? "" : ", not whole")
    _ = try maker.attempt("The file of features") { _ in try keep(rows, identity) }
    maker.place(features, parts.map ? EmbeddingMap(of: rows, workers: workers) : nil, scored)
    if interruption.isRequested { throw CancellationError() }
    let neighbors = maker.neighbors(of: rows.normalized())
    let mistakes = maker.mistakes
    let sheet = try maker.attempt("The small pictures") { _ in try features.sheet() }
    let explanations = try maker.attempt("The heat maps") { try $0.explanations(of: mistakes) }
    let shown = Set(mistakes + neighbors.flatMap { [$0.query] + $0.found })
    let pictures = try maker.attempt("The pictures") { try $0.pictures(of: shown.sorted()) }
    if !dataset.classes.isEmpty, plan.parts.isClassifier, !network.hasHeat {
      maker.notes.append(
        "The network has neither a feature map that it averages nor tokens of patches, so there is no Grad-CAM; "
          + "occlusion needs none.")
    }
    return Gallery(
      version: currentVersion, identity: identity,
      stage: plan.stage.title, classes: dataset.classes, photographs: maker.items,
      trainingCount: dataset.splits.count { $0 == .train }, sheet: sheet ?? nil, neighbors: neighbors,
      mistakes: mistakes, explanations: explanations ?? [], pictures: pictures ?? [:], notes: maker.notes)
  }
}

extension Dataset {
  /// Returns the photographs of a gallery: the labelled ones of the test and validation patients, then as
  /// many of the training patients as the limit allows, chosen by their names.
  fileprivate func shown(limit: Int) -> [Int] {
    let evaluated = indices(of: .labelled(.test)) + indices(of: .labelled(.validation))
    let kept = inRandomOrder(evaluated).prefix(limit)
    let first = evaluated.count > limit ? Array(kept).sorted() : evaluated
    let training = inRandomOrder(indices(of: .unlabelled)).prefix(limit - first.count)
    return first.sorted { (splits[$0] == .test ? 0 : 1, $0) < (splits[$1] == .test ? 0 : 1, $1) }
      + training.sorted()
  }

  /// Returns photographs in an order that depends on their names alone.
  func inRandomOrder(_ indices: [Int]) -> [Int] {
    indices.map { index in
      var generator = CounterGenerator(seed: 0, name: photographs[index].id)
      return (generator.next(), index)
    }.sorted { $0 < $1 }.map(\.1)
  }
}

/// The parts of a gallery in the making.
struct GalleryMaker {
  let plan: StagePlan
  let dataset: Dataset
  let network: ExplainedNetwork
  /// The photographs' indices in the dataset.
  let indices: [Int]
  let workers: Workers
  let withPhotographs: Bool
  let interruption: Interruption
  private(set) var items: [Gallery.Item] = []
  var notes: [String] = []

  private static let (queries, neighborsOfEach, mostMistakes) = (12, 6, 12)
  private static let (explainedMistakes, explainedHits) = (8, 4)
  /// The sides in pixels of a picture, and of half a heat map.
  static let (pictureSide, heatSide) = (128, 160)
  /// The most pictures beside the sheet, and the most explanations.
  static let mostPictures = mostMistakes + queries * (1 + neighborsOfEach)
  static let mostExplanations = explainedMistakes + explainedHits

  init(
    plan: StagePlan, dataset: Dataset, network: ExplainedNetwork, indices: [Int], workers: Workers,
    withPhotographs: Bool, interruption: Interruption
  ) {
    (self.plan, self.dataset, self.network, self.indices) = (plan, dataset, network, indices)
    (self.workers, self.withPhotographs, self.interruption) = (workers, withPhotographs, interruption)
  }

  /// Returns what `body` makes; nil, with a note, if it fails.
  ///
  /// - Throws: `CancellationError` if it is interrupted.
  mutating func attempt<Part>(_ part: String, _ body: (GalleryMaker) throws -> Part) throws -> Part? {
    do { return try body(self) } catch let error as CancellationError { throw error } catch {
      notes.append("\(part) could not be made: \(error)")
      return nil
    }
  }

  /// Describes the photographs, with their places on the map scaled to the unit square; all in the middle
  /// without a map.
  mutating func place(_ features: GalleryFeatures, _ map: EmbeddingMap?, _ scored: ScoredPhotographs?) {
    let points = map?.points ?? [SIMD2<Double>](repeating: .zero, count: indices.count)
    let low = points.reduce(SIMD2(repeating: .infinity)) { pointwiseMin($0, $1) }
    let high = points.reduce(SIMD2(repeating: -.infinity)) { pointwiseMax($0, $1) }
    let side = max((high - low).max(), .leastNormalMagnitude)
    let known = Dictionary((scored?.photographs ?? []).enumerated().map { ($1, $0) }) { first, _ in first }
    items = indices.enumerated().map { place, index in
      let photograph = dataset.photographs[index]
      var prediction = features.predictions.isEmpty ? nil : features.predictions[place]
      if let scored, let sample = known[photograph.id] {
        let label = scored.predictions.predictedClass(ofSample: sample)
        prediction = (label, scored.predictions.scores[sample * scored.classes.count + label])
      }
      let point = ((points[place] - (low + high) / 2) / side + 0.5).clamped(
        lowerBound: .zero, upperBound: .one)
      let (x, y) = (Float((point.x * 1e4).rounded() / 1e4), Float((point.y * 1e4).rounded() / 1e4))
      return Gallery.Item(
        name: photograph.id, split: dataset.splits[index], label: photograph.label,
        predicted: prediction?.label, probability: prediction?.probability, x: x, y: y)
    }
  }

  /// The split whose predictions are shown.
  private var evaluated: Split { plan.parts.evaluate?.split ?? .test }

  /// The places of photographs of the evaluated split.
  private var evaluatedPlaces: [Int] { items.indices.filter { items[$0].split == evaluated } }

  /// The most probable wrong predictions.
  var mistakes: [Int] {
    let wrong = evaluatedPlaces.filter { items[$0].isMistaken }
    return Array(
      wrong.sorted { (items[$1].probability ?? 0, $0) < (items[$0].probability ?? 0, $1) }
        .prefix(GalleryMaker.mostMistakes))
  }

  /// Chooses photographs of the evaluated split at random, of each class in turn.
  private func chosen(_ count: Int, from places: [Int]) -> [Int] {
    let byName = Dictionary(zip(indices, items.indices)) { first, _ in first }
    let order = dataset.inRandomOrder(places.map { indices[$0] }).compactMap { byName[$0] }
    var turns: [Int: Int] = [:]
    let ranked = order.enumerated().map { place, item in
      let label = items[item].label ?? -1
      turns[label, default: 0] += 1
      return (turn: turns[label, default: 0], place: place, item: item)
    }
    return ranked.sorted { ($0.turn, $0.place) < ($1.turn, $1.place) }.prefix(count).map(\.item)
  }

  /// Finds the training photographs of other patients nearest to some test photographs.
  func neighbors(of rows: Features) -> [Gallery.Neighbors] {
    let training = items.indices.filter { items[$0].split == .train }
    let queries = chosen(GalleryMaker.queries, from: evaluatedPlaces.filter { items[$0].split != .train })
    guard !training.isEmpty, !queries.isEmpty else { return [] }
    let patients = indices.map { dataset.photographs[$0].patient }
    let nearest = NearestRows(
      GalleryMaker.neighborsOfEach, of: rows.samples(at: queries), in: rows.samples(at: training),
      workers: workers
    ) { patients[queries[$0]] != patients[training[$1]] }
    return zip(queries, nearest.neighbors).map { query, found in
      Gallery.Neighbors(
        query: query, found: found.map { training[$0.row] }, similarities: found.map(\.similarity))
    }
  }

  /// Explains some of the mistakes, and some correct predictions chosen at random.
  func explanations(of mistakes: [Int]) throws -> [Gallery.Explanation] {
    guard withPhotographs, plan.parts.isClassifier else { return [] }
    let correct = evaluatedPlaces.filter { items[$0].label != nil && !items[$0].isMistaken }
    let hits = chosen(GalleryMaker.explainedHits, from: correct)
    return try (mistakes.prefix(GalleryMaker.explainedMistakes) + hits).compactMap { place in
      if interruption.isRequested { throw CancellationError() }
      guard let label = items[place].predicted,
        let image = try dataset.imageIfReadable(at: indices[place])?.scored(size: plan.size)
      else { return nil }
      let heat = network.hasHeat ? network.results(for: [image], choosing: [label]).heat.first : nil
      let occlusion = Occlusion(of: image) { network.probabilities(of: label, for: $0) }
      let side = GalleryMaker.heatSide
      let scale = max(1, (side + image.width - 1) / image.width)
      let input = image.resized(height: image.height * scale, width: image.width * scale)
      return Gallery.Explanation(
        photograph: place, input: try Thumbnail(input, side: 2 * side),
        gradCAM: try heat.map { try Thumbnail($0.overlay(on: image, side: side), side: 2 * side) },
        occlusion: try Thumbnail(occlusion.heat.overlay(on: image, side: side), side: 2 * side),
        largestDrop: occlusion.largest)
    }
  }

  /// Returns pictures of whole photographs.
  func pictures(of places: [Int]) throws -> [Int: Thumbnail] {
    guard withPhotographs else { return [:] }
    let (dataset, indices) = (dataset, indices)
    let found = try workers.map(places.count) { place in
      try dataset.imageIfReadable(at: indices[places[place]]).map {
        try Thumbnail($0, side: GalleryMaker.pictureSide)
      }
    }
    return Dictionary(
      uniqueKeysWithValues: zip(places, found).compactMap { place, picture in
        picture.map { (place, $0) }
      })
  }
}
