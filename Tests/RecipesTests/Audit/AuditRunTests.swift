import Foundation
import Testing

@testable import Recipes

struct AuditRunTests {
  private static func pipeline(_ audit: Audit?) -> Pipeline {
    let simclr = SimCLR(
      SmallClinic.encoder,
      views: Views(2) {
        RandomResizedCrop(area: 0.5...1); RandomFlip()
      },
      head: ProjectionHead(hidden: [8], output: 8), optimizer: SGD(learningRate: 0.05), scaling: .none,
      batch: 8, epochs: 2)
    return Pipeline("audited") { audit.map { simclr.audited($0) } ?? simclr.stage }
  }

  /// The small clinic with a wrong label, a mirrored copy of a training photograph among those to test, and a
  /// picture of something else.
  private static func planted() throws -> Dataset {
    let clinic = try SmallClinic.dataset(patients: 24, labelled: 24)
    func part(_ split: Split) -> [Photograph] {
      zip(clinic.photographs, clinic.splits).filter { $1 == split }.map(\.0)
    }
    var train = part(.train)
    let wrong = train[7]
    train[7] = Photograph(
      id: wrong.id, patient: wrong.patient, label: ((wrong.label ?? 0) + 1) % 3,
      image: try clinic.image(at: 7))
    let copy = try clinic.image(at: 2).flipped(horizontally: true, vertically: false)
    let blank = Image(width: 16, height: 16, filledWith: 0.9)
    return try Dataset(
      train: train + [Photograph(id: "blank", patient: "blank", label: 0, image: blank)],
      validation: part(.validation),
      test: part(.test) + [Photograph(id: "copy", patient: "copy", label: train[2].label, image: copy)],
      classes: clinic.classes, source: "planted")
  }

  @Test func findsPlantedFaults() throws {
    let folder = try ScratchFolder()
    let dataset = try AuditRunTests.planted()
    var lines: [String] = []
    try AuditRunTests.pipeline(Audit()).run(
      on: dataset, output: folder.url, workers: Workers(count: 2),
      reporting: { lines += [$0.line].compactMap { $0 } })
    let files = AuditFiles(in: folder.url.appending(path: "simclr.audit"))
    #expect(AuditFiles.all(in: folder.url).map(\.folder.lastPathComponent) == ["simclr.audit"])
    let findings = try AuditFindings(contentsOf: files.findings)
    #expect(findings.photographs.count == dataset.photographs.count)
    #expect(lines.contains("simclr  \(findings.summary)"))

    let leak = try #require(findings.nearDuplicates.first { $0.relation == .splits })
    #expect(findings.photographs[leak.first].id == dataset.photographs[2].id)
    #expect(findings.photographs[leak.second].id == "copy")
    let place = try #require(
      findings.offTopic.first { findings.photographs[$0.photograph].id == "blank" }?.rank)
    #expect(place <= 3)
    let label = try #require(
      findings.labelErrors.first { findings.photographs[$0.photograph].id == dataset.photographs[7].id })
    #expect(label.rank <= findings.labelErrors.count / 5)
    // What the report shows has its pictures.
    #expect(AuditGallery(contentsOf: files.gallery).pictures.count > 20)
    let section = try AuditSection(files).section
    #expect(section.content.map(\.html).joined().contains("<img"))
  }

  @Test func doesNotChangeTheTraining() throws {
    let (plain, audited) = (try ScratchFolder(), try ScratchFolder())
    let dataset = try SmallClinic.dataset()
    let weights = try [(plain, nil), (audited, Audit())].map { folder, audit in
      try Data(
        contentsOf: AuditRunTests.pipeline(audit).run(
          on: dataset, output: folder.url, workers: Workers(count: 1), reporting: { _ in }
        ).stages[0].weights)
    }
    #expect(weights[0] == weights[1])
    // An audit that is added to a finished stage does not train it again.
    let report = try AuditRunTests.pipeline(Audit()).run(
      on: dataset, output: plain.url, workers: Workers(count: 1), reporting: { _ in })
    #expect(report.stages[0].isReused)
    #expect(try plain.contents.contains("simclr.audit"))
  }

  /// A weight file gives the findings of the run that wrote it, with any number of threads.
  @Test func anEncoderInAFileFindsTheSame() throws {
    let folder = try ScratchFolder()
    let dataset = try SmallClinic.dataset()
    let report = try AuditRunTests.pipeline(Audit()).run(
      on: dataset, output: folder.url, workers: Workers(count: 1), reporting: { _ in })
    let own = try AuditFindings(
      contentsOf: AuditFiles(in: folder.url.appending(path: "simclr.audit")).findings)
    for threads in [1, 3] {
      let again = try Audit().run(
        SmallClinic.encoder, weights: report.stages[0].weights, on: dataset, size: 16,
        output: folder.url.appending(path: "again"), workers: Workers(count: threads))
      #expect(again == own)
    }
    let features = try SafeTensors.read(folder.url.appending(path: "again/features.safetensors"))
    #expect(features.shape(of: "features") == [dataset.photographs.count, 8])
    #expect(throws: RunError.self) {
      try Audit().run(
        ResNet(.custom(blocks: [1, 1], bottleneck: false, channels: 6), stem: .small),
        weights: report.stages[0].weights, on: dataset, size: 16, output: folder.url)
    }
  }

  @Test func featuresThatAreNotNumbersAreRefused() throws {
    let folder = try ScratchFolder()
    let dataset = try SmallClinic.dataset()
    let report = try AuditRunTests.pipeline(nil).run(
      on: dataset, output: folder.url, workers: Workers(count: 1), reporting: { _ in })
    let stored = try SafeTensors.read(report.stages[0].weights)
    let broken = folder.url.appending(path: "broken.safetensors")
    try SafeTensors.write(
      stored.tensors.map { tensor in
        guard tensor.name == "conv1.weight" else { return tensor }
        return NamedTensor(tensor.name, shape: tensor.shape, tensor.floats.map { _ in Float.nan })
      }, to: broken)
    #expect(throws: AuditError.notFinite(photograph: "P0-0")) {
      try Audit().run(
        SmallClinic.encoder, weights: broken, on: dataset, size: 16, output: folder.url,
        workers: Workers(count: 1))
    }
  }

  @Test func aStageHasOneAudit() throws {
    let dataset = try SmallClinic.dataset()
    let twice = Pipeline("twice") {
      SimCLR(SmallClinic.encoder, batch: 8, epochs: 1).audited().audited(Audit(listing: 5))
    }
    let error = #expect(throws: PipelineErrors.self) { try twice.memory(on: dataset) }
    #expect(error?.problems.contains { $0.contains("has 2 of Audit; keep one.") } == true)
  }

  @Test func theMemoryIsThatOfTheAuditToo() throws {
    let dataset = try SmallClinic.dataset()
    let (without, with) = (
      try AuditRunTests.pipeline(nil).memory(on: dataset)[0],
      try AuditRunTests.pipeline(Audit(listing: 100_000)).memory(on: dataset)[0]
    )
    #expect(with.evaluation > without.evaluation)
  }

  @Test func pooledPhotographsHaveNoLabelsAndOneSplit() throws {
    let dataset = try SmallClinic.dataset()
    let pooled = try dataset.pooled()
    #expect(pooled.photographs.map(\.id) == dataset.photographs.map(\.id))
    #expect(pooled.photographs.allSatisfy { $0.label == nil })
    #expect(pooled.splits.allSatisfy { $0 == .train })
    #expect(try pooled.image(at: 3) == dataset.image(at: 3))
    #expect(pooled.photographs[1].attributes == dataset.photographs[1].attributes)
  }
}
