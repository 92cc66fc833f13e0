import Foundation
import Ops
@testable import Recipes
import Testing

struct GalleryTests {
  /// The stages of a pipeline on a small dataset.
  static func plan(_ pipeline: Pipeline, on dataset: Dataset, threads: Int = 1) throws -> PipelinePlan {
    try PipelinePlan(pipeline, on: dataset, size: nil, seed: 1, workers: Workers(count: threads))
  }

  /// A gallery of the last classifier with random weights.
  static func gallery(
    withPhotographs: Bool = true, limit: Int = Gallery.mostPhotographs, threads: Int = 1,
    memory: SystemMemory = SystemMemory(available: nil), interruption: Interruption = Interruption()
  ) throws -> (gallery: Gallery, dataset: Dataset) {
    let dataset = try SmallClinic.dataset()
    let stages = try plan(SmallClinic.pipeline(), on: dataset, threads: threads).stages
    let stage = stages[try #require(Gallery.choice(of: stages))]
    let weights = try StageWeights(initializing: stage.step.graph, seed: 4)
    let gallery = try Gallery.make(
      of: stage, weights, on: dataset, withPhotographs: withPhotographs, limit: limit,
      workers: Workers(count: threads), memory: memory, interruption: interruption)
    return (gallery, dataset)
  }

  @Test func showsEvaluatedAndTrainingPhotographs() throws {
    let (gallery, dataset) = try GalleryTests.gallery()
    #expect(gallery.stage == "SimCLR + MICLe")
    #expect(gallery.photographs.count == 24 + 12 + 18)
    #expect(gallery.photographs.prefix(18).allSatisfy { $0.split == .test })
    #expect(gallery.photographs.dropFirst(18).prefix(12).allSatisfy { $0.split == .validation })
    #expect(gallery.trainingCount == 24)
    let known = Dictionary(uniqueKeysWithValues: dataset.photographs.map { ($0.id, $0) })
    for item in gallery.photographs {
      #expect(item.label == known[item.name]?.label)
      #expect((0...1).contains(item.x) && (0...1).contains(item.y))
      let probability = try #require(item.probability)
      #expect(probability > 0.333 && probability <= 1)
    }
    #expect(gallery.notes.isEmpty)
  }

  @Test func neighborsAreTrainingPhotographsOfOtherPatients() throws {
    let (gallery, dataset) = try GalleryTests.gallery()
    let patients = Dictionary(uniqueKeysWithValues: dataset.photographs.map { ($0.id, $0.patient) })
    #expect(gallery.neighbors.count == 12)
    #expect(Set(gallery.neighbors.prefix(3).map { gallery.photographs[$0.query].label }).count == 3)
    for row in gallery.neighbors {
      #expect(gallery.photographs[row.query].split == .test)
      #expect(row.found.count == 6)
      #expect(row.similarities == row.similarities.sorted(by: >))
      for index in row.found {
        let own = gallery.photographs[index]
        #expect(own.split == .train)
        #expect(patients[own.name] != patients[gallery.photographs[row.query].name])
        #expect(gallery.pictures[index] != nil)
      }
    }
  }

  @Test func mistakesAreTheMostProbable() throws {
    let (gallery, _) = try GalleryTests.gallery()
    let wrong = gallery.photographs.filter { $0.split == .test && $0.label != $0.predicted }
    #expect(!gallery.mistakes.isEmpty)
    #expect(gallery.mistakes.count == min(12, wrong.count))
    let probabilities = gallery.mistakes.compactMap { gallery.photographs[$0].probability }
    #expect(probabilities == Array(wrong.compactMap(\.probability).sorted(by: >).prefix(12)))
    #expect(gallery.mistakes.allSatisfy { gallery.photographs[$0].isMistaken })
    let explained = gallery.explanations.map { gallery.photographs[$0.photograph] }
    #expect(explained.count { $0.isMistaken } == min(8, wrong.count))
    #expect(explained.count { !$0.isMistaken } == min(4, 18 - wrong.count))
    #expect(gallery.explanations.allSatisfy { $0.gradCAM != nil && $0.largestDrop.isFinite })
  }

  /// The scores of the run, which may be means over mirror images, take the place of the network's own.
  @Test func takesTheScoresOfTheRun() throws {
    let dataset = try SmallClinic.dataset()
    let stage = try #require(GalleryTests.plan(SmallClinic.pipeline(), on: dataset).stages.last)
    let weights = try StageWeights(initializing: stage.step.graph, seed: 4)
    let test = dataset.indices(of: .labelled(.test))
    let labels = test.compactMap { dataset.photographs[$0].label }
    // All right but the third.
    var scores = labels.flatMap { label in (0..<3).map { $0 == label ? 0.75 : 0.125 as Float } }
    scores.replaceSubrange(6..<9, with: [0.05, 0.05, 0.05])
    scores[6 + (labels[2] + 1) % 3] = 0.9
    let scored = try ScoredPhotographs(
      Predictions(
        scores: scores, classes: 3, labels: labels, patients: test.map { dataset.photographs[$0].patient }),
      of: test.map { dataset.photographs[$0].id }, splits: test.map { _ in .test }, classes: dataset.classes)
    let gallery = try Gallery.make(
      of: stage, weights, scored: scored, on: dataset, workers: Workers(count: 1),
      memory: SystemMemory(available: nil))
    #expect(gallery.mistakes == [2])
    #expect(gallery.photographs[2].probability == 0.9)
    #expect(gallery.photographs[3].probability == 0.75)
  }

  @Test func sameForAnyNumberOfThreads() throws {
    let (one, _) = try GalleryTests.gallery()
    let (three, _) = try GalleryTests.gallery(threads: 3)
    #expect(one == three)
  }

  @Test func leavesPhotographsOut() throws {
    let (gallery, _) = try GalleryTests.gallery(withPhotographs: false)
    #expect(gallery.sheet == nil)
    #expect(gallery.pictures.isEmpty)
    #expect(gallery.explanations.isEmpty)
    #expect(gallery.neighbors.count == 12)
    let folder = try ScratchFolder()
    try gallery.write(in: folder.url)
    let text = try String(contentsOf: folder.url.appending(path: "gallery.json"), encoding: .utf8)
    // As JPEGs and PNGs begin in base 64.
    #expect(!text.contains("/9j/") && !text.contains("iVBOR"))
    #expect(text.utf8.count < 20_000)
  }

  @Test func samplesTrainingPhotographs() throws {
    let (gallery, _) = try GalleryTests.gallery(limit: 40)
    #expect(gallery.photographs.count == 40)
    #expect(gallery.photographs.count { $0.split == .train } == 10)
    let (again, _) = try GalleryTests.gallery(limit: 40)
    #expect(again == gallery)
    let (few, _) = try GalleryTests.gallery(limit: 5)
    #expect(few.photographs.count == 5)
  }

  /// Without a classifier, what the last encoder has learned.
  @Test func showsAnEncoder() throws {
    let dataset = try SmallClinic.dataset()
    let pipeline = Pipeline("p") {
      SimCLR(
        SmallClinic.encoder, views: Views(2) { RandomFlip() }, head: ProjectionHead(hidden: [8], output: 8),
        optimizer: SGD(learningRate: 0.1), scaling: .none, batch: 8, epochs: 1)
    }
    let stages = try GalleryTests.plan(pipeline, on: dataset).stages
    #expect(Gallery.choice(of: stages) == 0)
    let gallery = try Gallery.make(
      of: stages[0], StageWeights(initializing: stages[0].step.graph, seed: 4), on: dataset,
      workers: Workers(count: 1), memory: SystemMemory(available: nil))
    #expect(gallery.photographs.count == 54)
    #expect(gallery.neighbors.count == 12)
    #expect(gallery.mistakes.isEmpty && gallery.explanations.isEmpty && gallery.notes.isEmpty)
  }

  @Test func choosesTheLastBranchOnMostLabels() throws {
    let dataset = try SmallClinic.dataset()
    let pipeline = Pipeline("p") {
      for (name, share) in [("a", 0.5), ("b", 1), ("c", 1), ("d", 0.5)] {
        Classifier(
          SmallClinic.encoder, classes: 3, on: .labelled(.train, share: share), named: name, batch: 4,
          epochs: 1)
      }
      Classifier(SmallClinic.encoder, classes: 3, named: "c", batch: 4, epochs: 1, repetition: 1)
    }
    let stages = try GalleryTests.plan(pipeline, on: dataset).stages
    #expect(Gallery.choice(of: stages) == 2)
    #expect(Gallery.choice(of: []) == nil)
  }

  @Test func saysThatMemoryIsShort() {
    #expect(throws: MemoryShortage.self) {
      try GalleryTests.gallery(memory: SystemMemory(available: 1000))
    }
  }

  /// Parts for which memory is short are left out, and the rest is there.
  @Test func doesWithoutWhatMemoryIsShortOf() throws {
    let dataset = try SmallClinic.dataset()
    let stages = try GalleryTests.plan(SmallClinic.pipeline(), on: dataset).stages
    let network = try ExplainedNetwork(
      of: stages[3], StageWeights(initializing: stages[3].step.graph, seed: 4), channels: 3,
      workers: Workers(count: 1), memory: SystemMemory(available: nil))
    let memory = GalleryMemory(of: 54, by: network, size: 16, on: dataset, workers: Workers(count: 1))
    let whole = try GalleryTests.gallery().gallery
    func gallery(_ bytes: Int) throws -> Gallery {
      try GalleryTests.gallery(memory: SystemMemory(available: bytes)).gallery
    }
    #expect(try gallery(memory.photographs + memory.tiles + memory.map) == whole)

    let withoutMap = try gallery(memory.photographs + memory.tiles + memory.map - 1)
    #expect(withoutMap.notes.count == 1 && !withoutMap.hasMap && withoutMap.sheet == whole.sheet)
    #expect(withoutMap.notes[0].hasPrefix("There is no map: The report with it takes "))
    #expect(withoutMap.neighbors == whole.neighbors && withoutMap.explanations == whole.explanations)
    let html = LooksSection(gallery: withoutMap, table: nil).section.content.map(\.html).joined()
    #expect(!html.contains("<h3>Map</h3>") && html.contains("There is no map: "))
    #expect(LooksSection(gallery: whole, table: nil).section.content[0].html == "<h3>Map</h3>")

    let withoutBoth = try gallery(memory.photographs)
    #expect(withoutBoth.notes.count == 2 && withoutBoth.sheet == nil && !withoutBoth.hasMap)
    #expect(withoutBoth.pictures == whole.pictures)
    #expect(throws: MemoryShortage.self) { try gallery(memory.photographs - 1) }
    // The next run makes it whole.
    let folder = try ScratchFolder()
    try withoutMap.write(in: folder.url)
    #expect(Gallery.current(in: folder.url, of: stages[3], withPhotographs: true) == nil)
  }

  @Test func endsWhenInterrupted() {
    let interruption = Interruption()
    interruption.request()
    #expect(throws: CancellationError.self) { try GalleryTests.gallery(interruption: interruption) }
  }

  /// A finished gallery is not made again, unless it is of other weights or has what it should not.
  @Test func isReused() throws {
    let folder = try ScratchFolder()
    let stages = try GalleryTests.plan(SmallClinic.pipeline(), on: SmallClinic.dataset()).stages
    let (gallery, _) = try GalleryTests.gallery()
    #expect(Gallery.current(in: folder.url, of: stages[3], withPhotographs: true) == nil)
    try gallery.write(in: folder.url)
    #expect(Gallery.current(in: folder.url, of: stages[3], withPhotographs: true) == gallery)
    #expect(Gallery.current(in: folder.url, of: stages[3], withPhotographs: false) == nil)
    #expect(Gallery.current(in: folder.url, of: stages[2], withPhotographs: true) == nil)
  }

  /// What fails is said, and nothing of an earlier network remains.
  @Test func isRenewed() throws {
    let folder = try ScratchFolder()
    let dataset = try SmallClinic.dataset()
    let stages = try GalleryTests.plan(SmallClinic.pipeline(), on: dataset).stages
    var notes: [String] = []
    func renew(_ stage: Int, _ memory: SystemMemory, _ interruption: Interruption = Interruption()) throws {
      let weights = try StageWeights(initializing: stages[stage].step.graph, seed: 4)
      Gallery.renew(
        in: folder.url, of: stages[stage], { weights }, on: dataset, withPhotographs: true,
        workers: Workers(count: 1), memory: memory, interruption: interruption
      ) { notes.append($0) }
    }
    let (enough, little) = (SystemMemory(available: nil), SystemMemory(available: 1000))
    try renew(2, enough)
    #expect(try Gallery(in: folder.url)?.stage == stages[2].stage.title)
    try renew(2, little)  // is there
    #expect(notes.isEmpty)
    try renew(3, little)
    #expect(try Gallery(in: folder.url) == nil)
    #expect(notes.count == 1)
    #expect(notes.first?.hasPrefix("The report has no photographs: A network for 64 photographs") == true)
    let interruption = Interruption()
    interruption.request()
    try renew(3, enough, interruption)
    #expect(notes.last?.contains("start it again") == true)
  }
}
